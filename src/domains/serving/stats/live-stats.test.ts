import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../kernel/clock.ts';
import { ArmStats } from './arm-stats.ts';
import { Histogram, quantileMs, rowBounds } from './histogram.ts';
import { LiveStats } from './live-stats.ts';
import { wantedReplicas } from './wanted-replicas.ts';

const start = Date.UTC(2026, 0, 1);
const clockAt = (now: number): Clock => ({ now: () => now, sleep: async () => {} });
const run = { inputMs: 100, inferMs: 1900, outputMs: 0 };

/** Answers a request of two rows at a time, run alone. */
function answer(stats: LiveStats, now: number, { code = 200, ms = 4 } = {}): void {
  stats.begin(clockAt(now));
  stats.times.addRequest(2, 3, run);
  stats.times.addRun(2, run);
  stats.inFlight--;
  stats.series('v1', code).count(now, 2, ms);
}

describe('Histogram', () => {
  test('a value on a bound belongs below it, one above all bounds to the open bucket', () => {
    const histogram = new Histogram(rowBounds);
    for (const value of [1, 2, 3, 4, 1e9]) histogram.add(value);
    expect([...histogram.buckets.slice(0, 3), histogram.buckets.at(-1)]).toEqual([1, 1, 2, 1]);
    expect([histogram.count, histogram.sum]).toEqual([5, 1e9 + 10]);
    histogram.merge(histogram);
    expect(histogram.count).toBe(10);
  });

  test('quantiles are linear inside a bucket, and none of nothing', () => {
    const histogram = new Histogram();
    expect(quantileMs(histogram.buckets, 0.5)).toBeNull();
    for (let i = 0; i < 100; i++) histogram.add(0.2);
    // All lie between 100 and 250 ms.
    expect(quantileMs(histogram.buckets, 0.5)).toBeCloseTo(175, 9);
    expect(quantileMs(histogram.buckets, 1)).toBeCloseTo(250, 9);
    histogram.add(99);
    expect(quantileMs(histogram.buckets, 1)).toBe(10_000);
  });
});

describe('LiveStats', () => {
  test('slices of ten seconds hold what began in them, also after a pause', () => {
    const stats = new LiveStats();
    answer(stats, start + 1000);
    answer(stats, start + 9999, { code: 500 });
    answer(stats, start + 95_000, { code: 429, ms: 40 });
    const { series, codes, batches, ...recent } = stats.recent(start + 96_000);
    expect(
      series.map(({ at, requests, rows, errors, refused, codes }) => [at, requests, rows, errors, refused, codes]),
    ).toEqual([
      ['2026-01-01T00:00:00.000Z', 2, 4, 1, 0, { 200: 1, 500: 1 }],
      ['2026-01-01T00:01:30.000Z', 1, 2, 0, 1, { 429: 1 }],
    ]);
    expect(codes.map(({ code, requests }) => [code, requests])).toEqual([
      [200, 1],
      [429, 1],
      [500, 1],
    ]);
    expect(batches.filter(({ runs }) => runs > 0)).toEqual([{ upToRows: 2, runs: 3 }]);
    expect(recent).toMatchObject({ requests: 3, rows: 6, errors: 1, refused: 1, inFlight: 0 });
    expect(recent.protocols).toEqual([{ protocol: 'v1', requests: 3 }]);
    expect(recent.queue.p50Ms).toBeGreaterThan(2);
    expect(recent.compute.p50Ms).toBeGreaterThan(1000);
  });

  test('what is older than five minutes is no longer told, but still counted', () => {
    const stats = new LiveStats();
    answer(stats, start);
    answer(stats, start + 301_000);
    expect(stats.recent(start + 302_000)).toMatchObject({ requests: 1, batches: expect.anything() });
    expect(stats.recent(start + 302_000).batches.reduce((sum, { runs }) => sum + runs, 0)).toBe(1);
    expect(stats.series('v1', 200).latency.count).toBe(2);
    expect(stats.recent(start + 900_000)).toMatchObject({ requests: 0, series: [], p50Ms: null });
  });

  test('a year of traffic takes no more memory than five minutes', () => {
    const stats = new LiveStats();
    for (let at = 0; at < 1000; at++) answer(stats, start + at * 10_000);
    expect(stats.recent(start + 10_000_000).series.length).toBeLessThanOrEqual(30);
  });
});

describe('ArmStats', () => {
  const variant = (version: number) => ({ role: 'live' as const, name: 'champion', model: 'm', version });

  test('outlive a change of the routing, until sixty further versions have come or the endpoint has gone', () => {
    const stats = new ArmStats();
    const first = stats.of('e', variant(1));
    expect(stats.of('e', { ...variant(1), role: 'shadow' })).not.toBe(first);
    expect(stats.of('other', variant(1))).not.toBe(first);
    for (let version = 2; version < 500; version++) {
      stats.of('e', variant(version));
      expect(stats.of('e', variant(1))).toBe(first);
    }
    for (let version = 2; version < 100; version++) stats.of('e', variant(version));
    expect(stats.of('e', variant(1))).not.toBe(first);
    const again = stats.of('e', variant(1));
    stats.remove('e');
    expect(stats.of('e', variant(1))).not.toBe(again);
  });
});

describe('wantedReplicas', () => {
  const armOf = (stats: LiveStats, queuedRows = 0) => {
    const batcher = { queuedRows, estimateMs: (rows: number) => rows };
    return { stats, runtime: { batcher } };
  };
  const want = (arms: object[], runtime: object = { kind: 'onnx' }) =>
    wantedReplicas({ arms, spec: { runtime } } as never, start + 60_000);

  test('utilisation by 70 %, over the runs it may have at once', () => {
    const stats = new LiveStats();
    // Seven runs of two seconds in fifty seconds: 28 %.
    for (let at = 0; at < 7; at++) answer(stats, start + 10_000 + at * 7000);
    expect(stats.utilisation(start + 60_000)).toBeCloseTo(0.28, 9);
    expect(want([armOf(stats)])).toBeCloseTo(0.4, 9);
    expect(want([armOf(stats)], { kind: 'remote', concurrency: 4 })).toBeCloseTo(0.1, 9);
  });

  test('what waits counts by the seconds it will take, to ten replicas at the most', () => {
    const arm = armOf(new LiveStats(), 1400);
    expect(want([arm])).toBeCloseTo(2, 9);
    expect(want([arm, { ...arm }]), 'two variants of one queue').toBeCloseTo(2, 9);
    expect(want([armOf(new LiveStats(), 1e6)])).toBe(10);
    expect(want([armOf(new LiveStats())])).toBe(0);
  });
});

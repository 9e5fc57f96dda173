import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createPredictionLog } from '../../../test/support/prediction-log.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createAlerts } from './alerts.ts';
import { lehmer } from './drift/world.ts';
import { findDriftAt } from './drift-at.ts';
import type { Evaluating } from './evaluate.ts';
import type { Monitors } from './faces.ts';
import { createMonitors } from './monitors.ts';
import type { Reference } from './ports.ts';
import { createReferences } from './references.ts';
import type { MonitorSpecInput } from './schema.ts';
import { createWatermarkStore } from './store.ts';

const hour = 3_600_000;
const u = lehmer(42);
const reference: Reference = {
  label: 'training profile of m version 1',
  task: 'binary',
  positive: '1',
  features: {
    x: { type: 'numeric', values: Float64Array.from({ length: 2000 }, (_, i) => i / 2000), nulls: 0 },
    c: { type: 'category', codes: Int32Array.from({ length: 2000 }, (_, i) => i % 3), categories: ['a', 'b', 'c'] },
  },
  outputs: { score: { type: 'numeric', values: Float64Array.from({ length: 2000 }, u), nulls: 0 } },
  score: Float64Array.from({ length: 2000 }, (_, i) => i / 2000),
  truth: Float64Array.from({ length: 2000 }, (_, i) => (i > 1000 ? 1 : 0)),
};

let opened: TestDatabase;
let spine: Spine;
let log: ReturnType<typeof createPredictionLog>;
let parts: Evaluating;
let monitors: Monitors;
let serial = 0;

beforeAll(async () => {
  opened = await openSqlite();
  spine = createSpine(opened.database, createManualClock(Date.parse('2026-01-01T00:00:00Z')));
});
afterAll(() => opened.dispose());
beforeEach(async () => {
  for (const { name } of (await monitors?.declared()) ?? []) await monitors.undeclare(systemActor, name);
  log = createPredictionLog();
  const references = createReferences(
    { profile: async (_model, version) => (version < 9 ? reference : undefined) },
    log,
  );
  parts = { database: opened.database, ledger: spine.ledger, clock: spine.clock, log, references };
  monitors = createMonitors(parts);
});

/** A monitor of its own endpoint over hourly windows. */
async function declare(spec: Omit<MonitorSpecInput, 'endpoint' | 'window'> & Partial<MonitorSpecInput>) {
  const name = `m${++serial}`;
  await monitors.declare(systemActor, name, { endpoint: name, window: { by: 'time', sizeMs: hour }, ...spec });
  return name;
}

/** `count` rows spread over the hour `n`; x even on [shift, 1 + shift), so that no chance decides a verdict. */
function fill(n: number, count: number, { shift = 0, version = 1 } = {}) {
  for (let i = 0; i < count; i++) {
    const at = n * hour + Math.floor((i * hour) / count);
    log.add({ at, version, features: { x: ((i * 0.618034) % 1) + shift, c: 'abc'[i % 3]! }, score: u() });
  }
}

const runsOf = async (monitor: string) => (await monitors.runs({ monitor, limit: 100 })).items;
const eventsOf = async (type: string, monitor: string) => {
  const events = await spine.ledger.read({ types: [type], limit: 1000 });
  return events.filter((event) => event.data['monitor'] === monitor);
};

describe('windows', () => {
  test('close when the newest event has passed them by the delay, each once', async () => {
    const name = await declare({ kind: 'drift', delayMs: hour / 2 });
    fill(0, 50);
    log.add({ at: hour * 1.4, features: { x: 0.5, c: 'a' } });
    expect(await monitors.evaluate(name)).toBe(0);
    log.add({ at: hour * 1.5, features: { x: 0.5, c: 'a' } });
    expect(await monitors.evaluate(name)).toBe(1);
    expect(await monitors.evaluate(name)).toBe(0);
    expect(await runsOf(name)).toMatchObject([
      { windowFromAt: 0, windowToAt: hour, rows: 50, status: 'ok', leads: true },
    ]);
  });

  test('take rows that came out of order and within the delay; later ones change nothing', async () => {
    const name = await declare({ kind: 'drift', delayMs: hour });
    log.add({ at: hour * 1.9, features: { x: 0.5, c: 'a' } });
    fill(0, 40);
    log.add({ at: hour * 2, features: { x: 0.5, c: 'a' } });
    expect(await monitors.evaluate(name)).toBe(1);
    fill(0, 500, { shift: 9 });
    expect(await monitors.evaluate(name)).toBe(0);
    expect((await runsOf(name))[0]).toMatchObject({ rows: 40, status: 'ok' });
  });

  test('without rows leave no run, and those after them are reached', async () => {
    const name = await declare({ kind: 'drift' });
    fill(0, 40);
    fill(30, 40);
    log.add({ at: hour * 31, features: { x: 0.5, c: 'a' } });
    let runs = 0;
    for (let turn = 0; turn < 3; turn++) runs += await monitors.evaluate(name);
    expect(runs).toBe(2);
    expect((await runsOf(name)).map((run) => run.windowFromAt / hour)).toEqual([30, 0]);
  });

  test('may slide', async () => {
    const name = await declare({ kind: 'drift', window: { by: 'time', sizeMs: hour, slideMs: hour / 2 } });
    fill(0, 100);
    fill(1, 100);
    log.add({ at: hour * 2, features: { x: 0.5, c: 'a' } });
    await monitors.evaluate(name);
    const starts = (await runsOf(name)).map((run) => run.windowFromAt / hour);
    expect(starts).toEqual([1, 0.5, 0, -0.5]);
  });

  test('may be counted in rows, rows of one time together', async () => {
    const name = await declare({ kind: 'drift', window: { by: 'rows', rows: 40 } });
    fill(0, 100);
    log.add(...Array.from({ length: 30 }, () => ({ at: hour, features: { x: u(), c: 'a' } })));
    log.add({ at: hour + 1, features: { x: u(), c: 'a' } });
    await monitors.evaluate(name);
    expect((await runsOf(name)).map((run) => run.rows)).toEqual([50, 40, 40]);
  });

  test('below the minimum of rows give no verdict', async () => {
    const name = await declare({ kind: 'drift', minRows: 60 });
    fill(0, 50);
    log.add({ at: hour, features: { x: 0.5, c: 'a' } });
    await monitors.evaluate(name);
    expect((await runsOf(name))[0]).toMatchObject({
      status: 'insufficient-data',
      reason: 'the window has 50 rows, 60 are needed',
    });
  });

  test('judge each version against its own reference; the one with most rows leads', async () => {
    const name = await declare({ kind: 'drift' });
    fill(0, 60);
    fill(0, 50, { version: 9 });
    log.add({ at: hour, features: { x: 0.5, c: 'a' } });
    expect(await monitors.evaluate(name)).toBe(2);
    const runs = await runsOf(name);
    expect(runs.find((run) => run.version === 1)).toMatchObject({ leads: true, status: 'ok' });
    expect(runs.find((run) => run.version === 9)).toMatchObject({ leads: false, status: 'not-computable' });
  });
});

describe('drift', () => {
  test('opens one alert, continues it and resolves it, with the numbers in the events', async () => {
    const name = await declare({ kind: 'drift', alert: { consecutive: 2, resolveAfter: 2, severity: 'critical' } });
    for (let n = 0; n < 8; n++) fill(n, 200, { shift: n >= 2 && n < 5 ? 0.6 : 0 });
    log.add({ at: hour * 8, features: { x: 0.5, c: 'a' } });
    await monitors.evaluate(name);
    const opened = await eventsOf('alert.opened', name);
    expect(opened).toHaveLength(1);
    expect(opened[0]!.data).toMatchObject({
      severity: 'critical',
      windowFromAt: 2 * hour,
      windowToAt: 4 * hour,
      breaches: 2,
      worst: expect.arrayContaining([expect.objectContaining({ series: 'x', method: 'wasserstein', breached: true })]),
    });
    const resolved = await eventsOf('alert.resolved', name);
    expect(resolved).toHaveLength(1);
    const alerts = createAlerts(parts);
    const [alert] = (await alerts.list({ monitor: name, limit: 10 })).items;
    expect(alert).toMatchObject({ status: 'resolved', breaches: 3, windowToAt: 5 * hour });
    const points = await monitors.points({ monitor: name, series: 'x', limit: 100 });
    expect(points.items.map((point) => point.breached)).toEqual([false, false, true, true, true, false, false, false]);
    const then = await findDriftAt(parts.database, name, 3.5 * hour);
    expect(then.runs).toMatchObject([{ windowFromAt: 3 * hour, status: 'breached' }]);
    expect(then.alerts).toMatchObject([{ id: alert!.id }]);
    expect((await findDriftAt(parts.database, name, 7.5 * hour)).alerts).toEqual([]);
  });

  test('ends when another version takes over, whose own breaches open another', async () => {
    const name = await declare({ kind: 'drift', columns: ['x'], alert: { consecutive: 2, resolveAfter: 2 } });
    const versions = [1, 1, 2, 2];
    versions.forEach((version, n) => {
      fill(n, 60, { shift: 0.9, version });
    });
    fill(4, 1, { version: 2 });
    await monitors.evaluate(name);
    const opened = await eventsOf('alert.opened', name);
    expect(opened.map(({ data }) => data['version'])).toEqual([1, 2]);
    expect(await eventsOf('alert.resolved', name)).toHaveLength(1);
  });

  test('is acknowledged once', async () => {
    const name = await declare({ kind: 'drift' });
    fill(0, 200, { shift: 1 });
    log.add({ at: hour, features: { x: 0.5, c: 'a' } });
    await monitors.evaluate(name);
    const alerts = createAlerts(parts);
    const [open] = (await alerts.list({ monitor: name, status: 'open', limit: 10 })).items;
    const first = await alerts.acknowledge({ ...systemActor, name: 'ann' }, open!.id, 'looking');
    const second = await alerts.acknowledge({ ...systemActor, name: 'bob' }, open!.id);
    expect([first.acknowledgedBy, second.acknowledgedBy, second.note]).toEqual(['ann', 'ann', 'looking']);
    expect(await eventsOf('alert.acknowledged', name)).toHaveLength(1);
    await monitors.undeclare(systemActor, name);
    expect((await alerts.get(open!.id)).status).toBe('resolved');
  });
});

describe('performance', () => {
  const scores = (n: number, { right, from, to }: { right: boolean; from: number; to: number }) => {
    for (let i = from; i < to; i++) {
      log.add({ at: n * hour + i, score: i / 100, label: null, features: {} });
      log.rows.at(-1)!.label = i >= 50 === right ? 1 : 0;
    }
  };
  const feedback = (name: string, position: number) =>
    createWatermarkStore(parts.database.query).saveFeedback(name, position);

  test('is re-stated when more labels arrive, and both versions are kept', async () => {
    const checks = [{ metric: 'roc_auc_score', min: 0.7 }];
    const name = await declare({ kind: 'performance', checks, minRows: 20 });
    scores(0, { right: true, from: 0, to: 100 });
    const late = log.rows.slice(40);
    const truth = late.map((row) => row.label);
    for (const row of late) row.label = null;
    log.add({ at: hour, score: 0.5 });
    await monitors.evaluate(name);
    expect((await runsOf(name))[0]).toMatchObject({ status: 'not-computable', rows: 100, labels: 40, revision: 1 });
    expect((await runsOf(name))[0]!.reason).toContain('not computable');

    for (const [i, row] of late.entries()) row.label = i < 58 ? truth[i]! : null;
    await feedback(name, 1);
    expect(await monitors.evaluate(name)).toBe(1);
    expect((await runsOf(name))[0]).toMatchObject({ status: 'ok', labels: 98, revision: 2, latest: true });

    for (const [i, row] of late.entries()) row.label = truth[i]!;
    await feedback(name, 2);
    expect(await monitors.evaluate(name)).toBe(1);
    expect(await monitors.evaluate(name)).toBe(0);
    const all = (await monitors.runs({ monitor: name, revisions: true, limit: 10 })).items;
    expect(all.map((run) => [run.revision, run.latest])).toEqual(
      expect.arrayContaining([
        [1, false],
        [2, false],
        [3, true],
      ]),
    );
    const [event] = await spine.ledger.read({ types: ['monitor-run.restated'], limit: 1, newestFirst: true });
    expect(event!.data).toMatchObject({ monitor: name, revision: 3, labels: 100, labelsBefore: 98 });
    expect((await monitors.points({ monitor: name, limit: 10 })).items).toHaveLength(1);
  });

  test('opens an alert only when the labels that came late say so', async () => {
    const name = await declare({
      kind: 'performance',
      checks: [{ metric: 'roc_auc_score', maxDrop: 0.1 }],
      minRows: 20,
    });
    scores(0, { right: false, from: 0, to: 100 });
    const labels = log.rows.map((row) => row.label);
    for (const row of log.rows) row.label = null;
    log.add({ at: hour, score: 0.5 });
    await monitors.evaluate(name);
    expect((await runsOf(name))[0]).toMatchObject({ status: 'insufficient-data', labels: 0 });
    expect(await eventsOf('alert.opened', name)).toEqual([]);
    for (const [i, label] of labels.entries()) log.rows[i]!.label = label!;
    await feedback(name, 5);
    await monitors.evaluate(name);
    const [run] = await runsOf(name);
    expect(run).toMatchObject({ status: 'breached', reference: reference.label });
    expect(run!.values[0]).toMatchObject({ series: 'roc_auc_score', value: 0 });
    expect(await eventsOf('alert.opened', name)).toHaveLength(1);
    expect(await eventsOf('monitor-run.restated', name)).toEqual([]);
  });
});

describe('the other kinds', () => {
  test('data quality, latency and errors', async () => {
    const endpoint = `e${++serial}`;
    const quality = await declare({ kind: 'data-quality', endpoint });
    const latency = await declare({ kind: 'latency', endpoint, limits: { latencyMs: 50 } });
    const errors = await declare({ kind: 'errors', endpoint });
    const scored = await declare({ kind: 'prediction-drift', endpoint });
    for (let i = 0; i < 100; i++) {
      const features = { x: i < 20 ? null : i < 30 ? 7 : 0.5, c: i < 5 ? 'z' : 'a' };
      log.add({ at: i, features, latencyMs: i, code: i < 2 ? 500 : i < 6 ? 400 : 200, score: u() / 4 });
    }
    log.add({ at: hour, features: { x: 0.5, c: 'a' } });
    for (const name of [quality, latency, errors, scored]) expect(await monitors.evaluate(name)).toBe(1);
    const [found] = await runsOf(quality);
    const value = (series: string, method: string) =>
      found!.values.find((one) => one.series === series && one.method === method)!;
    expect(found!.status).toBe('breached');
    expect(value('x', 'missing-rise')).toMatchObject({ value: 0.2, breached: true });
    expect(value('x', 'out-of-range')).toMatchObject({ value: 0.1, breached: true });
    expect(value('c', 'unseen-categories')).toMatchObject({ value: 0.05, breached: true });
    expect((await runsOf(latency))[0]!.values[0]).toMatchObject({ method: 'p99', value: 98.01, breached: true });
    expect((await runsOf(errors))[0]!.values).toMatchObject([
      { series: 'failed', value: 0.02, breached: true },
      { series: 'refused', value: 0.04, breached: false },
    ]);
    expect((await runsOf(scored))[0]).toMatchObject({ status: 'breached', rows: 94 });
  });
});

describe('declaring', () => {
  test('the same document again changes nothing; another is an update', async () => {
    const spec = { endpoint: 'e', kind: 'drift', window: { by: 'time', sizeMs: hour } };
    const first = await monitors.declare(systemActor, 'declared', spec);
    expect(await monitors.declare(systemActor, 'declared', { ...spec, minRows: 30 })).toEqual(first);
    const second = await monitors.declare(systemActor, 'declared', { ...spec, minRows: 31 });
    expect(second).toMatchObject({ id: first.id, spec: { minRows: 31 } });
    const events = await spine.ledger.read({ subject: { kind: 'monitor', id: first.id }, limit: 10 });
    expect(events.map((event) => event.type)).toEqual(['monitor.created', 'monitor.updated']);
    expect((await monitors.declared()).map(({ name }) => name)).toContain('declared');
  });

  test('a wrong document is refused, naming the field and the cure', async () => {
    const spec = { endpoint: 'e', kind: 'performance', window: { by: 'time', sizeMs: hour } };
    await expect(monitors.declare(systemActor, 'bad', spec)).rejects.toThrow(/checks: a performance monitor needs/);
    const unknown = { ...spec, checks: [{ metric: 'acc' }] };
    await expect(monitors.declare(systemActor, 'bad', unknown)).rejects.toThrow(/no metric 'acc'.*accuracy_score/);
  });
});

import { isoTime } from '../../../kernel/clock.ts';
import { Histogram, quantileMs, rowBounds, secondBounds } from './histogram.ts';
import type { RunTimes } from './run-times.ts';
import type { TrafficSlice, VariantStats } from './stats-schema.ts';

/** Length of a slice of time. */
export const sliceMs = 10_000;
/** Slices that are kept: five minutes. */
export const slices = 30;

/** What had been counted when a slice began; the slice itself is the difference to the next. */
export interface Slice {
  startedAt: number;
  busyMs: number;
  rows: number;
  latency: Float64Array;
  queue: Float64Array;
  compute: Float64Array;
  batches: Float64Array;
  /** Requests by status, and by protocol. */
  codes: Map<number, number>;
  protocols: Map<string, number>;
}

/** What a variant counts. */
interface Counted {
  times: RunTimes;
  inFlight: number;
  all(): { code: number; protocol: string; rows: number; latency: Histogram }[];
}

/** The last minutes of a variant, without its names. */
export type Recent = Omit<VariantStats, 'variant' | 'model' | 'version' | 'shadow' | 'utilisation'>;

/** Writes down what has been counted so far. */
export function takeSlice(stats: Counted, now: number): Slice {
  const { times } = stats;
  const latency = new Histogram();
  const codes = new Map<number, number>();
  const protocols = new Map<string, number>();
  let rows = 0;
  for (const series of stats.all()) {
    const { count } = series.latency;
    latency.merge(series.latency);
    rows += series.rows;
    codes.set(series.code, (codes.get(series.code) ?? 0) + count);
    protocols.set(series.protocol, (protocols.get(series.protocol) ?? 0) + count);
  }
  return {
    startedAt: now - (now % sliceMs),
    busyMs: times.busyMs,
    rows,
    latency: latency.buckets,
    queue: times.queue.buckets.slice(),
    compute: times.compute.buckets.slice(),
    batches: times.batchRows.buckets.slice(),
    codes,
    protocols,
  };
}

/** What happened between two slices. */
type Stretch = Omit<Slice, 'startedAt' | 'busyMs'>;

function between(from: Slice, to: Slice): Stretch {
  return {
    rows: to.rows - from.rows,
    latency: less(to.latency, from.latency),
    queue: less(to.queue, from.queue),
    compute: less(to.compute, from.compute),
    batches: less(to.batches, from.batches),
    codes: lessBy(to.codes, from.codes),
    protocols: lessBy(to.protocols, from.protocols),
  };
}

function less(to: Float64Array, from: Float64Array): Float64Array {
  return to.map((value, at) => value - from[at]!);
}

function lessBy<K>(to: Map<K, number>, from: Map<K, number>): Map<K, number> {
  const kept = [...to].map(([key, value]) => [key, value - (from.get(key) ?? 0)] as const);
  return new Map(kept.filter(([, value]) => value > 0));
}

/** Describes the slices that lie within the last five minutes. */
export function recentOf(stats: Counted, taken: readonly Slice[], now: number): Recent {
  const ring = taken.filter(({ startedAt }) => startedAt > now - slices * sliceMs);
  const last = takeSlice(stats, now);
  const all = between(ring[0] ?? last, last);
  const sum = totals(all);
  const span = ring.length === 0 ? sliceMs : Math.max(1000, now - ring[0]!.startedAt);
  return {
    ...sum,
    inFlight: stats.inFlight,
    requestsPerSecond: (sum.requests * 1000) / span,
    ...spread(all.latency),
    queue: spread(all.queue),
    compute: spread(all.compute),
    codes: [...all.codes].map(([code, requests]) => ({ code, requests })).sort((a, b) => a.code - b.code),
    protocols: [...all.protocols].map(([protocol, requests]) => ({ protocol, requests })),
    batches: [...all.batches].map((runs, at) => ({ upToRows: rowBounds[at] ?? null, runs })),
    series: ring.map((slice, at) => toPoint(slice.startedAt, between(slice, ring[at + 1] ?? last))),
  };
}

function spread(buckets: Float64Array) {
  const at = (q: number) => quantileMs(buckets, q, secondBounds);
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

function totals({ rows, codes }: Stretch) {
  const sum = { requests: 0, rows, errors: 0, refused: 0 };
  for (const [code, count] of codes) {
    sum.requests += count;
    if (code >= 500) sum.errors += count;
    else if (code >= 400) sum.refused += count;
  }
  return sum;
}

function toPoint(startedAt: number, stretch: Stretch): TrafficSlice {
  return {
    at: isoTime(startedAt),
    ...totals(stretch),
    ...spread(stretch.latency),
    queueP95Ms: quantileMs(stretch.queue, 0.95),
    computeP95Ms: quantileMs(stretch.compute, 0.95),
    codes: Object.fromEntries([...stretch.codes].map(([code, count]) => [String(code), count])),
  };
}

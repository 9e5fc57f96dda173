import { isoTime } from '../../../kernel/clock.ts';
import type { VariantStats } from '../schema.ts';
import { RunTimes } from './run-times.ts';

/** Upper bounds of the latency histogram, in seconds; the last bucket is open. */
export const latencyBounds = [
  0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
const bucketCount = latencyBounds.length + 1;
const sliceMs = 10_000;
const slices = 30;

/** What one slice of ten seconds saw. */
interface Slice {
  startedAt: number;
  requests: number;
  rows: number;
  errors: number;
  refused: number;
  buckets: Uint32Array;
}

/** Counters of one variant since the process began, and by tens of seconds over the last five minutes. */
export class LiveStats {
  readonly codes = new Map<number, number>();
  readonly buckets = new Float64Array(bucketCount);
  readonly times = new RunTimes();
  seconds = 0;
  requests = 0;
  rows = 0;
  failed = 0;
  failedSeconds = 0;
  /** Wall-clock ms of the last request; 0 where there was none. */
  lastAt = 0;
  #ring: Slice[] = [];

  /** Counts a request that ended at wall-clock `now` with an HTTP status. */
  count(now: number, request: { code: number; rows: number; ms: number }): void {
    const { code, rows, ms } = request;
    const bucket = bucketOf(ms / 1000);
    this.requests++;
    this.rows += rows;
    this.seconds += ms / 1000;
    this.buckets[bucket]!++;
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    this.lastAt = now;
    if (code >= 400) {
      this.failed++;
      this.failedSeconds += ms / 1000;
    }
    const slice = this.#slice(now);
    slice.requests++;
    slice.rows += rows;
    slice.buckets[bucket]!++;
    if (code >= 500) slice.errors++;
    else if (code >= 400) slice.refused++;
  }

  /** The last five minutes. */
  recent(now: number): Omit<VariantStats, 'variant' | 'model' | 'version' | 'shadow'> {
    const ring = this.#ring.filter((slice) => slice.startedAt > now - slices * sliceMs);
    const total = new Float64Array(bucketCount);
    const sum = { requests: 0, rows: 0, errors: 0, refused: 0 };
    for (const slice of ring) {
      for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += slice[key];
      for (let at = 0; at < bucketCount; at++) total[at]! += slice.buckets[at]!;
    }
    const span = ring.length === 0 ? sliceMs : Math.max(1000, now - ring[0]!.startedAt);
    return {
      ...sum,
      requestsPerSecond: (sum.requests * 1000) / span,
      p50Ms: quantileMs(total, 0.5),
      p95Ms: quantileMs(total, 0.95),
      p99Ms: quantileMs(total, 0.99),
      series: ring.map((slice) => ({
        at: isoTime(slice.startedAt),
        requests: slice.requests,
        errors: slice.errors,
        p99Ms: quantileMs(slice.buckets, 0.99),
      })),
    };
  }

  #slice(now: number): Slice {
    const startedAt = now - (now % sliceMs);
    const last = this.#ring.at(-1);
    if (last && last.startedAt >= startedAt) return last;
    const slice = { startedAt, requests: 0, rows: 0, errors: 0, refused: 0, buckets: new Uint32Array(bucketCount) };
    this.#ring.push(slice);
    if (this.#ring.length > slices) this.#ring.shift();
    return slice;
  }
}

function bucketOf(seconds: number): number {
  let at = 0;
  while (at < latencyBounds.length && seconds > latencyBounds[at]!) at++;
  return at;
}

/** A quantile of a histogram in milliseconds, linear inside its bucket as Prometheus does; null of none. */
export function quantileMs(buckets: ArrayLike<number>, q: number): number | null {
  let total = 0;
  for (let at = 0; at < buckets.length; at++) total += buckets[at]!;
  if (total === 0) return null;
  const rank = q * total;
  let before = 0;
  for (let at = 0; at < latencyBounds.length; at++) {
    const count = buckets[at]!;
    if (before + count >= rank && count > 0) {
      const low = at === 0 ? 0 : latencyBounds[at - 1]!;
      return (low + (latencyBounds[at]! - low) * ((rank - before) / count)) * 1000;
    }
    before += count;
  }
  return latencyBounds.at(-1)! * 1000;
}

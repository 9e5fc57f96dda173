import type { TrackingDeps } from './deps.ts';
import { checkKey } from './log-batch.ts';
import { settlePoints } from './metric-points.ts';
import { createMetricStore, type Series, type StoredPoint } from './metric-store.ts';
import type { Metric } from './schema.ts';
import type { MetricSample } from './search-schema.ts';
import { createTrackingStore } from './store.ts';

type MetricStore = ReturnType<typeof createMetricStore>;

/** Up to so many points are read and picked from exactly; of more, points are sought at even distances. */
const readWhole = 5000;

/** A stored point as others see it. */
export function shownPoint(key: string, { step, at, value, is_nan }: StoredPoint): Metric {
  return { key, value: is_nan ? Number.NaN : value, step, at };
}

/** Some points of a metric of each run, evenly over its steps; see `Runs.sampleMetric`. */
export async function sampleMetric(
  { database }: TrackingDeps,
  { runIds, key }: { runIds: readonly string[]; key: string },
  sample: MetricSample,
): Promise<Map<string, Metric[]>> {
  await settlePoints({ database });
  const store = createMetricStore(database.query);
  const numbers = new Map<string, number>();
  const runs = createTrackingStore(database.query).runs;
  for (const runId of runIds) {
    const run = await runs.find(runId);
    if (run) numbers.set(runId, run.number);
  }
  const keyId = (await store.keyIds([checkKey(key)])).get(key);
  const found = new Map<string, Metric[]>();
  for (const [runId, runNumber] of numbers) {
    const points = keyId === undefined ? [] : await sampleOf(store, { runNumber, keyId }, sample);
    found.set(
      runId,
      points.map((point) => shownPoint(key, point)),
    );
  }
  return found;
}

async function sampleOf(store: MetricStore, series: Series, sample: MetricSample): Promise<StoredPoint[]> {
  const { fromStep: from, toStep: to } = sample;
  const points = Math.max(1, sample.points);
  const last = await store.last(series, to ?? Number.MAX_SAFE_INTEGER);
  if (!last || last.step < (from ?? Number.MIN_SAFE_INTEGER)) return [];
  if (points === 1) return [last];
  const whole = await store.history(series, { from, to, limit: readWhole + 1 });
  if (whole.length <= readWhole) return pickEvenly(whole, points);
  return seekEvenly(store, { series, first: whole[0]!, last }, points);
}

/** The first of each of `count` stretches of as equal a length as can be; the last is always the last of all. */
export function pickEvenly<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  const [size, larger] = [Math.floor(all.length / count), all.length % count];
  const picked = Array.from({ length: count }, (_, i) => all[i * size + Math.min(i, larger)]!);
  picked[count - 1] = all.at(-1)!;
  return picked;
}

interface Ends {
  series: Series;
  first: StoredPoint;
  last: StoredPoint;
}

/** Seeks a point at each of evenly spaced steps; where all have one step, at evenly spaced times. */
async function seekEvenly(store: MetricStore, { series, first, last }: Ends, count: number): Promise<StoredPoint[]> {
  const byTime = first.step === last.step;
  const [low, high] = byTime ? [first.at, last.at] : [first.step, last.step];
  const found: StoredPoint[] = [first];
  let before = low;
  for (let i = 1; i < count - 1; i++) {
    const target = Math.round(low + ((high - low) * i) / (count - 1));
    // A gap in the steps, and what was found lies behind the next targets already.
    if (target <= before) continue;
    const from = byTime ? { step: first.step, at: target } : { step: target, at: Number.MIN_SAFE_INTEGER };
    const point = await store.seek(series, from);
    if (!point) break;
    before = byTime ? point.at : point.step;
    if (before >= high) break;
    found.push(point);
  }
  return [...found, last];
}

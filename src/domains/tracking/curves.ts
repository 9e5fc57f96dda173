import { z } from 'zod';
import { parseAs } from '../../kernel/parse.ts';
import { createCurveStore, type Series, type StoredPoint, type Stretch } from './curve-store.ts';
import { runOf, type TrackingDeps } from './deps.ts';
import { settlePoints } from './metric-points.ts';
import { keySchema, runIdSchema } from './schema.ts';
import { createTrackingStore } from './store.ts';

const step = z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);

/** Which curves to draw: of which runs and keys, of how many points at the most, between which steps. */
export const curveQuerySchema = z
  .object({
    runs: z.array(runIdSchema).min(1).max(100),
    keys: z.array(keySchema).min(1).max(100),
    points: z.number().int().min(10).max(1000).default(500).describe('How many points of a curve at the most.'),
    fromStep: step.optional(),
    toStep: step.optional(),
  })
  .refine(({ runs, keys }) => runs.length * keys.length <= 500, {
    message: 'runs times keys may be at most 500',
    path: ['keys'],
  })
  .meta({ id: 'CurveQuery' });
/** Which curves to draw. */
export type CurveQuery = z.input<typeof curveQuerySchema>;

/**
 * A metric of a run as a curve, by columns of equal length. With more points than asked for each entry is the last point of a
 * bucket, and `min` and `max` are over all its points (NaN where none is a number); else each is a point as logged.
 */
export interface Curve {
  runId: string;
  key: string;
  /** How many points were logged between the steps. */
  total: number;
  steps: number[];
  at: number[];
  values: number[];
  min: number[];
  max: number[];
}

type CurveStore = ReturnType<typeof createCurveStore>;

/** Reads curves for drawing; those without a point are left out. Runs that are not known fail with `not_found`. */
export async function readCurves({ database }: TrackingDeps, given: unknown): Promise<Curve[]> {
  const { runs, keys, points, fromStep, toStep } = parseAs(curveQuerySchema, given);
  await settlePoints({ database });
  const known = await createTrackingStore(database.query).metrics.keyIds([...new Set(keys)]);
  const store = createCurveStore(database.query);
  const stretch: Stretch = {
    by: 'step',
    from: fromStep ?? Number.MIN_SAFE_INTEGER,
    to: toStep ?? Number.MAX_SAFE_INTEGER,
  };
  const curves: Curve[] = [];
  for (const runId of new Set(runs)) {
    const { number } = await runOf(database.query, runId);
    for (const [key, keyId] of known) {
      const curve = await readCurve(store, { series: { runNumber: number, keyId }, stretch, points });
      if (curve.total > 0) curves.push({ runId, key, ...curve });
    }
  }
  return curves;
}

type Drawn = Omit<Curve, 'runId' | 'key'>;

interface Reading {
  series: Series;
  stretch: Stretch;
  points: number;
}

async function readCurve(store: CurveStore, { series, stretch, points }: Reading): Promise<Drawn> {
  const first = await store.first(series, stretch, points + 1);
  if (first.length <= points) return asLogged(first);
  const last = (await store.last(series, stretch))!;
  return summarise(store, { series, stretch: between(first[0]!, last), points });
}

/** The tightest stretch from one point to another: of times where all are of one step. */
function between(first: StoredPoint, last: StoredPoint): Stretch {
  if (first.step !== last.step) return { by: 'step', from: first.step, to: last.step };
  return { by: 'at', step: first.step, from: first.at, to: last.at };
}

function asLogged(points: readonly StoredPoint[]): Drawn {
  const values = points.map(({ value, is_nan }) => (is_nan ? Number.NaN : value));
  const [steps, at] = [points.map((point) => point.step), points.map((point) => point.at)];
  return { total: points.length, steps, at, values, min: values, max: values };
}

/**
 * Buckets of equal width. One that holds most of the points, because a few outliers stretch the axis, is cut again: as often
 * as it takes to leave it less than half, at most four times.
 */
async function summarise(store: CurveStore, reading: Reading, depth = 0): Promise<Drawn> {
  const { series, stretch, points } = reading;
  const width = Math.max(1, Math.ceil((stretch.to - stretch.from + 1) / points));
  const found = await store.buckets(series, stretch, width);
  const total = found.reduce((sum, bucket) => sum + bucket.points, 0);
  const drawn: Drawn = { total, steps: [], at: [], values: [], min: [], max: [] };
  for (const bucket of found) {
    if (depth < 4 && bucket.points > Math.max(total / 2, 2) && points - found.length >= 10) {
      const from = stretch.from + bucket.bucket * width;
      const inner = { ...stretch, from, to: Math.min(stretch.to, from + width - 1) };
      const tight = between((await store.first(series, inner, 1))[0]!, (await store.last(series, inner))!);
      add(drawn, await summarise(store, { series, stretch: tight, points: points - found.length }, depth + 1));
      continue;
    }
    const { step: at, min, max } = bucket;
    drawn.steps.push(at);
    drawn.at.push(bucket.at);
    drawn.values.push(bucket.is_nan ? Number.NaN : bucket.value);
    drawn.min.push(min ?? Number.NaN);
    drawn.max.push(max ?? Number.NaN);
  }
  return drawn;
}

function add(to: Drawn, part: Drawn): void {
  for (const column of ['steps', 'at', 'values', 'min', 'max'] as const) to[column].push(...part[column]);
}

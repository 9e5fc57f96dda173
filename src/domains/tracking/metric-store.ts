import { type Compilable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { moveRows } from '../../database/move-rows.ts';
import { runPrepared } from '../../database/prepared.ts';
import type { Metric } from './schema.ts';
import type { TrackingTables } from './tables.ts';

/** A point of a run, under its interned key. */
export interface Point {
  runNumber: number;
  keyId: number;
  value: number;
  step: number;
  at: number;
}

type Db = ReturnType<typeof open>;
type Row = TrackingTables['metric'];

/** How many rows one statement writes: each size is compiled once, and a batch is cut into them. */
const chunkSizes = [100, 10, 1] as const;
const identity = ['run_number', 'key_id', 'step', 'at', 'value', 'is_nan'] as const;
const blank: Row = { run_number: 0, key_id: 0, step: 0, at: 0, value: 0, is_nan: 0 };

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** All SQL of metric points. */
export function createMetricStore(queries: Queries) {
  const db = open(queries);
  return {
    keyIds: (keys: readonly string[]) => keyIds(db, keys),
    internKeys: (keys: readonly string[]) => internKeys(db, keys),
    /** Moves the latest point of each run and key; gives of how many there were points. */
    moveLatest: (points: readonly Point[]) => moveLatest(db, points),
    /** Brings points to their places, dropping exact duplicates. */
    insert: (points: readonly Point[]) =>
      write(db, { name: 'metric', build: (size) => insertPoints(db, 'metric', size) }, points),
    /** Leaves points to be brought to their places later. */
    arrive: (points: readonly Point[]) =>
      write(db, { name: 'metric-arrival', build: (size) => insertPoints(db, 'metric_arrival', size) }, points),
    isWaiting: () => isWaiting(db),
    /** Brings all points that wait to their places; the caller holds the lock `metric-arrivals`. */
    settle: () => moveRows(queries, { from: 'metric_arrival', to: 'metric', columns: identity }),
    latest: (runId: string, key: string) => latest(db, runId, key),
    history: (series: Series, page: HistoryPage) => history(db, series, page),
    /** The first point at or after a step, and within it a time. */
    seek: (series: Series, from: { step: number; at: number }) => seek(db, series, from),
    /** The last point at or before a step. */
    last: (series: Series, toStep: number) => last(db, series, toStep),
  };
}

async function keyIds(db: Db, keys: readonly string[]): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .selectFrom('metric_key')
    .selectAll()
    .where('key', 'in', [...keys])
    .execute();
  return new Map(rows.map((row) => [row.key, row.id]));
}

/** Gives missing keys the next ids; the caller holds the lock `metric-keys`. */
async function internKeys(db: Db, keys: readonly string[]): Promise<void> {
  const last = await db
    .selectFrom('metric_key')
    .select((e) => e.fn.max('id').as('last'))
    .executeTakeFirst();
  const from = Number(last?.last ?? 0) + 1;
  await db
    .insertInto('metric_key')
    .values(keys.map((key, i) => ({ id: from + i, key })))
    .execute();
}

async function moveLatest(db: Db, points: readonly Point[]): Promise<number> {
  const newest = newestByKey(points);
  await write(db, { name: 'latest', build: (size) => upsertLatest(db, size) }, newest);
  return newest.length;
}

async function isWaiting(db: Db): Promise<boolean> {
  const build = () => db.selectFrom('metric_arrival').select('run_number').limit(sql.lit(1));
  return (await runPrepared(db as unknown as Queries, { name: 'metric-waiting', build }, [])).length > 0;
}

/** The newest point of each run and key, in an order so that two batches lock rows alike. */
function newestByKey(points: readonly Point[]): readonly Point[] {
  if (points.length === 1) return points;
  const sorted = points.toSorted((a, b) => a.runNumber - b.runNumber || a.keyId - b.keyId);
  const newest: Point[] = [];
  for (const point of sorted) {
    const last = newest.at(-1);
    if (last?.keyId !== point.keyId || last.runNumber !== point.runNumber) newest.push(point);
    else if (isNewer(point, last)) newest[newest.length - 1] = point;
  }
  return newest;
}

/** Whether a point counts as later: by step, then time, then value; any number beats NaN. */
function isNewer(a: Point, b: Point): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.at !== b.at) return a.at > b.at;
  if (Number.isNaN(a.value) || Number.isNaN(b.value)) return Number.isNaN(b.value) && !Number.isNaN(a.value);
  return a.value > b.value;
}

interface Writing {
  name: string;
  build(size: number): Compilable<unknown>;
}

async function write(db: Db, { name, build }: Writing, points: readonly Point[]): Promise<void> {
  for (let at = 0; at < points.length; ) {
    const size = chunkSizes.find((one) => one <= points.length - at)!;
    const bound: number[] = new Array(size * 6);
    for (let i = 0; i < size; i++) {
      const { runNumber, keyId, value, step, at: time } = points[at + i]!;
      const isNan = Number.isNaN(value);
      bound[i * 6] = runNumber;
      bound[i * 6 + 1] = keyId;
      bound[i * 6 + 2] = step;
      bound[i * 6 + 3] = time;
      // Adding 0 turns -0 into 0: the two are one value to SQL.
      bound[i * 6 + 4] = isNan ? 0 : value + 0;
      bound[i * 6 + 5] = isNan ? 1 : 0;
    }
    await runPrepared(db as unknown as Queries, { name: `${name}:${size}`, build: () => build(size) }, bound);
    at += size;
  }
}

function insertPoints(db: Db, table: 'metric' | 'metric_arrival', size: number) {
  return db
    .insertInto(table)
    .values(Array.from({ length: size }, () => blank))
    .onConflict((conflict) => conflict.doNothing());
}

function upsertLatest(db: Db, size: number) {
  return db
    .insertInto('metric_latest')
    .values(Array.from({ length: size }, () => blank))
    .onConflict((conflict) =>
      conflict
        .columns(['run_number', 'key_id'])
        .doUpdateSet((e) => ({
          step: e.ref('excluded.step'),
          at: e.ref('excluded.at'),
          value: e.ref('excluded.value'),
          is_nan: e.ref('excluded.is_nan'),
        }))
        .where(
          sql<boolean>`(excluded.step, excluded.at, -excluded.is_nan, excluded.value) > (metric_latest.step, metric_latest.at, -metric_latest.is_nan, metric_latest.value)`,
        ),
    );
}

async function latest(db: Db, runId: string, key: string): Promise<Metric | undefined> {
  const build = () =>
    db
      .selectFrom('metric_latest as l')
      .innerJoin('run as r', 'r.number', 'l.run_number')
      .innerJoin('metric_key as k', 'k.id', 'l.key_id')
      .select(['l.value', 'l.is_nan', 'l.step', 'l.at'])
      .where('r.id', '=', '')
      .where('k.key', '=', '');
  const [row] = await runPrepared(db as unknown as Queries, { name: 'latest-metric', build }, [runId, key]);
  return row && { key, value: row.is_nan ? Number.NaN : row.value, step: row.step, at: row.at };
}

/** The point to go on after, and how many. */
export interface HistoryPage {
  after?: Pick<Row, 'step' | 'at' | 'value' | 'is_nan'> | undefined;
  limit: number;
  /** Steps to begin and to end with. */
  from?: number | undefined;
  to?: number | undefined;
}

/** The points of one metric of one run. */
export interface Series {
  runNumber: number;
  keyId: number;
}

/** A point as it is kept: NaN is 0 with `is_nan` 1. */
export type StoredPoint = Pick<Row, 'step' | 'at' | 'value' | 'is_nan'>;

function history(db: Db, at: Series, { after, limit, from, to }: HistoryPage): Promise<StoredPoint[]> {
  return db
    .selectFrom('metric')
    .select(['step', 'at', 'value', 'is_nan'])
    .where('run_number', '=', at.runNumber)
    .where('key_id', '=', at.keyId)
    .$if(from !== undefined, (q) => q.where('step', '>=', from!))
    .$if(to !== undefined, (q) => q.where('step', '<=', to!))
    .$if(after !== undefined, (q) =>
      q.where((e) =>
        e(
          e.refTuple('step', 'at', 'value', 'is_nan'),
          '>',
          e.tuple(after!.step, after!.at, after!.value, after!.is_nan),
        ),
      ),
    )
    .orderBy('step')
    .orderBy('at')
    .orderBy('value')
    .orderBy('is_nan')
    .limit(limit)
    .execute();
}

async function seek(
  db: Db,
  { runNumber, keyId }: Series,
  from: { step: number; at: number },
): Promise<StoredPoint | undefined> {
  const build = () =>
    db
      .selectFrom('metric')
      .select(['step', 'at', 'value', 'is_nan'])
      .where('run_number', '=', 0)
      .where('key_id', '=', 0)
      .where((e) => e(e.refTuple('step', 'at'), '>=', e.tuple(0, 0)))
      .orderBy('step')
      .orderBy('at')
      .orderBy('value')
      .orderBy('is_nan')
      .limit(sql.lit(1));
  const bound = [runNumber, keyId, from.step, from.at];
  return (await runPrepared<StoredPoint>(db as unknown as Queries, { name: 'metric-seek', build }, bound))[0];
}

function last(db: Db, { runNumber, keyId }: Series, toStep: number): Promise<StoredPoint | undefined> {
  return db
    .selectFrom('metric')
    .select(['step', 'at', 'value', 'is_nan'])
    .where('run_number', '=', runNumber)
    .where('key_id', '=', keyId)
    .where('step', '<=', toStep)
    .orderBy('step', 'desc')
    .orderBy('at', 'desc')
    .orderBy('value', 'desc')
    .orderBy('is_nan', 'desc')
    .limit(1)
    .executeTakeFirst();
}

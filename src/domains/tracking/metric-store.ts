import { type Compilable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { runPrepared } from '../../database/prepared.ts';
import type { Metric } from './schema.ts';
import type { TrackingTables } from './tables.ts';

/** A point under its interned key. */
export interface Point {
  keyId: number;
  value: number;
  step: number;
  at: number;
}

type Db = ReturnType<typeof open>;
type Row = TrackingTables['metric'];

/** How many rows one statement writes: each size is compiled once, and a batch is cut into them. */
const chunkSizes = [100, 10, 1] as const;
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
    /** Appends points, dropping exact duplicates, and moves the latest of each key. */
    append: (runNumber: number, points: readonly Point[]) => append(db, runNumber, points),
    latest: (runId: string, key: string) => latest(db, runId, key),
    history: (at: { runNumber: number; keyId: number }, page: HistoryPage) => history(db, at, page),
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

async function append(db: Db, runNumber: number, points: readonly Point[]): Promise<void> {
  await write(db, { name: 'metric', build: (size) => insertPoints(db, size) }, { runNumber, points });
  const newest = newestByKey(points);
  await write(db, { name: 'latest', build: (size) => upsertLatest(db, size) }, { runNumber, points: newest });
}

/** The newest point of each key, by key id so that two batches lock rows in the same order. */
function newestByKey(points: readonly Point[]): readonly Point[] {
  if (points.length === 1) return points;
  const newest = new Map<number, Point>();
  for (const point of points) {
    const known = newest.get(point.keyId);
    if (!known || isNewer(point, known)) newest.set(point.keyId, point);
  }
  return [...newest.values()].sort((a, b) => a.keyId - b.keyId);
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

async function write(
  db: Db,
  { name, build }: Writing,
  { runNumber, points }: { runNumber: number; points: readonly Point[] },
): Promise<void> {
  for (let at = 0; at < points.length; ) {
    const size = chunkSizes.find((one) => one <= points.length - at)!;
    const bound: number[] = new Array(size * 6);
    for (let i = 0; i < size; i++) {
      const { keyId, value, step, at: time } = points[at + i]!;
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

function insertPoints(db: Db, size: number) {
  return db
    .insertInto('metric')
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
}

function history(db: Db, at: { runNumber: number; keyId: number }, { after, limit }: HistoryPage) {
  return db
    .selectFrom('metric')
    .select(['step', 'at', 'value', 'is_nan'])
    .where('run_number', '=', at.runNumber)
    .where('key_id', '=', at.keyId)
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

import { sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { TrackingTables } from './tables.ts';

/** A run's number and a metric's key id: one series of points. */
export interface Series {
  runNumber: number;
  keyId: number;
}

/** A stretch of a series: steps from `from` to `to`, both included; or of one step, times. */
export interface Stretch {
  by: 'step' | 'at';
  from: number;
  to: number;
  /** The step, where the stretch is one of times. */
  step?: number | undefined;
}

/** A point as stored. */
export interface StoredPoint {
  step: number;
  at: number;
  value: number;
  is_nan: number;
}

/** What lies in one bucket: how much, between which values, and its last point. */
export interface Bucket extends StoredPoint {
  bucket: number;
  points: number;
  /** Null where all are NaN. */
  min: number | null;
  max: number | null;
}

/** All SQL of curves; each statement goes by the key of the metric table, so that none reads another series. */
export function createCurveStore(queries: Queries) {
  const db = queries.withTables<TrackingTables>();
  const points = ({ runNumber, keyId }: Series, { by, from, to, step }: Stretch) =>
    db
      .selectFrom('metric')
      .where('run_number', '=', runNumber)
      .where('key_id', '=', keyId)
      .$if(step !== undefined, (q) => q.where('step', '=', step!))
      .where(by, '>=', from)
      .where(by, '<=', to);
  return {
    first: (series: Series, stretch: Stretch, limit: number): Promise<StoredPoint[]> =>
      points(series, stretch)
        .select(['step', 'at', 'value', 'is_nan'])
        .orderBy('step')
        .orderBy('at')
        .orderBy('value')
        .orderBy('is_nan')
        .limit(limit)
        .execute(),
    last: (series: Series, stretch: Stretch): Promise<StoredPoint | undefined> =>
      points(series, stretch)
        .select(['step', 'at', 'value', 'is_nan'])
        .orderBy('step', 'desc')
        .orderBy('at', 'desc')
        .orderBy('value', 'desc')
        .limit(1)
        .executeTakeFirst(),
    /** Cuts a stretch into buckets of `width`; those that hold nothing are left out. */
    buckets: (series: Series, stretch: Stretch, width: number) => bucketsOf(queries, { series, stretch, width }),
  };
}

interface Cut {
  series: Series;
  stretch: Stretch;
  width: number;
}

/** Each bucket seeks its own range of the clustered table: no sort, and nothing outside of the series is read. */
async function bucketsOf(queries: Queries, { series, stretch, width }: Cut): Promise<Bucket[]> {
  const { by, from, to, step } = stretch;
  const count = Math.ceil((to - from + 1) / width);
  const column = sql.ref(`m.${by}`);
  const low = sql`${sql.lit(from)} + b.bucket * ${sql.lit(width)}`;
  const within = sql`from metric m where m.run_number = ${sql.lit(series.runNumber)} and m.key_id = ${sql.lit(series.keyId)}
    ${step === undefined ? sql`` : sql`and m.step = ${sql.lit(step)}`}
    and ${column} >= ${low} and ${column} < ${low} + ${sql.lit(width)} and ${column} <= ${sql.lit(to)}`;
  const last = sql`${within} order by m.step desc, m.at desc, m.value desc limit 1`;
  const { rows } = await sql<Bucket & { at: number | null }>`
    with recursive b(bucket) as (
      select cast(0 as bigint) union all select bucket + 1 from b where bucket < ${sql.lit(count - 1)}
    )
    select b.bucket,
      (select count(*) ${within}) as points,
      (select min(case when m.is_nan = 0 then m.value end) ${within}) as min,
      (select max(case when m.is_nan = 0 then m.value end) ${within}) as max,
      (select m.step ${last}) as step, (select m.at ${last}) as at,
      (select m.value ${last}) as value, (select m.is_nan ${last}) as is_nan
    from b`.execute(queries);
  return rows
    .filter(({ at }) => at !== null)
    .map((row) => ({ ...row, bucket: Number(row.bucket), points: Number(row.points) }))
    .sort((a, b) => a.bucket - b.bucket);
}

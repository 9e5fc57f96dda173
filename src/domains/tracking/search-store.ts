import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { attributeKind, type Filter, isNumeric, type OrderTerm } from '../../kernel/filter/index.ts';
import { columnOf, toCondition } from './filter-sql.ts';
import { toRun } from './run-store.ts';
import type { Metric, Run } from './schema.ts';
import type { TrackingTables } from './tables.ts';

/** Which runs to read: filter, order, and the sort key to go on after (a rank and a value for each term, then the id). */
export interface RunRows {
  experimentIds?: readonly string[] | undefined;
  lifecycle: 'active' | 'deleted' | 'all';
  filter?: Filter | undefined;
  order: readonly OrderTerm[];
  after?: readonly (string | number)[] | undefined;
  limit: number;
}

/** What to return of a run: everything, or some keys. */
export interface Projection {
  metrics: 'all' | readonly string[];
  params: 'all' | readonly string[];
  tags: 'all' | readonly string[];
}

/** A run found, and its sort key. */
export interface FoundRun {
  run: ReturnType<typeof toRun>;
  key: (string | number)[];
}

type Db = ReturnType<typeof open>;
type RunRow = Selectable<TrackingTables['run']>;

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** All SQL that finds runs and reads what they logged. */
export function createSearchStore(queries: Queries) {
  const db = open(queries);
  return {
    find: (rows: RunRows) => findRuns(db, rows),
    /** Adds the latest metrics, parameters and tags that a projection asks for. */
    fill: (runs: readonly ReturnType<typeof toRun>[], projection: Projection) => fillRuns(db, runs, projection),
  };
}

/** One column of the order: where it is sorted first to last by `rank` (there, NaN, missing), then by value. */
interface SortColumn {
  /** Absent where nothing is ever missing: a plain column lets an index give the order. */
  rank?: RawBuilder<number>;
  value: RawBuilder<unknown>;
  descending: boolean;
  numeric: boolean;
}

async function findRuns(db: Db, rows: RunRows): Promise<FoundRun[]> {
  const sort = rows.order.map(sortColumn);
  const last = { value: sql.ref('run.id'), descending: rows.order.length === 0 || rows.order[0]!.descending };
  let query = db.selectFrom('run').selectAll('run').limit(rows.limit);
  if (rows.experimentIds) query = query.where('run.experiment_id', 'in', ['', ...rows.experimentIds]);
  if (rows.lifecycle !== 'all') query = query.where('run.lifecycle', '=', rows.lifecycle);
  if (rows.filter) query = query.where(toCondition(db as unknown as Queries, rows.filter));
  if (rows.after) query = query.where(afterKey(sort, last, rows.after));
  sort.forEach((column, i) => {
    if (column.rank) query = query.select(column.rank.as(`rank_${i}`)).orderBy(sql.ref(`rank_${i}`));
    query = query
      .select(column.value.as(`value_${i}`))
      .orderBy(sql.ref(`value_${i}`), column.descending ? 'desc' : 'asc');
  });
  query = query.orderBy('run.id', last.descending ? 'desc' : 'asc');
  const found = (await query.execute()) as (RunRow & Record<string, string | number>)[];
  return found.map((row) => {
    const parts = sort.flatMap((_, i) => [Number(row[`rank_${i}`] ?? 0), String(row[`value_${i}`])]);
    return { run: toRun(row), key: [...parts, row.id] };
  });
}

/** The types of a sort key's parts, for its page token. */
export function sortKeyTypes(order: readonly OrderTerm[]): ('string' | 'number')[] {
  return [...order.flatMap(() => ['number', 'string'] as const), 'string'];
}

function sortColumn({ field, descending }: OrderTerm): SortColumn {
  if (field.kind === attributeKind) {
    const column = sql.ref(columnOf(field.key));
    const numeric = isNumeric(field);
    if (field.key !== 'endedAt' && field.key !== 'parentRunId') return { value: column, descending, numeric };
    const empty = numeric ? sql.lit(0) : sql.lit('');
    const rank = sql<number>`case when ${column} is null then 2 else 0 end`;
    return { rank, value: sql`coalesce(${column}, ${empty})`, descending, numeric };
  }
  if (field.kind === 'metric') {
    const of = (what: RawBuilder<unknown>) => sql`(select ${what} from metric_latest o where o.run_number = run.number
      and o.key_id = (select k.id from metric_key k where k.key = ${field.key}))`;
    const rank = sql<number>`coalesce(${of(sql.ref('o.is_nan'))}, 2)`;
    return { rank, value: sql`coalesce(${of(sql.ref('o.value'))}, 0.0)`, descending, numeric: true };
  }
  const table = sql.table(field.kind === 'param' ? 'run_param' : 'run_tag');
  const value = sql`(select o.value from ${table} o where o.run_id = run.id and o.key = ${field.key})`;
  const rank = sql<number>`case when ${value} is null then 2 else 0 end`;
  return { rank, value: sql`coalesce(${value}, '')`, descending, numeric: false };
}

/** Rows that come after a sort key: later in the first column, or equal there and later in the rest. */
function afterKey(
  sort: readonly SortColumn[],
  last: { value: RawBuilder<unknown>; descending: boolean },
  key: readonly (string | number)[],
): RawBuilder<boolean> {
  const later = (column: RawBuilder<unknown>, descending: boolean) => sql`${column} ${descending ? sql`<` : sql`>`} `;
  let rest = sql<boolean>`${later(last.value, last.descending)}${key.at(-1)}`;
  for (let i = sort.length - 1; i >= 0; i--) {
    const { rank, value, descending, numeric } = sort[i]!;
    const [atRank, atValue] = [Number(key[i * 2]), numeric ? Number(key[i * 2 + 1]) : String(key[i * 2 + 1])];
    rest = sql<boolean>`(${later(value, descending)}${atValue} or (${value} = ${atValue} and ${rest}))`;
    if (rank) rest = sql<boolean>`(${rank} > ${atRank} or (${rank} = ${atRank} and ${rest}))`;
  }
  return rest;
}

async function fillRuns(db: Db, runs: readonly ReturnType<typeof toRun>[], projection: Projection): Promise<Run[]> {
  if (runs.length === 0) return [];
  const filled = new Map<string, Run>();
  const byNumber = new Map<number, Run>();
  for (const { number, ...info } of runs) {
    const run: Run = { ...info, metrics: {}, params: {}, tags: {} };
    filled.set(info.id, run);
    byNumber.set(number, run);
  }
  if (projection.metrics === 'all' || projection.metrics.length > 0) {
    for (const [number, metric] of await metricsOf(db, [...byNumber.keys()], projection.metrics)) {
      byNumber.get(number)!.metrics[metric.key] = metric;
    }
  }
  for (const what of ['params', 'tags'] as const) {
    const keys = projection[what];
    if (keys !== 'all' && keys.length === 0) continue;
    const pairs = await db
      .selectFrom(what === 'params' ? 'run_param' : 'run_tag')
      .selectAll()
      .where('run_id', 'in', [...filled.keys()])
      .$if(keys !== 'all', (q) => q.where('key', 'in', [...(keys as readonly string[])]))
      .execute();
    for (const pair of pairs) filled.get(pair.run_id)![what][pair.key] = pair.value;
  }
  return [...filled.values()];
}

async function metricsOf(
  db: Db,
  numbers: readonly number[],
  keys: 'all' | readonly string[],
): Promise<[number, Metric][]> {
  const rows = await db
    .selectFrom('metric_latest as l')
    .innerJoin('metric_key as k', 'k.id', 'l.key_id')
    .select(['l.run_number', 'k.key', 'l.value', 'l.is_nan', 'l.step', 'l.at'])
    .where('l.run_number', 'in', [...numbers])
    .$if(keys !== 'all', (q) => q.where('k.key', 'in', [...(keys as readonly string[])]))
    .execute();
  return rows.map(({ run_number, is_nan, ...metric }) => [
    run_number,
    { ...metric, value: is_nan ? Number.NaN : metric.value },
  ]);
}

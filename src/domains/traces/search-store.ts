import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { attributeKind, type Filter, isNumeric, type OrderTerm } from '../../kernel/filter/index.ts';
import { columnOf, traceCondition } from './filter-sql.ts';
import type { TraceTables } from './tables.ts';
import { type TraceRow, toTraceRow } from './trace-store.ts';
import type { Attribute } from './vocabulary.ts';

/** Which traces to read: filter, order, and the sort key to go on after (a rank and a value for each term, then the id). */
export interface TraceRows {
  experimentIds: readonly string[];
  filter?: Filter | undefined;
  order: readonly OrderTerm[];
  after?: readonly (string | number)[] | undefined;
  limit: number;
}

/** A trace found, and its sort key. */
export interface FoundTrace {
  trace: TraceRow;
  key: (string | number)[];
}

/** One column of the order: what is missing comes last by `rank`, the rest by value. */
interface SortColumn {
  /** Absent where nothing is ever missing: a plain column lets an index give the order. */
  rank?: RawBuilder<number>;
  value: RawBuilder<unknown>;
  descending: boolean;
  numeric: boolean;
}

/** All SQL that finds and counts traces. */
export function createTraceSearchStore(queries: Queries) {
  const db = queries.withTables<TraceTables>();
  return {
    find: (rows: TraceRows) => findTraces(queries, rows),
    async count(experimentIds: readonly string[], filter: Filter | undefined): Promise<number> {
      let query = db.selectFrom('trace').select(({ fn }) => fn.countAll<number>().as('count'));
      query = query.where('trace.experiment_id', 'in', ['', ...experimentIds]);
      if (filter) query = query.where(traceCondition(queries, filter));
      return Number((await query.executeTakeFirstOrThrow()).count);
    },
  };
}

async function findTraces(queries: Queries, rows: TraceRows): Promise<FoundTrace[]> {
  const db = queries.withTables<TraceTables>();
  const sort = rows.order.map(sortColumn);
  const isDescending = rows.order.length === 0 || rows.order[0]!.descending;
  let query = db.selectFrom('trace').selectAll('trace').limit(rows.limit);
  const [first, ...more] = rows.experimentIds;
  // One experiment is read in the order of the index; a list of them would have to be sorted.
  query =
    first !== undefined && more.length === 0
      ? query.where('trace.experiment_id', '=', first)
      : query.where('trace.experiment_id', 'in', ['', ...rows.experimentIds]);
  if (rows.filter) query = query.where(traceCondition(queries, rows.filter));
  if (rows.after) query = query.where(afterKey(sort, isDescending, rows.after));
  sort.forEach((column, i) => {
    if (column.rank) query = query.select(column.rank.as(`rank_${i}`)).orderBy(sql.ref(`rank_${i}`));
    query = query
      .select(column.value.as(`value_${i}`))
      .orderBy(sql.ref(`value_${i}`), column.descending ? 'desc' : 'asc');
  });
  query = query.orderBy('trace.id', isDescending ? 'desc' : 'asc');
  const found = (await query.execute()) as (Selectable<TraceTables['trace']> & Record<string, string | number>)[];
  return found.map((row) => {
    const parts = sort.flatMap((_, i) => [Number(row[`rank_${i}`] ?? 0), String(row[`value_${i}`])]);
    return { trace: toTraceRow(row), key: [...parts, row.id] };
  });
}

/** The types of a sort key's parts, for its page token. */
export function sortKeyTypes(order: readonly OrderTerm[]): ('string' | 'number')[] {
  return [...order.flatMap(() => ['number', 'string'] as const), 'string'];
}

function sortColumn({ field, descending }: OrderTerm): SortColumn {
  const numeric = isNumeric(field);
  const key = field.key as Attribute;
  const column = field.kind === attributeKind ? columnOf(key) : undefined;
  const ref = column === undefined ? undefined : sql.ref(column);
  const isNeverMissing = ['id', 'experimentId', 'state', 'requestedAt'].includes(key);
  if (ref && isNeverMissing) return { value: ref, descending, numeric };
  if (field.kind === attributeKind && key === 'endedAt') {
    return { value: sql`(trace.requested_at + coalesce(trace.duration_ms, 0))`, descending, numeric };
  }
  const value = ref ?? belonging(field.kind, field.key);
  const rank = sql<number>`case when ${value} is null then 2 else 0 end`;
  return { rank, value: sql`coalesce(${value}, ${numeric ? sql.lit(0) : sql.lit('')})`, descending, numeric };
}

/** A tag, metadata entry or link of the trace, as a value to order by. */
function belonging(kind: string, key: string): RawBuilder<unknown> {
  if (kind === attributeKind) {
    const link = key === 'runId' ? 'run' : 'prompt';
    return sql`(select min(o.target) from trace_link o where o.trace_id = trace.id and o.kind = ${link})`;
  }
  const table = sql.table(kind === 'tag' ? 'trace_tag' : 'trace_metadata');
  return sql`(select o.value from ${table} o where o.trace_id = trace.id and o.key = ${key})`;
}

/** Rows that come after a sort key: later in the first column, or equal there and later in the rest. */
function afterKey(
  sort: readonly SortColumn[],
  isDescending: boolean,
  key: readonly (string | number)[],
): RawBuilder<boolean> {
  const later = (column: RawBuilder<unknown>, descending: boolean) => sql`${column} ${descending ? sql`<` : sql`>`} `;
  let rest = sql<boolean>`${later(sql.ref('trace.id'), isDescending)}${key.at(-1)}`;
  for (let i = sort.length - 1; i >= 0; i--) {
    const { rank, value, descending, numeric } = sort[i]!;
    const [atRank, atValue] = [Number(key[i * 2]), numeric ? Number(key[i * 2 + 1]) : String(key[i * 2 + 1])];
    rest = sql<boolean>`(${later(value, descending)}${atValue} or (${value} = ${atValue} and ${rest}))`;
    if (rank) rest = sql<boolean>`(${rank} > ${atRank} or (${rank} = ${atRank} and ${rest}))`;
  }
  return rest;
}

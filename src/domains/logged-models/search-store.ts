import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { attributeKind, type Filter, isNumeric, type OrderTerm } from '../../kernel/filter/index.ts';
import { type DatasetScope, inDatasets, measuredOn, modelCondition, namesMetric } from './filter-sql.ts';
import { type ModelRow, toModel } from './model-store.ts';
import type { LoggedModelTables } from './tables.ts';
import { modelColumns } from './vocabulary.ts';

/** A term of an order; metrics may be of one dataset. */
export interface ModelOrder extends OrderTerm {
  dataset: DatasetScope;
}

/** Which models to read, and the sort key to go on after: a rank and a value for each term, then the id. */
export interface ModelRows {
  experimentIds?: readonly string[] | undefined;
  filter?: Filter | undefined;
  datasets: readonly DatasetScope[];
  order: readonly ModelOrder[];
  after?: readonly (string | number)[] | undefined;
  limit: number;
}

/** A model found, and its sort key. */
export interface FoundModel {
  model: ModelRow;
  key: (string | number)[];
}

type Db = ReturnType<typeof open>;
type Row = Selectable<LoggedModelTables['logged_model']>;

/** One column of the order: sorted first by `rank` (there, NaN, missing), then by value. */
interface SortColumn {
  /** Absent where nothing is ever missing: a plain column lets an index give the order. */
  rank?: RawBuilder<number>;
  value: RawBuilder<unknown>;
  descending: boolean;
  numeric: boolean;
}

function open(queries: Queries) {
  return queries.withTables<LoggedModelTables>();
}

/** All SQL that finds logged models. */
export function createModelSearchStore(queries: Queries) {
  const db = open(queries);
  return { find: (rows: ModelRows) => findModels(db, rows) };
}

async function findModels(db: Db, rows: ModelRows): Promise<FoundModel[]> {
  const { filter, datasets } = rows;
  const sort = rows.order.map(sortColumn);
  const last = { value: sql.ref('logged_model.id'), descending: rows.order[0]?.descending ?? true };
  let query = db.selectFrom('logged_model').selectAll('logged_model').where('deleted_at', 'is', null);
  const [one, ...others] = rows.experimentIds ?? [];
  // One experiment by equality: its index gives the order, newest first.
  if (one !== undefined && others.length === 0) query = query.where('experiment_id', '=', one);
  else if (rows.experimentIds) query = query.where('experiment_id', 'in', ['', ...rows.experimentIds]);
  if (filter) query = query.where(modelCondition(db as unknown as Queries, filter, datasets));
  if (datasets.length > 0 && !(filter && namesMetric(filter))) query = query.where(measuredOn(datasets));
  if (rows.after) query = query.where(afterKey(sort, last, rows.after));
  sort.forEach((column, i) => {
    if (column.rank) query = query.select(column.rank.as(`rank_${i}`)).orderBy(sql.ref(`rank_${i}`));
    query = query
      .select(column.value.as(`value_${i}`))
      .orderBy(sql.ref(`value_${i}`), column.descending ? 'desc' : 'asc');
  });
  query = query.orderBy('logged_model.id', last.descending ? 'desc' : 'asc').limit(rows.limit);
  const found = (await query.execute()) as (Row & Record<string, string | number>)[];
  return found.map((row) => {
    const parts = sort.flatMap((_, i) => [Number(row[`rank_${i}`] ?? 0), String(row[`value_${i}`])]);
    return { model: toModel(row), key: [...parts, row.id] };
  });
}

/** The types of a sort key's parts, for its page token. */
export function sortKeyTypes(order: readonly ModelOrder[]): ('string' | 'number')[] {
  return [...order.flatMap(() => ['number', 'string'] as const), 'string'];
}

function sortColumn({ field, descending, dataset }: ModelOrder): SortColumn {
  if (field.kind === attributeKind) {
    return { value: sql.ref(modelColumns[field.key]!), descending, numeric: isNumeric(field) };
  }
  if (field.kind === 'metric') {
    const latest = (what: RawBuilder<unknown>) => sql`(select ${what} from logged_model_metric as p
      where p.model_id = logged_model.id and p.key = ${field.key} and ${inDatasets([dataset])}
      order by p.at desc, p.step desc, p.run_id, p.is_nan, p.value desc limit 1)`;
    const rank = sql<number>`coalesce(${latest(sql.ref('p.is_nan'))}, 2)`;
    return { rank, value: sql`coalesce(${latest(sql.ref('p.value'))}, 0.0)`, descending, numeric: true };
  }
  const table = sql.table(field.kind === 'param' ? 'logged_model_param' : 'logged_model_tag');
  const value = sql`(select o.value from ${table} as o where o.model_id = logged_model.id and o.key = ${field.key})`;
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

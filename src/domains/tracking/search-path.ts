import { type RawBuilder, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { attributeKind, type Comparison, type Filter, type OrderTerm } from '../../kernel/filter/index.ts';
import type { TrackingTables } from './tables.ts';

/** Where a search begins, so that it reads about as many rows as it gives. */
export type SearchPath =
  /** At the runs of the experiments, by their start. */
  | { by: 'runs' }
  /** At the runs that have a value of a parameter or tag, by their start. */
  | { by: 'pair'; table: 'run_param' | 'run_tag'; key: string; value: string }
  /** At the runs of a name or a parent. */
  | { by: 'attribute'; column: 'name' | 'parent_run_id'; value: string }
  /** At the runs whose latest value of a metric is within bounds. */
  | { by: 'metric'; key: string; bounds: readonly Comparison[] }
  /** At the latest values of the metric that orders, in that order. */
  | { by: 'order'; key: string; bounds: readonly Comparison[] };

/** What decides on a path. */
export interface PathQuestion {
  experimentIds?: readonly string[] | undefined;
  filter?: Filter | undefined;
  order: readonly OrderTerm[];
  /** So few rows are read and sorted rather than an order followed. */
  fewRows?: number | undefined;
}

/** So few rows are read and sorted faster than any order is followed. */
const usualFew = 2000;
const indexed: Record<string, 'name' | 'parent_run_id'> = { name: 'name', parentRunId: 'parent_run_id' };
const ranges: Record<string, RawBuilder<unknown>> = {
  '=': sql`=`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
};

/** The comparisons that every run found must meet. */
export function demandsOf(filter: Filter | undefined): Comparison[] {
  if (filter?.kind === 'comparison') return [filter];
  return filter?.kind === 'and' ? filter.parts.flatMap(demandsOf) : [];
}

/** A path, and another for when the first has gone far without filling a page. */
export interface ChosenPath {
  path: SearchPath;
  instead?: SearchPath | undefined;
}

/** Chooses by counting, no further than needed, what each path would read. */
export async function choosePath(queries: Queries, question: PathQuestion): Promise<ChosenPath> {
  const { experimentIds, order, fewRows: few = usualFew } = question;
  const first = order[0]!.field;
  const paths = pathsOf(demandsOf(question.filter));
  if (paths.length === 0 && first.kind !== 'metric') return { path: { by: 'runs' } };
  if (experimentIds && (await countRuns(queries, experimentIds, few)) <= few) return { path: { by: 'runs' } };
  for (const path of paths) if ((await countOf(queries, path, few)) <= few) return { path };
  const values = paths.find(({ by }) => by === 'pair' || by === 'attribute');
  if (first.kind === 'metric') {
    return { path: { by: 'order', key: first.key, bounds: boundsOf(paths, first.key) }, instead: values };
  }
  const isByStart = first.kind === attributeKind && first.key === 'startedAt';
  if (isByStart) return { path: values?.by === 'pair' ? values : { by: 'runs' } };
  return { path: values ?? paths[0] ?? { by: 'runs' } };
}

/** The value of the metric that orders which stands `far` entries behind the beginning of a page; nothing where fewer are left. */
export async function valueBehind(
  queries: Queries,
  path: Extract<SearchPath, { by: 'order' }>,
  { descending, after, far }: { descending: boolean; after: number | undefined; far: number },
): Promise<number | undefined> {
  const row = await open(queries)
    .selectFrom('metric_latest as d')
    .select('d.value')
    .where(beginCondition(path))
    .$if(after !== undefined, (q) => q.where('d.value', descending ? '<=' : '>=', after!))
    .orderBy('d.value', descending ? 'desc' : 'asc')
    .limit(1)
    .offset(far)
    .executeTakeFirst();
  return row?.value;
}

function boundsOf(paths: readonly SearchPath[], key: string): readonly Comparison[] {
  const found = paths.find((path) => path.by === 'metric' && path.key === key);
  return found?.by === 'metric' ? found.bounds : [];
}

function pathsOf(demands: readonly Comparison[]): SearchPath[] {
  const paths: SearchPath[] = [];
  const bounds = new Map<string, Comparison[]>();
  for (const demand of demands) {
    const { field, operator, value } = demand;
    if ((field.kind === 'param' || field.kind === 'tag') && operator === '=') {
      const table = field.kind === 'param' ? 'run_param' : 'run_tag';
      paths.push({ by: 'pair', table, key: field.key, value: String(value) });
    }
    if (field.kind === attributeKind && operator === '=' && Object.hasOwn(indexed, field.key)) {
      paths.push({ by: 'attribute', column: indexed[field.key]!, value: String(value) });
    }
    if (field.kind !== 'metric' || !Object.hasOwn(ranges, operator)) continue;
    const known = bounds.get(field.key);
    if (known) known.push(demand);
    else bounds.set(field.key, [demand]);
  }
  for (const [key, list] of bounds) paths.push({ by: 'metric', key, bounds: list });
  return paths;
}

/** A path that begins in another table than that of runs. */
export type JoinedPath = Exclude<SearchPath, { by: 'runs' | 'attribute' }>;

/** The condition that a row of the table `d` where a path begins meets. */
export function beginCondition(path: JoinedPath): RawBuilder<boolean> {
  if (path.by === 'pair') {
    return sql<boolean>`d.key = ${path.key} and substr(d.value, 1, 64) = substr(${path.value}, 1, 64) and d.value = ${path.value}`;
  }
  const bounds = path.bounds.map(({ operator, value }) => sql`d.value ${ranges[operator]!} ${value}`);
  const key = sql`d.key_id = (select k.id from metric_key k where k.key = ${path.key}) and d.is_nan = 0`;
  return sql<boolean>`${sql.join([key, ...bounds], sql` and `)}`;
}

/** The table where a path begins. */
export function beginTable(path: JoinedPath): 'run_param' | 'run_tag' | 'metric_latest' {
  return path.by === 'pair' ? path.table : 'metric_latest';
}

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

async function countOf(queries: Queries, path: SearchPath, few: number): Promise<number> {
  if (path.by === 'runs') return Number.POSITIVE_INFINITY;
  if (path.by === 'attribute') {
    return countRows(queries, open(queries).selectFrom('run').where(path.column, '=', path.value) as never, few);
  }
  return countRows(
    queries,
    open(queries)
      .selectFrom(`${beginTable(path)} as d` as 'metric_latest as d')
      .where(beginCondition(path)),
    few,
  );
}

async function countRuns(queries: Queries, experimentIds: readonly string[], few: number): Promise<number> {
  const runs = open(queries)
    .selectFrom('run')
    .where('experiment_id', 'in', [...experimentIds]);
  return countRows(queries, runs as never, few);
}

/** Counts rows, but no further than one beyond `few`. */
async function countRows(queries: Queries, rows: ReturnType<typeof latest>, few: number): Promise<number> {
  const some = rows.select(sql<number>`1`.as('one')).limit(few + 1);
  const counted = await open(queries)
    .selectFrom(some.as('some'))
    .select((e) => e.fn.countAll().as('rows'))
    .executeTakeFirst();
  return Number(counted?.rows ?? 0);
}

function latest(queries: Queries) {
  return open(queries).selectFrom('metric_latest as d');
}

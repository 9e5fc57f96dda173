import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { Filter, OrderTerm } from '../../kernel/filter/index.ts';
import { toCondition } from './filter-sql.ts';
import { toRun } from './run-store.ts';
import { fillRuns, type Projection } from './run-values.ts';
import { afterKey, type KeyPart, type SortColumn, sortColumn } from './search-order.ts';
import {
  beginCondition,
  beginTable,
  choosePath,
  demandsOf,
  type JoinedPath,
  type SearchPath,
  valueBehind,
} from './search-path.ts';
import type { TrackingTables } from './tables.ts';

/** Which runs to read: filter, order, and the sort key to go on after (a rank and a value for each term, then the number). */
export interface RunRows {
  experimentIds?: readonly string[] | undefined;
  lifecycle: 'active' | 'deleted' | 'all';
  filter?: Filter | undefined;
  order: readonly OrderTerm[];
  after?: readonly KeyPart[] | undefined;
  limit: number;
  fewRows?: number | undefined;
}

/** A run found, and its sort key. */
export interface FoundRun {
  run: ReturnType<typeof toRun>;
  key: KeyPart[];
}

type Row = Selectable<TrackingTables['run']> & Record<string, KeyPart>;

/** A piece of a search that one query answers in order: all of its runs come before those of the next piece. */
interface Piece {
  path: SearchPath;
  sort: readonly SortColumn[];
  /** The rank of the first term, where the piece holds but one. */
  rank?: number;
  where?: RawBuilder<boolean>;
}

/** All SQL that finds runs and reads what they logged. */
export function createSearchStore(queries: Queries) {
  return {
    find: (rows: RunRows) => findRuns(queries, rows),
    /** Adds the latest metrics, parameters and tags that a projection asks for. */
    fill: (runs: readonly ReturnType<typeof toRun>[], projection: Projection) => fillRuns(queries, runs, projection),
  };
}

/** So far a search follows its order before it begins elsewhere. */
const far = 10_000;

async function findRuns(queries: Queries, rows: RunRows): Promise<FoundRun[]> {
  if (rows.experimentIds?.length === 0) return [];
  const { path, instead } = await choosePath(queries, rows);
  if (!instead || path.by !== 'order') return readPieces(queries, piecesOf(path, rows), rows);
  const [numbers] = piecesOf(path, rows);
  const { descending } = rows.order[0]!;
  const after = rows.after && Number(rows.after[0]) === 0 ? Number(rows.after[1]) : undefined;
  const end = await valueBehind(queries, path, { descending, after, far: rows.fewRows ?? far });
  if (end === undefined) return readPieces(queries, piecesOf(path, rows), rows);
  const where = sql<boolean>`d.value ${descending ? sql`>=` : sql`<=`} ${end}`;
  const found = await readPieces(queries, [{ ...numbers!, where }], rows);
  return found.length >= rows.limit ? found : readPieces(queries, piecesOf(instead, rows), rows);
}

async function readPieces(queries: Queries, pieces: readonly Piece[], rows: RunRows): Promise<FoundRun[]> {
  const found: FoundRun[] = [];
  for (const piece of pieces) {
    const rest = { ...rows, limit: rows.limit - found.length };
    // A piece before the one that the last page ended in has nothing left, a later one is still whole.
    if (rows.after && piece.rank !== undefined) {
      const endedIn = Number(rows.after[0]);
      if (piece.rank < endedIn) continue;
      if (piece.rank > endedIn) rest.after = undefined;
    }
    found.push(...(await readPiece(queries, piece, rest)));
    if (found.length >= rows.limit) break;
  }
  return found;
}

/** An order by a metric is read in three pieces: numbers, NaN, runs without the metric. */
function piecesOf(path: SearchPath, rows: RunRows): Piece[] {
  const sort = rows.order.map(sortColumn);
  if (path.by === 'pair' && rows.order[0]!.field.key === 'startedAt' && !sort[0]!.rank) {
    return [{ path, sort: [{ ...sort[0]!, value: sql.ref('d.started_at') }, ...sort.slice(1)] }];
  }
  if (path.by !== 'order') return [{ path, sort }];
  const [first, ...others] = sort as [SortColumn, ...SortColumn[]];
  const plain = (value: RawBuilder<unknown>) => ({ value, descending: first.descending, numeric: true });
  const numbers: Piece = { path, sort: [plain(sql.ref('d.value')), ...others], rank: 0 };
  const demands = demandsOf(rows.filter).filter(({ field }) => field.kind === 'metric' && field.key === path.key);
  const operators = demands.map(({ operator }) => operator).filter((one) => one !== 'is null');
  const key = sql`(select k.id from metric_key k where k.key = ${path.key})`;
  const having = (test: RawBuilder<unknown>) =>
    sql<boolean>`exists (select 1 from metric_latest n where n.run_number = run.number and n.key_id = ${key} and ${test})`;
  const runs = { path: { by: 'runs' }, sort: [plain(sql.lit(0)), ...others] } as const;
  const pieces: Piece[] = [numbers];
  if (operators.every((one) => one === '!=')) pieces.push({ ...runs, rank: 1, where: having(sql`n.is_nan = 1`) });
  if (operators.length === 0) pieces.push({ ...runs, rank: 2, where: sql<boolean>`not ${having(sql`1 = 1`)}` });
  return pieces;
}

async function readPiece(queries: Queries, piece: Piece, rows: RunRows): Promise<FoundRun[]> {
  const branches = piece.path.by === 'runs' ? branchesOf(rows) : [rows];
  const [first, ...others] = branches.map((branch) => pieceQuery(queries, piece, branch));
  const db = queries.withTables<TrackingTables>();
  let query = first!;
  if (others.length > 0) {
    let union = db.selectFrom(first!.as('b')).selectAll();
    for (const other of others) union = union.unionAll(db.selectFrom(other.as('b')).selectAll());
    const merged = db.selectFrom(union.as('found')).selectAll().limit(rows.limit) as unknown as Select;
    query = ordered(merged, piece.sort, 'number');
  }
  const found = (await query.execute()) as unknown as Row[];
  return found.map((row) => {
    const parts = piece.sort.flatMap((_, i): KeyPart[] => [
      i === 0 && piece.rank !== undefined ? piece.rank : Number(row[`rank_${i}`] ?? 0),
      String(row[`value_${i}`]),
    ]);
    return { run: toRun(row), key: [...parts, row.number] };
  });
}

/** Few experiments and both lifecycles are read one by one, each in the order of the index, and merged. */
function branchesOf(rows: RunRows): RunRows[] {
  const { experimentIds, lifecycle } = rows;
  const lifecycles = lifecycle === 'all' ? (['active', 'deleted'] as const) : [lifecycle];
  const groups = experimentIds && experimentIds.length <= 8 ? experimentIds.map((id) => [id]) : [experimentIds];
  return groups.flatMap((group) => lifecycles.map((one) => ({ ...rows, experimentIds: group, lifecycle: one })));
}

function fromRuns(queries: Queries) {
  return queries.withTables<TrackingTables>().selectFrom('run');
}

type FromRuns = ReturnType<typeof fromRuns>;
type Select = ReturnType<typeof selectRuns>;

function selectRuns(from: FromRuns, limit: number) {
  return from.selectAll('run').limit(limit);
}

function pieceQuery(queries: Queries, { path, sort, where }: Piece, rows: RunRows): Select {
  const isJoined = path.by !== 'runs' && path.by !== 'attribute';
  const number = path.by === 'order' ? 'd.run_number' : 'run.number';
  let query = selectRuns(isJoined ? begun(queries, path) : fromRuns(queries), rows.limit);
  if (path.by === 'attribute') query = query.where(`run.${path.column}`, '=', path.value);
  const [only, ...more] = rows.experimentIds ?? [];
  if (more.length > 0 || (only !== undefined && path.by === 'attribute')) {
    // Not by the index: with many experiments it would have to sort all their runs, and a path has an index of its own.
    query = query.where(sql<boolean>`(run.experiment_id || '') in (${sql.join([only, ...more])})`);
  } else if (only !== undefined) query = query.where('run.experiment_id', '=', only);
  if (rows.lifecycle !== 'all') {
    const lifecycle = path.by === 'runs' ? sql.ref('run.lifecycle') : sql`(run.lifecycle || '')`;
    query = query.where(sql<boolean>`${lifecycle} = ${rows.lifecycle}`);
  }
  if (rows.filter) query = query.where(toCondition(queries, rows.filter));
  if (where) query = query.where(where);
  if (rows.after) query = query.where(afterKey(sort, rows.after, number));
  sort.forEach((column, i) => {
    if (column.rank) query = query.select(column.rank.as(`rank_${i}`)) as Select;
    query = query.select(column.value.as(`value_${i}`)) as Select;
  });
  return ordered(query, sort, number);
}

/** A cross join keeps its order: the search begins where its path says. */
function begun(queries: Queries, path: JoinedPath): FromRuns {
  const db = queries.withTables<TrackingTables>();
  const joined = path.by === 'pair' ? sql<boolean>`run.id = d.run_id` : sql<boolean>`run.number = d.run_number`;
  return db
    .selectFrom(`${beginTable(path)} as d` as 'metric_latest as d')
    .crossJoin('run')
    .where(beginCondition(path))
    .where(joined) as unknown as FromRuns;
}

function ordered(query: Select, sort: readonly SortColumn[], number: string): Select {
  let sorted = query;
  sort.forEach((column, i) => {
    if (column.rank) sorted = sorted.orderBy(sql.ref(`rank_${i}`));
    sorted = sorted.orderBy(sql.ref(`value_${i}`), column.descending ? 'desc' : 'asc');
  });
  return sorted.orderBy(sql.ref(number), 'desc');
}

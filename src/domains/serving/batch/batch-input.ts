import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type Engine, identifier, parquetScan } from '../../../engine/index.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import type { Data, DataSource } from '../../data/index.ts';
import type { ColumnType, ModelPlan, PlannedColumn } from '../predict/model-plan.ts';
import type { BatchOrder } from './batch-schema.ts';

/** The rows of a batch prediction, before any is read. */
export interface BatchInput {
  /** A SELECT of all rows, always in the same order. */
  sql: string;
  columns: ReadonlyMap<string, string>;
  /** Known for Parquet and datasets. */
  totalRows: number | null;
  /** Changes when the input does: what was scored of another is not taken over. */
  fingerprint: string;
  versionId: string | undefined;
}

interface InputDeps {
  engine: Engine;
  data: Pick<Data, 'open' | 'look'>;
}

/** Finds the rows of an order: a version of a dataset, or files; texts of CSV stay texts where the model takes texts. */
export async function openInput(
  { engine, data }: InputDeps,
  { order, actor, plan }: { order: BatchOrder; actor: Actor; plan: ModelPlan },
): Promise<BatchInput> {
  if ((order.dataset === undefined) === (order.source === undefined)) {
    fail('invalid_input', 'Give either `dataset` or `source`: what shall be scored.', { field: 'source' });
  }
  if (order.dataset !== undefined) {
    const { version, parquetPaths } = await data.open(order.dataset);
    const sql = `SELECT * FROM ${parquetScan(parquetPaths)}`;
    const columns = new Map(version.columns.map(({ name, type }) => [name, type]));
    return { sql, columns, totalRows: version.rows, fingerprint: version.digest, versionId: version.id };
  }
  const source = order.source!;
  let found = await data.look(actor, source);
  let columns = await columnsOf(engine, found.sql);
  const texts = textsOf(plan, columns, source);
  if (texts) {
    found = await data.look(actor, { ...source, types: texts });
    columns = await columnsOf(engine, found.sql);
  }
  const isParquet = found.sql.includes('read_parquet(');
  const counted = isParquet ? await engine.query(`SELECT count(*)::DOUBLE AS n FROM (${found.sql})`) : [];
  return {
    sql: found.sql,
    columns,
    totalRows: isParquet ? Number(counted[0]!['n']) : null,
    fingerprint: await fingerprintOf(found.paths, found.sql),
    versionId: undefined,
  };
}

async function columnsOf(engine: Engine, sql: string): Promise<Map<string, string>> {
  const rows = await engine.query(`DESCRIBE ${sql}`);
  return new Map(rows.map((row) => [String(row['column_name']), String(row['column_type'])]));
}

/** Texts that look like numbers lose their zeroes when a CSV reader guesses: columns the model takes as text are read as such. */
function textsOf(plan: ModelPlan, columns: ReadonlyMap<string, string>, source: DataSource) {
  const guessed = plan.columns.filter(({ name, type }) => {
    const found = columns.get(name);
    return type === 'string' && found !== undefined && found !== 'VARCHAR' && source.types?.[name] === undefined;
  });
  if (guessed.length === 0 || source.format === 'parquet') return undefined;
  return { ...source.types, ...Object.fromEntries(guessed.map(({ name }) => [name, 'VARCHAR'])) };
}

async function fingerprintOf(paths: readonly string[], sql: string): Promise<string> {
  const hash = createHash('sha256').update(sql);
  for (const path of paths) {
    const { size, mtimeMs } = await stat(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** How one column of the model is read: its values, and for texts that have to be parsed the text itself. */
export interface InputReader {
  column: PlannedColumn;
  values: string;
  /** The text a value was parsed of, to be shown where that failed. */
  text?: string;
}

/** A column that is written as it was read. */
export interface KeptColumn {
  name: string;
  type: string;
  alias: string;
}

/** What a batch reads of each row. */
export interface BatchPlan {
  /** A SELECT of what is needed, without OFFSET. */
  sql: string;
  readers: InputReader[];
  kept: KeptColumn[];
}

const plainNumber = /^(TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT|UINTEGER|FLOAT|DOUBLE)$/;
const otherNumber = /^(BIGINT|UBIGINT|HUGEINT|UHUGEINT|DECIMAL\(.*\))$/;

/** Plans the reading of an input for a model; fails with `invalid_input` naming every column that is missing or of a wrong type. */
export function planInput(plan: ModelPlan, input: BatchInput, keep: readonly string[]): BatchPlan {
  const missing = plan.columns.map(({ name }) => name).filter((name) => !input.columns.has(name));
  const unkept = keep.filter((name) => !input.columns.has(name));
  const lacking = [...missing, ...unkept];
  if (lacking.length > 0) {
    const cure = `The input has ${list([...input.columns.keys()])}.`;
    const what = lacking.length === 1 ? 'column' : 'columns';
    fail('invalid_input', `The input lacks the ${what} ${list(lacking)}. ${cure}`, {
      field: missing.length > 0 ? 'source' : 'keep',
      value: lacking,
      cure,
    });
  }
  const wrong: string[] = [];
  const readers: InputReader[] = [];
  const selected: string[] = [];
  for (const [at, column] of plan.columns.entries()) {
    const type = input.columns.get(column.name)!;
    const sql = readAs(column.type, type, identifier(column.name));
    if (sql === undefined) {
      wrong.push(`'${column.name}' is ${type}, the model takes ${wanted[column.type]}`);
      continue;
    }
    const isParsed = type === 'VARCHAR' && column.type !== 'string';
    selected.push(`${sql} AS m${at}`, ...(isParsed ? [`${identifier(column.name)} AS t${at}`] : []));
    readers.push({ column, values: `m${at}`, ...(isParsed && { text: `t${at}` }) });
  }
  if (wrong.length > 0) {
    const cure = 'Cast it in the input, or score another.';
    fail('invalid_input', `Of the input, ${wrong.join('; ')}. ${cure}`, { field: 'source', cure });
  }
  const kept = [...new Set(keep)].map(
    (name, at): KeptColumn => ({ name, type: input.columns.get(name)!, alias: `k${at}` }),
  );
  for (const { name, type, alias } of kept) selected.push(`${keptAs(type, identifier(name))} AS ${alias}`);
  return { sql: `SELECT ${selected.join(', ')} FROM (${input.sql})`, readers, kept };
}

const wanted = { number: 'numbers', integer: 'whole numbers', boolean: 'true or false', string: 'text' };

/** The SQL that reads a column of one type as what the model takes; undefined where none does. */
function readAs(wantedType: ColumnType, type: string, name: string): string | undefined {
  if (wantedType === 'string') {
    if (type === 'VARCHAR') return name;
    return /^(ENUM|UUID|JSON)/.test(type) ? `CAST(${name} AS VARCHAR)` : undefined;
  }
  if (plainNumber.test(type)) return name;
  if (type === 'BIGINT' && wantedType === 'integer') return name;
  if (otherNumber.test(type)) return `CAST(${name} AS DOUBLE)`;
  if (type === 'BOOLEAN') return `CAST(${name} AS TINYINT)`;
  if (type !== 'VARCHAR') return undefined;
  return wantedType === 'boolean' ? `CAST(TRY_CAST(${name} AS BOOLEAN) AS TINYINT)` : `TRY_CAST(${name} AS DOUBLE)`;
}

const keptPlain = /^(VARCHAR|BIGINT|DOUBLE|FLOAT|INTEGER|SMALLINT|TINYINT|BOOLEAN)$/;

/** Types that pass through JavaScript unchanged are read as they are, others as their text. */
function keptAs(type: string, name: string): string {
  return keptPlain.test(type) ? name : `CAST(${name} AS VARCHAR)`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 40).map((name) => `'${name}'`);
  return names.length > 40 ? `${shown.join(', ')} and ${names.length - 40} more` : shown.join(', ');
}

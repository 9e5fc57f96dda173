import { type Columns, type Engine, identifier, numbersOf, parquetScan, textsOf } from '../../engine/index.ts';
import { fail } from '../../kernel/errors.ts';
import type { CategoricalColumn, Column, NumericColumn, Table } from './columns.ts';

/** A column to load, as numbers or as categories; times become UTC milliseconds, booleans 0 and 1. */
export interface WantedColumn {
  name: string;
  kind: 'numeric' | 'categorical';
}

/** What to load: columns of Parquet files. */
export interface LoadRequest {
  parquetPaths: readonly string[];
  columns: readonly WantedColumn[];
  signal?: AbortSignal;
}

interface Filling {
  rows: number;
  columns: (NumericColumn | (CategoricalColumn & { indexes: Map<string | number, number> }))[];
}

/** Streams columns into typed arrays in shared memory, so that handing them to a worker copies nothing. */
export async function loadTable(engine: Engine, request: LoadRequest): Promise<Table> {
  const scan = parquetScan(request.parquetPaths);
  const limits = { signal: request.signal };
  const [count] = await engine.query<{ rows: number | bigint }>(`select count(*) as rows from ${scan}`, [], limits);
  const rows = Number(count?.rows ?? 0);
  if (rows === 0) fail('invalid_data', 'The dataset version has no rows.', { field: 'dataset' });
  const filling: Filling = { rows: 0, columns: request.columns.map((wanted) => allocate(wanted, rows)) };
  const names = request.columns.map((column) => identifier(column.name)).join(', ');
  for await (const chunk of engine.chunks(`select ${names} from ${scan}`, [], limits)) fill(filling, chunk);
  return { rows, columns: filling.columns.map(seal) };
}

function allocate({ name, kind }: WantedColumn, rows: number): Filling['columns'][number] {
  if (kind === 'numeric') return { kind, name, values: new Float64Array(new SharedArrayBuffer(8 * rows)) };
  const codes = new Int32Array(new SharedArrayBuffer(4 * rows));
  return { kind, name, valueType: 'string', levels: [], codes, indexes: new Map() };
}

function fill(filling: Filling, chunk: Columns): void {
  for (const [at, column] of filling.columns.entries()) {
    const from = chunk.list[at]!;
    if (column.kind === 'numeric') {
      column.values.set(numbersOf(from), filling.rows);
      continue;
    }
    const values = from.kind === 'number' || from.kind === 'bigint' ? numbersOf(from) : textsOf(from);
    if (values instanceof Float64Array) column.valueType = 'number';
    for (let row = 0; row < chunk.rows; row++) column.codes[filling.rows + row] = codeOf(column, values[row] ?? null);
  }
  filling.rows += chunk.rows;
}

function codeOf(
  column: { levels: (string | number)[]; indexes: Map<string | number, number> },
  value: string | number | null,
) {
  if (value === null || value === '' || Number.isNaN(value)) return -1;
  let code = column.indexes.get(value);
  if (code === undefined) {
    code = column.levels.length;
    column.levels.push(value);
    column.indexes.set(value, code);
  }
  return code;
}

function seal(column: Filling['columns'][number]): Column {
  if (column.kind === 'numeric') return column;
  const { kind, name, valueType, levels, codes } = column;
  return { kind, name, valueType, levels, codes };
}

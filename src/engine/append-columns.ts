import type { DuckDBConnection, DuckDBType, DuckDBValue, DuckDBVector } from '@duckdb/node-api';
import { fail } from '../kernel/errors.ts';
import { identifier, literal } from './sql-text.ts';

/** The types a column can be written with; TIMESTAMP takes UTC milliseconds, JSON any value. */
export type WritableType = 'DOUBLE' | 'FLOAT' | 'INTEGER' | 'BIGINT' | 'BOOLEAN' | 'VARCHAR' | 'TIMESTAMP' | 'JSON';

/** A column to write: a value is null where it is null or undefined, or where `nulls` is 1. */
export interface ColumnToWrite {
  name: string;
  type: WritableType;
  values: ArrayLike<unknown>;
  nulls?: Uint8Array;
  /** The SQL type it has in the file, where that is another. */
  as?: string;
}

/** A column with one value in every row; it costs nothing a row. */
export interface ConstantColumn {
  name: string;
  type: WritableType;
  value: string | number | boolean;
}

/** Rows of a column that make up one chunk. */
interface Part {
  column: ColumnToWrite;
  from: number;
  to: number;
}

/** The parts of a vector written past its public face, which takes one boxed value at a time. */
interface RawVector {
  items: Float64Array | Float32Array | Int32Array | BigInt64Array;
  validity: { setItemValid(row: number, isValid: boolean): void };
  flush(): void;
}

const batchRows = 2048;

/** Loads columns into a temporary table of the connection and gives the SELECT that reads it. */
export async function appendColumns(
  connection: DuckDBConnection,
  all: readonly (ColumnToWrite | ConstantColumn)[],
): Promise<string> {
  const columns = all.filter((column) => 'values' in column);
  await appendRows(connection, columns);
  const selected = all.map((column) => {
    const name = identifier(column.name);
    if ('values' in column) return column.as === undefined ? name : `CAST(${name} AS ${column.as}) AS ${name}`;
    return `${literal(column.value)}::${sqlType(column)} AS ${name}`;
  });
  return `SELECT ${selected.join(', ')} FROM temp.written`;
}

async function appendRows(connection: DuckDBConnection, columns: readonly ColumnToWrite[]): Promise<void> {
  const rows = columns[0]?.values.length ?? fail('invalid_input', 'There is no column to write.', { field: 'columns' });
  const uneven = columns.find((column) => column.values.length !== rows);
  if (uneven) fail('invalid_input', `Column '${uneven.name}' has ${uneven.values.length} values instead of ${rows}.`);
  const api = await import('@duckdb/node-api');
  const typeOf: Record<WritableType, DuckDBType> = {
    DOUBLE: api.DOUBLE,
    FLOAT: api.FLOAT,
    INTEGER: api.INTEGER,
    BIGINT: api.BIGINT,
    BOOLEAN: api.BOOLEAN,
    VARCHAR: api.VARCHAR,
    TIMESTAMP: api.TIMESTAMP,
    JSON: api.VARCHAR,
  };
  const fields = columns.map((column) => `${identifier(column.name)} ${sqlType(column)}`);
  await connection.run(`CREATE TEMP TABLE written (${fields.join(', ')})`);
  const appender = await connection.createAppender('written', 'main', 'temp');
  const types = columns.map((column) => typeOf[column.type]);
  const timestamp = (ms: number) => new api.DuckDBTimestampValue(microsOf(ms));
  for (let from = 0; from < rows; from += batchRows) {
    const to = Math.min(rows, from + batchRows);
    const chunk = api.DuckDBDataChunk.create(types, to - from);
    for (const [i, column] of columns.entries()) {
      const part = { column, from, to };
      const { values } = column;
      if (isRaw(values, column.type)) fillNumbers(chunk.getColumnVector(i), values.subarray(from, to), part);
      else chunk.setColumnValues(i, storedValues(part, timestamp));
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function sqlType({ type }: { type: WritableType }): string {
  return type === 'JSON' ? 'VARCHAR' : type;
}

const numeric: ReadonlySet<WritableType> = new Set(['DOUBLE', 'FLOAT', 'INTEGER', 'TIMESTAMP']);

type RawValues = Float64Array | Float32Array | BigInt64Array;

function isRaw(values: ArrayLike<unknown>, type: WritableType): values is RawValues {
  if (values instanceof BigInt64Array) return type === 'BIGINT';
  return (values instanceof Float64Array || values instanceof Float32Array) && numeric.has(type);
}

/** Numbers go into the vector's memory as they are, without a JavaScript value for each. */
function fillNumbers(vector: DuckDBVector, values: RawValues, { column, from }: Part): void {
  const raw = vector as unknown as RawVector;
  const { nulls } = column;
  if (values instanceof BigInt64Array) (raw.items as BigInt64Array).set(values);
  else if (raw.items instanceof BigInt64Array) {
    for (let row = 0; row < values.length; row++) {
      if (!nulls?.[from + row]) raw.items[row] = microsOf(values[row]!);
    }
  } else raw.items.set(values);
  for (let row = 0; nulls && row < values.length; row++) {
    if (nulls[from + row]) raw.validity.setItemValid(row, false);
  }
  raw.flush();
}

function microsOf(ms: number): bigint {
  return BigInt(Math.round(ms * 1000));
}

function storedValues({ column, from, to }: Part, timestamp: (ms: number) => DuckDBValue): DuckDBValue[] {
  const values: DuckDBValue[] = [];
  for (let row = from; row < to; row++) values.push(toStored(column, row, timestamp));
  return values;
}

function toStored(column: ColumnToWrite, row: number, timestamp: (ms: number) => DuckDBValue): DuckDBValue {
  const value = column.values[row];
  if (value === null || value === undefined || column.nulls?.[row]) return null;
  switch (column.type) {
    case 'BIGINT':
      return BigInt(value as number | bigint);
    case 'BOOLEAN':
      return Boolean(value);
    case 'VARCHAR':
      return String(value);
    case 'JSON':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'TIMESTAMP':
      return timestamp(Number(value));
    default:
      return Number(value);
  }
}

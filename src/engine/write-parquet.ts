import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { fail } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Columns } from './columns.ts';
import { type QueryLimits, runLimited } from './session.ts';
import { identifier, literal } from './sql-text.ts';

/** The types a column can be written with; TIMESTAMP takes UTC milliseconds, JSON any value. */
export type WritableType = 'DOUBLE' | 'FLOAT' | 'INTEGER' | 'BIGINT' | 'BOOLEAN' | 'VARCHAR' | 'TIMESTAMP' | 'JSON';

/** A column to write: a value is null where it is null or undefined, or where `nulls` is 1. */
export interface ColumnToWrite {
  name: string;
  type: WritableType;
  values: ArrayLike<unknown>;
  nulls?: Uint8Array;
}

/** What to write: the rows of a trusted SELECT, or columns in memory. */
export type ParquetSource = { sql: string } | { columns: readonly ColumnToWrite[] };

/** A Parquet file that was written. */
export interface WrittenParquet {
  path: string;
  rows: number;
  bytes: number;
}

/** Settings of a Parquet file. */
export interface ParquetOptions extends QueryLimits {
  /** zstd level, 1 (fast) to 22 (small); 3 unless said. */
  compressionLevel?: number;
  /** Rows of a row group; 122,880 unless said. */
  rowGroupRows?: number;
}

/** The COPY statement that writes a SELECT's rows. */
export function copyStatement(sql: string, path: string, options: ParquetOptions = {}): string {
  const { compressionLevel = 3, rowGroupRows = 122_880 } = options;
  const settings = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL ${compressionLevel}, ROW_GROUP_SIZE ${rowGroupRows}`;
  return `COPY (\n${sql}\n) TO ${literal(path)} (${settings}, USE_TMP_FILE false)`;
}

/** Writes beside the file, syncs, and renames: at `path` there is the old file or the whole new one. */
export async function replaceFile(
  path: string,
  write: (temporary: string) => Promise<number>,
): Promise<WrittenParquet> {
  const temporary = `${path}.${newId()}.tmp`;
  try {
    const rows = await write(temporary);
    await sync(temporary);
    const { size } = await stat(temporary);
    await rename(temporary, path);
    await sync(dirname(path));
    return { path, rows, bytes: size };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes a source as one Parquet file through a connection of its own. */
export async function writeParquetFile(
  connection: DuckDBConnection,
  target: { path: string; options: ParquetOptions },
  source: ParquetSource,
): Promise<WrittenParquet> {
  const { path, options } = target;
  return replaceFile(path, (temporary) =>
    runLimited(connection, options, async () => {
      const sql = 'sql' in source ? source.sql : await appendColumns(connection, source.columns);
      const copied = await connection.run(copyStatement(sql, temporary, options));
      return copied.rowsChanged;
    }),
  );
}

const batchRows = 2048;

/** Loads columns into a temporary table of the connection and gives the SELECT that reads it. */
async function appendColumns(connection: DuckDBConnection, columns: readonly ColumnToWrite[]): Promise<string> {
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
  const fields = columns.map(
    (column) => `${identifier(column.name)} ${column.type === 'JSON' ? 'VARCHAR' : column.type}`,
  );
  await connection.run(`CREATE TEMP TABLE written (${fields.join(', ')})`);
  const appender = await connection.createAppender('written', 'main', 'temp');
  const types = columns.map((column) => typeOf[column.type]);
  const timestamp = (ms: number) => new api.DuckDBTimestampValue(BigInt(Math.round(ms * 1000)));
  for (let from = 0; from < rows; from += batchRows) {
    const to = Math.min(rows, from + batchRows);
    const chunk = api.DuckDBDataChunk.create(types, to - from);
    for (const [i, column] of columns.entries()) {
      const values: DuckDBValue[] = [];
      for (let row = from; row < to; row++) values.push(toStored(column, row, timestamp));
      chunk.setColumnValues(i, values);
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  return 'SELECT * FROM temp.written';
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

/** Columns read from a result as columns to write: bigints, booleans, text and times keep their types, other kinds become JSON. */
export function toWritable(columns: Columns): ColumnToWrite[] {
  const types = {
    number: 'DOUBLE',
    bigint: 'BIGINT',
    boolean: 'BOOLEAN',
    text: 'VARCHAR',
    time: 'TIMESTAMP',
    other: 'JSON',
  } as const;
  return columns.list.map(({ name, kind, values, nulls }) => ({
    name,
    type: types[kind],
    values,
    ...(nulls && { nulls }),
  }));
}

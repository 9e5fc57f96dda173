import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { newId } from '../kernel/ids.ts';
import { appendColumns, type ColumnToWrite, type ConstantColumn } from './append-columns.ts';
import type { Columns } from './columns.ts';
import { type QueryLimits, runLimited } from './session.ts';
import { literal } from './sql-text.ts';

/** What to write: the rows of a trusted SELECT, or columns in memory. */
export type ParquetSource = { sql: string } | { columns: readonly (ColumnToWrite | ConstantColumn)[] };

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

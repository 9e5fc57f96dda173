import { type Engine, identifier, parquetScan, type QueryLimits } from '../../engine/index.ts';
import { digestOf } from '../../kernel/hash.ts';
import type { DatasetColumn } from './schema.ts';

/** The columns' values of a row as one 64-bit hash; the order of columns does not count. */
export function hashOfRow(columns: readonly DatasetColumn[]): string {
  const names = columns.map((column) => column.name).sort();
  return `hash(${names.map(identifier).join(', ')})`;
}

/**
 * A hash of rows that is equal for the same rows in any order and in any files: the exclusive-or and the sum of the rows'
 * 64-bit hashes and their number, with the columns' names and types.
 */
export async function hashRows(
  engine: Engine,
  rows: { paths: readonly string[]; columns: readonly DatasetColumn[] },
  limits: QueryLimits = {},
): Promise<string> {
  const sql = `SELECT bit_xor(h)::VARCHAR AS x, sum(h::HUGEINT)::VARCHAR AS s, count(*) AS n
    FROM (SELECT ${hashOfRow(rows.columns)} AS h FROM ${parquetScan(rows.paths)})`;
  const [seen] = await engine.query(sql, [], limits);
  const columns = rows.columns.map(({ name, type }) => [name, type]).sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
  return digestOf({ columns, rows: seen!['n'], xor: seen!['x'] ?? '0', sum: seen!['s'] ?? '0' });
}

/** The columns that Parquet files have. */
export async function describeColumns(engine: Engine, paths: readonly string[]): Promise<DatasetColumn[]> {
  const rows = await engine.query(`DESCRIBE SELECT * FROM ${parquetScan(paths)}`);
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
}

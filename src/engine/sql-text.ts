/** A name as a SQL identifier, quoted. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A value as a SQL literal. */
export function literal(value: string | number | bigint | boolean | null): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return `'${Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'}'::DOUBLE`;
  }
  return String(value);
}

/** A FROM item that reads Parquet files as one table. DuckDB takes the path of a file that exists as it is, `*` and `[` included. */
export function parquetScan(paths: readonly string[]): string {
  return `read_parquet([${paths.map((path) => literal(path)).join(', ')}])`;
}

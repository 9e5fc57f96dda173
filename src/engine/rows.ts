import type { DuckDBResult } from '@duckdb/node-api';

/** A value of a row: times are ISO 8601 text, integers are numbers while they are safe. */
export type RowValue = null | boolean | number | bigint | string | RowValue[] | { [field: string]: RowValue };

/** A row of a small result. */
export type Row = Record<string, RowValue>;

/** A query's parameter, bound to `$1`, `$2`, … */
export type Parameter = string | number | bigint | boolean | null;

/** Reads a whole result as row objects: for small results only. */
export async function readRows(result: DuckDBResult): Promise<Row[]> {
  const dates = new Set(result.deduplicatedColumnNames().filter((_, i) => String(result.columnType(i)) === 'DATE'));
  const rows = await result.getRowObjectsJS();
  return rows.map((row) => {
    const plain: Row = {};
    for (const [name, value] of Object.entries(row)) plain[name] = toRowValue(value, dates.has(name));
    return plain;
  });
}

function toRowValue(value: unknown, isDate = false): RowValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value === null || typeof value !== 'object') return (value ?? null) as RowValue;
  if (value instanceof Date) return isDate ? value.toISOString().slice(0, 10) : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => toRowValue(item));
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toRowValue(item)]));
}

/** What a column's values mean, whatever DuckDB stores them as. */
export type ColumnKind = 'number' | 'bigint' | 'boolean' | 'text' | 'time' | 'other';

interface ColumnBase {
  name: string;
  /** The SQL type, such as `DOUBLE` or `DECIMAL(18,3)`. */
  type: string;
  /** 1 where the value is null; absent when none is. */
  nulls?: Uint8Array;
}

/**
 * One column of a result as a typed array. A null is NaN in `number` and `time`, 0 in `bigint` and `boolean`, '' in `text`,
 * and always 1 in `nulls`. `time` holds UTC milliseconds (dates at midnight); every numeric type but BIGINT is a double.
 */
export type Column =
  | (ColumnBase & { kind: 'number' | 'time'; values: Float64Array })
  | (ColumnBase & { kind: 'bigint'; values: BigInt64Array })
  | (ColumnBase & { kind: 'boolean'; values: Uint8Array })
  | (ColumnBase & { kind: 'text'; values: string[] })
  | (ColumnBase & { kind: 'other'; values: unknown[] });

/** A result by columns, all of `rows` length. */
export interface Columns {
  names: string[];
  types: string[];
  rows: number;
  /** The column of a name; fails with `invalid_input` when there is none. */
  column(name: string): Column;
  list: Column[];
}

/** A column's values as doubles, NaN where null: numbers, times (ms), booleans (0/1) and bigints; others are all NaN. */
export function numbersOf(column: Column): Float64Array {
  if (column.kind === 'number' || column.kind === 'time') return column.values;
  const numbers = new Float64Array(column.values.length);
  if (column.kind === 'text' || column.kind === 'other') return numbers.fill(Number.NaN);
  for (let row = 0; row < numbers.length; row++) {
    numbers[row] = column.nulls?.[row] ? Number.NaN : Number(column.values[row]);
  }
  return numbers;
}

/** A column's values as text, null where null. */
export function textsOf(column: Column): (string | null)[] {
  const texts: (string | null)[] = new Array(column.values.length);
  for (let row = 0; row < texts.length; row++) texts[row] = column.nulls?.[row] ? null : String(column.values[row]);
  return texts;
}

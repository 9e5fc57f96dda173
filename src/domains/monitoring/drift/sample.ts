import type { SideCounts } from './result.ts';

/** A numeric column of one side; NaN stands for null as well, and `nulls` says how many of them are. */
export interface NumericColumn {
  type: 'numeric';
  values: Float64Array;
  nulls: number;
}

/** A categorical column of one side: an index into `categories` a row, −1 for null. */
export interface CategoryColumn {
  type: 'category';
  codes: Int32Array;
  categories: string[];
}

/** A column of one side as it comes. */
export type Column = NumericColumn | CategoryColumn;

/** A numeric side ready to be compared: finite values, ascending. */
export interface NumericSample {
  type: 'numeric';
  sorted: Float64Array;
  /** How many different values. */
  distinct: number;
  counts: SideCounts;
}

/** A categorical side ready to be compared: rows a category. */
export interface CategorySample {
  type: 'category';
  rows: Map<string, number>;
  counts: SideCounts;
}

/** A side ready to be compared. */
export type Sample = NumericSample | CategorySample;

/** Drops nulls, NaN and ±Infinity, counts them, and sorts or counts what is left. */
export function prepare(column: Column): Sample {
  return column.type === 'numeric' ? prepareNumeric(column) : prepareCategory(column);
}

function prepareNumeric({ values, nulls }: NumericColumn): NumericSample {
  const kept = new Float64Array(values.length);
  let used = 0;
  // −0 becomes 0, so that sorting and counting see one value.
  for (const value of values) if (Number.isFinite(value)) kept[used++] = value + 0;
  const sorted = kept.subarray(0, used).sort();
  let distinct = used > 0 ? 1 : 0;
  for (let i = 1; i < used; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  const counts = { rows: values.length, nulls, nonFinite: values.length - used - nulls, used };
  return { type: 'numeric', sorted, distinct, counts };
}

function prepareCategory({ codes, categories }: CategoryColumn): CategorySample {
  const tally = new Float64Array(categories.length);
  let nulls = 0;
  for (const code of codes) {
    if (code < 0) nulls++;
    else tally[code]!++;
  }
  const rows = new Map<string, number>();
  categories.forEach((category, code) => {
    if (tally[code]! > 0) rows.set(category, (rows.get(category) ?? 0) + tally[code]!);
  });
  return { type: 'category', rows, counts: { rows: codes.length, nulls, nonFinite: 0, used: codes.length - nulls } };
}

/** The numeric sample as categories, one a distinct value, for the tests on counts. */
export function asCategories(sample: NumericSample): Map<number, number> {
  const rows = new Map<number, number>();
  const { sorted } = sample;
  for (let i = 0; i < sorted.length; ) {
    let j = i + 1;
    while (j < sorted.length && sorted[j] === sorted[i]) j++;
    rows.set(sorted[i]!, j - i);
    i = j;
  }
  return rows;
}

/** The standard deviation of the values, dividing by n (ddof 0), in two passes. */
export function deviation(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

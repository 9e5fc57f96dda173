import type { CodeCall, CodeValues } from './code-call.ts';
import type { CodeColumn } from './processing-schema.ts';

type Row = Record<string, unknown>;

/** A table's columns as the rows that code sees: missing numbers are null, several values a row are a list. */
export function toRows(table: readonly CodeValues[], rows: number): Row[] {
  return Array.from({ length: rows }, (_, at) => {
    const row: Row = {};
    for (const column of table) {
      const { name, width } = column;
      row[name] =
        width === 1
          ? valueAt(column, at)
          : Array.from({ length: width }, (_none, k) => valueAt(column, at * width + k));
    }
    return row;
  });
}

function valueAt({ values, isBoolean }: CodeValues, at: number): unknown {
  const value = values[at]!;
  if (isBoolean) return value === 1;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return Number.isNaN(value) ? null : value;
}

/** What code returned as columns; an error says which row lacks what. */
export function toColumns(returned: unknown, rows: number, wanted: readonly CodeColumn[]): unknown[][] {
  if (!Array.isArray(returned)) throw new Error(`the code returned ${typeof returned}, not a list of rows`);
  if (returned.length !== rows) throw new Error(`the code returned ${returned.length} rows for ${rows}`);
  const columns = wanted.map(({ name }) =>
    returned.map((row: unknown) => (row !== null && typeof row === 'object' ? (row as Row)[name] : undefined)),
  );
  checkColumns(columns, { rows, wanted });
  return columns;
}

/** Whether columns are what was wanted; asked at both ends, as what code can reach may also be what it has tampered with. */
export function checkColumns(columns: unknown[][], { rows, wanted }: Pick<CodeCall, 'rows' | 'wanted'>): void {
  wanted.forEach(({ name, type }, at) => {
    const values = columns[at];
    if (!Array.isArray(values) || values.length !== rows) throw new Error(`the code returned no list for '${name}'`);
    for (let row = 0; row < rows; row++) {
      if (fits(values[row], type)) continue;
      const shown = shownOf(values[row]).slice(0, 80);
      throw new Error(`the code returned ${shown} for '${name}' in row ${row}; it must be ${needs[type]}`);
    }
  });
}

function shownOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string' && value.length > longestText) return `${value.length} characters`;
  return JSON.stringify(value) ?? 'nothing';
}

const longestText = 1_000_000;

const needs = {
  number: 'a number or null',
  integer: 'a whole number of 64 bits',
  boolean: 'true or false',
  string: 'text of at most a million characters, or null',
} as const;

function fits(value: unknown, type: CodeColumn['type']): boolean {
  if (type === 'number') return typeof value === 'number' || value === null;
  if (type === 'integer') {
    return typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
  }
  if (type === 'boolean') return typeof value === 'boolean';
  return value === null || (typeof value === 'string' && value.length <= longestText);
}

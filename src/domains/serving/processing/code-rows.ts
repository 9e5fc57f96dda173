import type { CodeValues } from './code-call.ts';
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
  return wanted.map(({ name, type }) =>
    returned.map((row: unknown, at) => {
      const value = row !== null && typeof row === 'object' ? (row as Row)[name] : undefined;
      if (fits(value, type)) return value;
      const shown = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'nothing');
      throw new Error(`the code returned ${shown.slice(0, 80)} for '${name}' in row ${at}; it must be ${needs[type]}`);
    }),
  );
}

const needs = {
  number: 'a number or null',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'text or null',
} as const;

function fits(value: unknown, type: CodeColumn['type']): boolean {
  if (type === 'number') return typeof value === 'number' || value === null;
  if (type === 'integer') return typeof value === 'bigint' || Number.isSafeInteger(value);
  return type === 'boolean' ? typeof value === 'boolean' : typeof value === 'string' || value === null;
}

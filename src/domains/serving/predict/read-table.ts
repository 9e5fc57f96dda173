import { fail } from '../../../kernel/errors.ts';
import type { ModelPlan, PlannedColumn } from './model-plan.ts';
import { type ExtraColumns, newBlock, type RowBlock, writeValue } from './row-block.ts';

/** Rows as scoring protocols bring them. */
export type GivenTable =
  /** Rows of cells; without names they are in the model's order. `isText`: cells of CSV, read by the columns' types. */
  | { kind: 'rows'; columns: readonly string[] | undefined; rows: readonly (readonly unknown[])[]; isText?: boolean }
  | { kind: 'records'; records: readonly Readonly<Record<string, unknown>>[] }
  /** Values by column or by tensor, one entry a row. */
  | { kind: 'named'; values: Readonly<Record<string, unknown>> }
  /** One tensor: its first dimension counts rows. */
  | { kind: 'array'; values: readonly unknown[] };

/**
 * Lays a table into a block by the model's columns: cast by their types, in whatever order, further columns passed over or
 * refused, optional ones empty where they are missing. Fails with `invalid_input` naming row and column.
 */
export function readTable(plan: ModelPlan, table: GivenTable, extra: ExtraColumns): RowBlock {
  if (table.kind === 'rows') return readRows(plan, table, extra);
  if (table.kind === 'records') {
    const names = [...new Set(table.records.flatMap((record) => Object.keys(record)))];
    const rows = table.records.map((record) => names.map((name) => record[name] ?? null));
    return readRows(plan, { kind: 'rows', columns: names, rows }, extra);
  }
  if (table.kind === 'named') return readNamed(plan, table.values, extra);
  const rows = table.values.map((row) => flatRow(row));
  return readRows(plan, { kind: 'rows', columns: undefined, rows }, extra);
}

/** The values of a named column of a table, one a row; undefined where it names none. */
export function tableColumn(table: GivenTable, column: string): readonly unknown[] | undefined {
  if (table.kind === 'records') return table.records.map((record) => record[column]);
  if (table.kind === 'named') {
    const values = table.values[column];
    return Array.isArray(values) ? values : undefined;
  }
  const at = table.kind === 'rows' ? (table.columns?.indexOf(column) ?? -1) : -1;
  return table.kind === 'rows' && at >= 0 ? table.rows.map((row) => row[at]) : undefined;
}

/** Deeper than this no tensor of a model is. */
const mostDimensions = 16;

function flatRow(row: unknown): readonly unknown[] {
  return Array.isArray(row) ? row.flat(mostDimensions as 1) : [row];
}

type Rows = Extract<GivenTable, { kind: 'rows' }>;

function readRows(plan: ModelPlan, { columns, rows, isText }: Rows, extra: ExtraColumns): RowBlock {
  if (rows.length === 0) return fail('invalid_input', 'The input has no rows.', { field: 'rows' });
  const places = placesOf(plan, columns, extra);
  const width = columns?.length ?? plan.columns.length;
  const block = newBlock(plan, rows.length);
  for (let row = 0; row < rows.length; row++) {
    const cells = rows[row]!;
    if (!Array.isArray(cells) || cells.length !== width) {
      const found = Array.isArray(cells) ? `${cells.length} values` : 'no list of values';
      fail('invalid_input', `Row ${row} has ${found}; ${width} were expected.`, { field: `rows[${row}]` });
    }
    for (let at = 0; at < plan.columns.length; at++) {
      const column = plan.columns[at]!;
      const place = places[at]!;
      const value = place < 0 ? null : castCell(column, cells[place], isText ?? false);
      writeValue({ plan, block, row }, column, value);
    }
  }
  return block;
}

/** Where in a row each column of the model stands; -1 for an optional one that is missing. */
function placesOf(plan: ModelPlan, columns: readonly string[] | undefined, extra: ExtraColumns): number[] {
  const known = plan.columns;
  if (columns === undefined || isNameless(plan, columns)) return known.map((_, at) => at);
  const given = new Map(columns.map((name, at) => [name, at]));
  if (given.size < columns.length) fail('invalid_input', 'A column is given twice.', { field: 'columns' });
  const missing = known.filter(({ name, isOptional }) => !given.has(name) && !isOptional);
  const names = new Set(known.map(({ name }) => name));
  const more = columns.filter((name) => !names.has(name));
  if (missing.length > 0) {
    const shown = list(missing.map(({ name }) => name));
    const note = more.length > 0 ? ` Note that there were extra inputs: ${list(more)}.` : '';
    fail('invalid_input', `Model is missing inputs ${shown}.${note}`, { field: missing[0]!.name });
  }
  if (extra === 'refuse' && more.length > 0) {
    fail('invalid_input', `The model has no column '${more[0]}'.`, { field: more[0]! });
  }
  return known.map(({ name }) => given.get(name) ?? -1);
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `'${name}'`);
  return `[${shown.join(', ')}${names.length > shown.length ? ', …' : ''}]`;
}

/** A model of one tensor whose columns have no names takes a table of as many columns in its order, whatever they are called. */
function isNameless({ inputs, columns }: ModelPlan, given: readonly string[]): boolean {
  const [only] = inputs;
  const isSingle = inputs.length === 1 && only!.width === given.length && only!.width > 1;
  return isSingle && columns.every(({ name }, at) => name === `${only!.name}.${at}`);
}

function readNamed(plan: ModelPlan, values: Readonly<Record<string, unknown>>, extra: ExtraColumns): RowBlock {
  const names: string[] = [];
  const lists: (readonly unknown[])[] = [];
  for (const [name, value] of Object.entries(values)) {
    const entries = Array.isArray(value) ? value : [value];
    const input = plan.inputs.find((one) => one.name === name && one.width > 1);
    if (!input) {
      names.push(name);
      lists.push(entries.map((entry) => (Array.isArray(entry) && entry.length === 1 ? entry[0] : entry)));
      continue;
    }
    const store = input.type === 'string';
    const own = plan.columns.filter(({ type, place }) => {
      return (type === 'string') === store && place >= input.place && place < input.place + input.width;
    });
    const rows = entries.map(flatRow);
    if (rows.some((row) => row.length !== input.width)) {
      fail('invalid_input', `Input '${name}' takes ${input.width} values a row.`, { field: name });
    }
    own.forEach((column, at) => {
      names.push(column.name);
      lists.push(rows.map((row) => row[at]));
    });
  }
  const length = lists[0]?.length ?? 0;
  const uneven = lists.findIndex((entries) => entries.length !== length);
  if (uneven >= 0) {
    const message = `Input '${names[uneven]}' has ${lists[uneven]!.length} rows where others have ${length}.`;
    fail('invalid_input', message, { field: names[uneven]! });
  }
  const rows = Array.from({ length }, (_, row) => lists.map((entries) => entries[row]));
  return readRows(plan, { kind: 'rows', columns: names, rows }, extra);
}

// What pandas takes for a missing value in CSV.
const missingTexts = new Set('|#N/A|N/A|NA|n/a|NaN|nan|-NaN|-nan|NULL|null|None|<NA>'.split('|'));
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** A value as the column takes it: whole numbers from JSON, missing values as null, text of CSV by the column's type. */
function castCell({ name, type, form }: PlannedColumn, value: unknown, isText: boolean): unknown {
  if (value === undefined || value === null) return null;
  if (isText && typeof value === 'string') {
    if (missingTexts.has(value)) return null;
    if (type === 'boolean') return /^true$/i.test(value) ? true : /^false$/i.test(value) ? false : value;
    if (type !== 'string') {
      const number = value.trim() === '' ? Number.NaN : Number(value);
      return Number.isNaN(number) ? value : exactInteger(value, number);
    }
  }
  if (type !== 'string') return value;
  if (typeof value === 'number' && Number.isNaN(value)) return null;
  if (form === 'base64' && (typeof value !== 'string' || value.length % 4 !== 0 || !base64.test(value))) {
    return fail('invalid_input', `Column '${name}' takes bytes as base64.`, { field: name });
  }
  return form === 'datetime' && typeof value === 'number' ? String(value) : value;
}

function exactInteger(text: string, number: number): number | bigint {
  return Number.isSafeInteger(number) || !/^[+-]?\d+$/.test(text.trim()) ? number : BigInt(text.trim());
}

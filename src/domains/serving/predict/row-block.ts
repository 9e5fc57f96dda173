import { fail } from '../../../kernel/errors.ts';
import type { ModelPlan, PlannedColumn } from './model-plan.ts';

/** Rows of one request in the form every batch is made of: row-major numbers and strings. */
export interface RowBlock {
  rows: number;
  numbers: Float64Array;
  strings: string[];
  /** 64-bit integers that a double cannot hold, by place among the numbers (`row * plan.numbers + place`). */
  exact?: Map<number, bigint>;
}

/** Whether columns that the model has not are passed over or refused. */
export type ExtraColumns = 'ignore' | 'refuse';

/** An empty block for `rows` rows of a plan. */
export function newBlock(plan: ModelPlan, rows: number): RowBlock {
  return {
    rows,
    numbers: takeNumbers(rows * plan.numbers),
    strings: plan.strings === 0 ? noStrings : new Array<string>(rows * plan.strings).fill(''),
  };
}
const noStrings: string[] = [];

// Small blocks share their memory: an ArrayBuffer each would cost more, and burden the collector more, than its numbers.
const slabLength = 8192;
let slab = new Float64Array(0);
let slabAt = 0;

/** Zeroes that nobody else holds. */
function takeNumbers(length: number): Float64Array {
  if (length > slabLength / 8) return new Float64Array(length);
  if (slabAt + length > slab.length) {
    slab = new Float64Array(slabLength);
    slabAt = 0;
  }
  const from = slabAt;
  slabAt += length;
  return slab.subarray(from, slabAt);
}

/** Reads `[{column: value}, …]`; fails with `invalid_input` naming row, column, value and cure. */
export function readRows(plan: ModelPlan, rows: unknown, extra: ExtraColumns): RowBlock {
  if (!Array.isArray(rows) || rows.length === 0) {
    return fail('invalid_input', "Field 'rows' must be a list of at least one object.", { field: 'rows' });
  }
  const block = newBlock(plan, rows.length);
  const { columns } = plan;
  for (let row = 0; row < rows.length; row++) {
    const record = rows[row] as Record<string, unknown>;
    if (record === null || typeof record !== 'object' || Array.isArray(record)) {
      return fail('invalid_input', `Row ${row} is not an object of columns and values.`, { field: `rows[${row}]` });
    }
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at]!;
      const value = record[column.name];
      if (column.type === 'number' && typeof value === 'number')
        block.numbers[row * plan.numbers + column.place] = value;
      else writeValue({ plan, block, row }, column, value);
    }
    if (extra === 'refuse') refuseExtra(plan, Object.keys(record), `rows[${row}]`);
  }
  return block;
}

/** Reads `{column: [value, …], …}`, all lists of one length. */
export function readColumns(plan: ModelPlan, given: unknown, extra: ExtraColumns): RowBlock {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    return fail('invalid_input', "Field 'columns' must be an object of lists.", { field: 'columns' });
  }
  const lists = given as Record<string, unknown>;
  const rows = lengthOf(plan, lists);
  const block = newBlock(plan, rows);
  for (const column of plan.columns) {
    const values = lists[column.name] as unknown[];
    for (let row = 0; row < rows; row++) writeValue({ plan, block, row }, column, values[row]);
  }
  if (extra === 'refuse') refuseExtra(plan, Object.keys(lists), 'columns');
  return block;
}

function lengthOf(plan: ModelPlan, lists: Record<string, unknown>): number {
  let rows: number | undefined;
  for (const { name } of plan.columns) {
    const values = lists[name];
    if (!Array.isArray(values)) {
      const cure = `Give a list of values for each of ${namesOf(plan)}.`;
      return fail('invalid_input', `Column '${name}' is missing. ${cure}`, { field: `columns.${name}`, cure });
    }
    rows ??= values.length;
    if (values.length !== rows || rows === 0) {
      const message = `Column '${name}' has ${values.length} values where others have ${rows}.`;
      return fail('invalid_input', message, { field: `columns.${name}` });
    }
  }
  return rows ?? 0;
}

interface Cell {
  plan: ModelPlan;
  block: RowBlock;
  row: number;
}

/** A text as models take it: the native runtime would end it at the first NUL and predict for what is left. */
export function checkText(text: string, name: string): string {
  if (!text.includes('\0')) return text;
  return fail('invalid_input', `'${name}' has a text with a NUL character, which models do not take.`, { field: name });
}

/** Writes one value into a block after checking it against its column: null is NaN for numbers and '' for strings. */
export function writeValue(cell: Cell, column: PlannedColumn, value: unknown): void {
  const { plan, block, row } = cell;
  if (column.type === 'string') {
    if (typeof value !== 'string' && value !== null) wrongValue(cell, column, value);
    block.strings[row * plan.strings + column.place] = value === null ? '' : checkText(value as string, column.name);
    return;
  }
  const place = row * plan.numbers + column.place;
  block.numbers[place] = numberOf(cell, column, value);
  if (typeof value === 'bigint' && !Number.isSafeInteger(block.numbers[place])) {
    block.exact ??= new Map();
    block.exact.set(place, value);
  }
}

function numberOf(cell: Cell, column: PlannedColumn, value: unknown): number {
  if (column.type === 'boolean') {
    if (typeof value === 'boolean') return value ? 1 : 0;
    return value === 0 || value === 1 ? value : wrongValue(cell, column, value);
  }
  if (column.type === 'integer') {
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return wrongValue(cell, column, value);
    const whole = value as number | bigint;
    const { range } = column;
    return range && (whole < range.low || whole > range.high) ? wrongValue(cell, column, value) : Number(whole);
  }
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'bigint' ? Number(value) : wrongValue(cell, column, value);
}

const wanted = {
  number: 'a number or null',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'text or null',
};

function wrongValue({ row, plan }: Cell, column: PlannedColumn, value: unknown): never {
  const field = `rows[${row}].${column.name}`;
  if (value === undefined) {
    const cure = `Give every row a value for each of ${namesOf(plan)}; null where it is missing.`;
    return fail('invalid_input', `Row ${row} lacks the column '${column.name}'. ${cure}`, { field, cure });
  }
  const shown = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value)).slice(0, 80);
  const { range } = column;
  const cure = `Give ${wanted[column.type]}${range ? ` from ${range.low} to ${range.high}` : ''}.`;
  return fail('invalid_input', `Row ${row} has ${shown} in column '${column.name}'. ${cure}`, {
    field,
    value: shown,
    cure,
  });
}

function refuseExtra(plan: ModelPlan, names: readonly string[], field: string) {
  if (names.length === plan.columns.length) return;
  const known = new Set(plan.columns.map((column) => column.name));
  const extra = names.find((name) => !known.has(name));
  if (extra === undefined) return;
  const cure = `The model takes ${namesOf(plan)}.`;
  fail('invalid_input', `The model has no column '${extra}'. ${cure}`, { field: `${field}.${extra}`, cure });
}

function namesOf(plan: ModelPlan): string {
  const names = plan.columns.map((column) => `'${column.name}'`);
  return names.length > 40 ? `${names.slice(0, 40).join(', ')} and ${names.length - 40} more` : names.join(', ');
}

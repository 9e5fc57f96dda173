import type { Column, Columns } from '../../../engine/index.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import { newBlock, type RowBlock } from '../predict/row-block.ts';
import type { BatchPlan, InputReader } from './batch-input.ts';

/** Some neighbouring rows of the input. */
export interface ReadRows {
  chunks: readonly Columns[];
  rows: number;
  block: RowBlock;
  /** Why rows cannot be scored, by their place among these rows. */
  bad: Map<number, string>;
}

/** Lays chunks of the input into one block; rows whose values the model does not take are left empty and named. */
export function readBatch(plan: ModelPlan, { readers }: BatchPlan, chunks: readonly Columns[]): ReadRows {
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const block = newBlock(plan, rows);
  const bad = new Map<number, string>();
  let from = 0;
  for (const chunk of chunks) {
    for (const reader of readers) readColumn({ plan, block, from, bad }, reader, chunk);
    from += chunk.rows;
  }
  return { chunks, rows, block, bad };
}

interface Target {
  plan: ModelPlan;
  block: RowBlock;
  from: number;
  bad: Map<number, string>;
}

function readColumn(target: Target, reader: InputReader, chunk: Columns): void {
  const { plan, block, from } = target;
  const { place, type } = reader.column;
  const column = chunk.column(reader.values);
  if (type === 'string') {
    const texts = column.values as string[];
    for (let row = 0; row < chunk.rows; row++) block.strings[(from + row) * plan.strings + place] = texts[row]!;
    return;
  }
  if (type !== 'number' || reader.text !== undefined) {
    readChecked(target, reader, chunk);
    return;
  }
  const { numbers } = block;
  const values = column.values as Float64Array;
  const stride = plan.numbers;
  for (let row = 0, to = from * stride + place; row < values.length; row++, to += stride) numbers[to] = values[row]!;
}

/** Whole numbers, booleans and parsed texts are looked at one by one; a missing one is only allowed for numbers. */
function readChecked({ plan, block, from, bad }: Target, reader: InputReader, chunk: Columns): void {
  const { place, type, name } = reader.column;
  const column = chunk.column(reader.values);
  const texts = reader.text === undefined ? undefined : chunk.column(reader.text);
  for (let row = 0; row < chunk.rows; row++) {
    const to = (from + row) * plan.numbers + place;
    const value = numberAt(column, row);
    if (column.kind === 'bigint' && !Number.isSafeInteger(value) && !Number.isNaN(value)) {
      block.exact ??= new Map();
      block.exact.set(to, column.values[row]!);
    }
    const isText = texts && !texts.nulls?.[row];
    const wrong =
      type === 'number'
        ? Number.isNaN(value) && isText && !/^\s*[-+]?nan\s*$/i.test(String(texts.values[row]))
        : type === 'boolean'
          ? value !== 0 && value !== 1
          : column.kind === 'bigint'
            ? Number.isNaN(value)
            : !Number.isSafeInteger(value);
    if (!wrong) block.numbers[to] = value;
    else if (!bad.has(from + row)) {
      const shown = isText ? JSON.stringify(texts.values[row]).slice(0, 80) : Number.isNaN(value) ? 'null' : value;
      bad.set(from + row, `Column '${name}' has ${shown}; the model takes ${wanted[type]}.`);
    }
  }
}

const wanted = { number: 'a number or null', integer: 'a whole number', boolean: 'true or false', string: 'text' };

function numberAt(column: Column, row: number): number {
  if (column.nulls?.[row]) return Number.NaN;
  return Number(column.values[row]);
}

/** The rows of a block that are not in `left`, as a block of their own, with the place each had. */
export function withoutRows(
  plan: ModelPlan,
  block: RowBlock,
  left: { has(row: number): boolean; size: number },
): { block: RowBlock; rows: Int32Array } {
  const rows = Int32Array.from({ length: block.rows }, (_, row) => row).filter((row) => !left.has(row));
  return { block: left.size === 0 ? block : takeRows(plan, block, rows), rows };
}

/** Some rows of a block as a block of their own. */
export function takeRows(plan: ModelPlan, block: RowBlock, rows: Int32Array): RowBlock {
  const taken = newBlock(plan, rows.length);
  rows.forEach((from, to) => {
    const at = from * plan.numbers;
    taken.numbers.set(block.numbers.subarray(at, at + plan.numbers), to * plan.numbers);
    for (let k = 0; k < plan.strings; k++)
      taken.strings[to * plan.strings + k] = block.strings[from * plan.strings + k]!;
    for (let k = 0; block.exact && k < plan.numbers; k++) {
      const exact = block.exact.get(at + k);
      if (exact === undefined) continue;
      taken.exact ??= new Map();
      taken.exact.set(to * plan.numbers + k, exact);
    }
  });
  return taken;
}

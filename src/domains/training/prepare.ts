import { fail } from '../../kernel/errors.ts';
import { type CategoricalColumn, type Column, columnOf, type NumericColumn, type Table } from './columns.ts';
import type { CategoricalInput, FittedInput, NumericInput } from './fitted.ts';

/** How a numeric feature is prepared. */
export interface NumericPreparation {
  kind: 'numeric';
  name: string;
  /** What a missing value becomes; `none` leaves it to the trees. */
  impute: 'none' | 'mean' | 'median' | 'most-frequent' | 'constant';
  /** The constant of `impute: 'constant'`. */
  value?: number;
  /** Whether to subtract the mean and divide by the (population) standard deviation. */
  scale: boolean;
}

/** How a categorical feature is prepared. */
export interface CategoricalPreparation {
  kind: 'categorical';
  name: string;
  /** What a missing value becomes: nothing, a code of its own, the most frequent category, or a given one. */
  impute: 'none' | 'own' | 'most-frequent' | 'constant';
  value?: string | number;
  encoding: 'one-hot' | 'ordinal';
  /** Categories kept, the most frequent first; the rest share one code. */
  maxCategories: number;
}

/** How a feature is prepared for a trainer. */
export type Preparation = NumericPreparation | CategoricalPreparation;

/** Values of one input for all rows: numbers in one slot, or one-hot codes (-1: all zeros) spread over several. */
export type Block =
  | { kind: 'dense'; slot: number; values: Float64Array }
  | { kind: 'one-hot'; slot: number; width: number; codes: Int32Array };

/** Fits the preparation of every feature on all rows of a table; the result maps raw values to encoded slots. */
export function fitInputs(table: Table, preparations: Preparation[]): { inputs: FittedInput[]; width: number } {
  if (preparations.length === 0) fail('invalid_input', 'A model needs at least one feature.', { field: 'features' });
  let width = 0;
  const inputs = preparations.map((preparation): FittedInput => {
    const column = requireColumn(table, preparation.name, preparation.kind);
    const input =
      column.kind === 'numeric'
        ? fitNumeric(column, preparation as NumericPreparation, width)
        : fitCategorical(column, preparation as CategoricalPreparation, width);
    width += input.kind === 'categorical' && input.encoding === 'one-hot' ? input.codes : 1;
    return input;
  });
  return { inputs, width };
}

function requireColumn(table: Table, name: string, kind: Column['kind']): Column {
  const column = columnOf(table, name) ?? fail('invalid_input', `There is no column '${name}'.`, { field: name });
  if (column.kind === kind) return column;
  return fail('invalid_input', `Column '${name}' is ${column.kind}, not ${kind}.`, {
    field: name,
    cure: `Declare the feature as ${column.kind}.`,
  });
}

function fitNumeric(column: NumericColumn, how: NumericPreparation, slot: number): NumericInput {
  const present = Float32Array.from(column.values).filter((value) => !Number.isNaN(value));
  const impute = how.impute === 'none' ? null : Math.fround(imputed(present, how));
  const { mean, scale } = how.scale ? momentsOf(column.values, impute) : { mean: 0, scale: 1 };
  const integer = present.length > 0 && present.every((value) => Number.isInteger(value));
  return { kind: 'numeric', name: column.name, slot, impute, mean, scale, integer };
}

function imputed(present: Float32Array, how: NumericPreparation): number {
  if (how.impute === 'constant') return how.value ?? 0;
  if (present.length === 0) return 0;
  if (how.impute === 'mean') return present.reduce((sum, value) => sum + value, 0) / present.length;
  const sorted = present.slice().sort();
  if (how.impute === 'median') return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  return longestRun(sorted);
}

function longestRun(sorted: Float32Array): number {
  let best = sorted[0]!;
  let bestLength = 0;
  let start = 0;
  for (let i = 1; i <= sorted.length; i++) {
    if (i < sorted.length && sorted[i] === sorted[start]) continue;
    if (i - start > bestLength) {
      bestLength = i - start;
      best = sorted[start]!;
    }
    start = i;
  }
  return best;
}

/** Mean and population standard deviation after imputation, in two passes (stable for large offsets). */
function momentsOf(values: Float64Array, impute: number | null): { mean: number; scale: number } {
  let count = 0;
  let sum = 0;
  const each = (use: (value: number) => void) => {
    for (const raw of values) {
      const value = Number.isNaN(raw) ? impute : Math.fround(raw);
      if (value !== null && Number.isFinite(value)) use(value);
    }
  };
  each((value) => {
    count++;
    sum += value;
  });
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  each((value) => {
    squares += (value - mean) ** 2;
  });
  const deviation = count === 0 ? 0 : Math.sqrt(squares / count);
  // A constant column's deviation is rounding noise, not a scale.
  return { mean, scale: deviation > 1e-12 * Math.max(1, Math.abs(mean)) ? deviation : 1 };
}

function fitCategorical(column: CategoricalColumn, how: CategoricalPreparation, slot: number): CategoricalInput {
  const counts = new Float64Array(column.levels.length);
  let missing = 0;
  for (const code of column.codes) code < 0 ? missing++ : counts[code]!++;
  const order = [...counts.keys()].filter((level) => counts[level]! > 0);
  order.sort((a, b) => counts[b]! - counts[a]! || (column.levels[a]! < column.levels[b]! ? -1 : 1));
  const capped = order.length > how.maxCategories;
  const categories = order
    .slice(0, capped ? Math.max(1, how.maxCategories - 1) : undefined)
    .map((i) => column.levels[i]!);
  const rareCode = capped ? categories.length : null;
  let codes = categories.length + (capped ? 1 : 0);
  let missingCode: number | null = null;
  if (how.impute === 'own' && missing > 0) missingCode = codes++;
  if (how.impute === 'most-frequent' && categories.length > 0) missingCode = 0;
  if (how.impute === 'constant') {
    const index = categories.indexOf(how.value ?? '');
    missingCode = index >= 0 ? index : rareCode;
  }
  const { encoding } = how;
  const { name, valueType } = column;
  return {
    kind: 'categorical',
    name,
    valueType,
    categories,
    codes,
    missingCode,
    unknownCode: rareCode,
    encoding,
    slot,
  };
}

/** Encodes all rows of a table by fitted inputs. */
export function encode(inputs: FittedInput[], table: Table): Block[] {
  return inputs.map((input) => {
    const column = requireColumn(table, input.name, input.kind);
    return column.kind === 'numeric'
      ? encodeNumeric(input as NumericInput, column)
      : encodeCategorical(input as CategoricalInput, column);
  });
}

function encodeNumeric(input: NumericInput, column: NumericColumn): Block {
  const { impute, mean, scale } = input;
  const values = new Float64Array(column.values.length);
  for (let row = 0; row < values.length; row++) {
    const value = Math.fround(column.values[row]!);
    values[row] = ((impute !== null && Number.isNaN(value) ? impute : value) - mean) / scale;
  }
  return { kind: 'dense', slot: input.slot, values };
}

function encodeCategorical(input: CategoricalInput, column: CategoricalColumn): Block {
  const codeOf = new Map(input.categories.map((category, code) => [category, code]));
  const none = input.encoding === 'ordinal' ? Number.NaN : -1;
  const mapped = column.levels.map((level) => codeOf.get(level) ?? input.unknownCode ?? none);
  const missing = input.missingCode ?? none;
  const rows = column.codes.length;
  const target = input.encoding === 'ordinal' ? new Float64Array(rows) : new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const level = column.codes[row]!;
    target[row] = level < 0 ? missing : mapped[level]!;
  }
  if (target instanceof Float64Array) return { kind: 'dense', slot: input.slot, values: target };
  return { kind: 'one-hot', slot: input.slot, width: input.codes, codes: target };
}

import { type Graph, ml, ops, type Value } from '../../../onnx/index.ts';
import type { CategoricalInput, FittedInput, NumericInput } from '../fitted.ts';

/** The model's raw columns as graph inputs, prepared as far as all predictors share it. */
export interface GraphInputs {
  /** Numeric inputs in the order of their columns in `matrix`. */
  numeric: NumericInput[];
  /** Raw numeric columns side by side, missing values imputed: float32 `[N, numeric.length]`; null without numeric inputs. */
  matrix: Value | null;
  /** For each categorical input its codes, int64 `[N, 1]`; "none" is the index `codes`, one past the last code. */
  categorical: { input: CategoricalInput; codes: Value }[];
}

/** Element type of the raw column an input reads: numeric categories are double, as float32 would merge large ids. */
export function rawTypeOf(input: FittedInput): 'float32' | 'float64' | 'string' {
  if (input.kind === 'numeric') return 'float32';
  return input.valueType === 'string' ? 'string' : 'float64';
}

/** Declares one graph input `[N, 1]` a raw column, in the model's order, and adds imputation and category codes. */
export function addInputs(graph: Graph, inputs: readonly FittedInput[]): GraphInputs {
  const raw = inputs.map((input) => graph.input(input.name, rawTypeOf(input), ['N', 1]));
  const numeric: NumericInput[] = [];
  const columns: Value[] = [];
  const categorical: GraphInputs['categorical'] = [];
  for (const [i, input] of inputs.entries()) {
    if (input.kind === 'categorical') categorical.push({ input, codes: codesOf(graph, input, raw[i]!) });
    else {
      columns.push(raw[i]!);
      numeric.push(input);
    }
  }
  const matrix = columns.length === 0 ? null : impute(graph, ops.concat(graph, columns, 1), numeric);
  return { numeric, matrix, categorical };
}

function impute(graph: Graph, matrix: Value, inputs: readonly NumericInput[]): Value {
  if (inputs.every((input) => input.impute === null)) return matrix;
  const row = graph.constantOf(
    'float32',
    [1, inputs.length],
    inputs.map((input) => input.impute ?? Number.NaN),
  );
  return ops.where(graph, ops.isMissing(graph, matrix), [row, matrix]);
}

function codesOf(graph: Graph, input: CategoricalInput, raw: Value): Value {
  const none = input.codes;
  const values = [...input.categories.keys(), input.missingCode ?? none];
  const otherwise = input.unknownCode ?? none;
  if (input.valueType === 'string') {
    const keys = [...input.categories.map(String), ''];
    return ml.labelEncoder(graph, raw, { keys, values: BigInt64Array.from(values, BigInt), otherwise });
  }
  const keys = Float64Array.from([...input.categories.map(Number), Number.NaN]);
  const codes = ml.labelEncoder64(graph, raw, { keys, values: Float64Array.from(values), otherwise });
  return ops.cast(graph, codes, 'int64');
}

/** Whether the graph needs `ai.onnx.ml` 4, where a label encoder reads doubles. */
export function needsWideLabels(inputs: readonly FittedInput[]): boolean {
  return inputs.some((input) => rawTypeOf(input) === 'float64');
}

/** Subtracts the means and divides by the scales, in double as the trainer did; float64 `[N, inputs.length]`. */
export function scaleMatrix(graph: Graph, matrix: Value, inputs: readonly NumericInput[]): Value {
  const wide = ops.cast(graph, matrix, 'float64');
  if (!isScaled(inputs)) return wide;
  const dims = [1, inputs.length];
  const mean = graph.constantOf(
    'float64',
    dims,
    Float64Array.from(inputs, (input) => input.mean),
  );
  const scale = graph.constantOf(
    'float64',
    dims,
    Float64Array.from(inputs, (input) => input.scale),
  );
  return ops.divide(graph, ops.subtract(graph, wide, mean), scale);
}

/** Whether any input is scaled at all. */
export function isScaled(inputs: readonly NumericInput[]): boolean {
  return inputs.some((input) => input.mean !== 0 || input.scale !== 1);
}

/** Looks codes up in a table of one row a code and one more for "none": `[N, table columns]`. */
export function lookUp(graph: Graph, codes: Value, table: Value): Value {
  return ops.flatten(graph, ops.gather(graph, table, codes), 2);
}

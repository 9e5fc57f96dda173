import { createOnnxSession, type OnnxSession, type Tensor, tensor } from '../../../onnx/index.ts';
import { columnOf, type Table } from '../columns.ts';
import type { FittedInput, FittedModel } from '../fitted.ts';
import { rawTypeOf } from './inputs.ts';
import { outputNames } from './outputs.ts';

/** What the exported graph answers for a table. */
export interface OnnxPrediction {
  rows: number;
  width: number;
  /** Predictions or probabilities, row-major `rows` × `width`. */
  values: Float64Array;
  /** Predicted classes; null for regression. */
  labels: (string | number | boolean)[] | null;
}

/** The raw columns of a table as the exported graph takes them. */
export function feedsOf(inputs: readonly FittedInput[], table: Table): Record<string, Tensor> {
  return Object.fromEntries(inputs.map((input) => [input.name, feedOf(input, table)]));
}

function feedOf(input: FittedInput, table: Table): Tensor {
  const type = rawTypeOf(input);
  const column = columnOf(table, input.name);
  const dims = [table.rows, 1];
  if (column?.kind === 'numeric') return tensor(type, dims, column.values);
  const missing = type === 'string' ? '' : Number.NaN;
  const values = Array.from(column!.codes, (code) => (code < 0 ? missing : column!.levels[code]!));
  return tensor(type, dims, values);
}

/** Runs exported bytes (or a session of them) over a table, to compare with the trainer's own predictions. */
export async function predictWithOnnx(
  model: FittedModel,
  onnx: Uint8Array | OnnxSession,
  table: Table,
): Promise<OnnxPrediction> {
  const session = onnx instanceof Uint8Array ? await createOnnxSession(onnx) : onnx;
  try {
    const results = await session.run(feedsOf(model.inputs, table));
    const names = outputNames(model.inputs.map((input) => input.name));
    if (model.task === 'regression') {
      return { rows: table.rows, width: 1, values: numbersOf(results[names.prediction]!), labels: null };
    }
    return {
      rows: table.rows,
      width: model.classes!.length,
      values: numbersOf(results[names.probabilities]!),
      labels: labelsOf(results[names.label]!),
    };
  } finally {
    if (session !== onnx) await session.close();
  }
}

function numbersOf(tensor: Tensor): Float64Array {
  return Float64Array.from(tensor.data as Float32Array);
}

function labelsOf(tensor: Tensor): (string | number | boolean)[] {
  if (Array.isArray(tensor.data)) return tensor.data;
  return Array.from(tensor.data as Float64Array, (value) => (tensor.type === 'bool' ? Boolean(value) : Number(value)));
}

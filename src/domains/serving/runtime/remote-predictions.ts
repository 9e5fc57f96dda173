import { fail } from '../../../kernel/errors.ts';
import type { JsonValue } from '../../../kernel/json.ts';
import type { Tensor, TensorSpec, TensorType } from '../../../onnx/index.ts';

/** The name of an answer that has none. */
export const unnamedOutput = 'predictions';

type Record_ = Record<string, JsonValue>;

/**
 * Reads predictions as scoring servers write them: a list of values or lists (one output), a list of records, or lists by
 * name. `known` are the outputs where the signature says them: their types are kept; else numbers are float64.
 */
export function readPredictions(
  value: JsonValue | undefined,
  known: readonly TensorSpec[] = [],
): Record<string, Tensor> {
  const types = new Map(known.map((output) => [output.name, output.type as TensorType]));
  const named = columnsOf(value);
  if (!named) {
    const name = known[0]?.name ?? unnamedOutput;
    return { [name]: toTensor(value, types.get(name)) };
  }
  const tensors: Record<string, Tensor> = {};
  for (const name in named) tensors[name] = toTensor(named[name], types.get(name));
  return tensors;
}

function isRecord(value: JsonValue | undefined): value is Record_ {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Values by name, of a list of records or of lists by name; undefined where the answer has no names. */
function columnsOf(value: JsonValue | undefined): Record_ | undefined {
  if (isRecord(value)) return value;
  if (!Array.isArray(value) || !isRecord(value[0])) return undefined;
  const names = Object.keys(value[0]);
  const rows = value as Record_[];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
}

function toTensor(value: JsonValue | undefined, type: TensorType | undefined): Tensor {
  const dims: number[] = [];
  let values: JsonValue[] = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0]!) dims.push(inner.length);
  if (dims.length === 0) fail('model_failed', "The model's server answered no list of predictions.");
  values = dims.length === 1 ? (value as JsonValue[]) : flatten(value, dims.length);
  if (values.length !== dims.reduce((a, b) => a * b, 1)) {
    fail('model_failed', "The model's server answered lists of unequal lengths.");
  }
  return fill(values, dims, type ?? typeOf(values));
}

function flatten(value: JsonValue | undefined, depth: number): JsonValue[] {
  let values = value as JsonValue[];
  for (let level = 1; level < depth; level++) {
    if (!values.every(Array.isArray)) fail('model_failed', "The model's server answered lists of unequal depth.");
    values = (values as JsonValue[][]).flat();
  }
  return values;
}

function typeOf(values: readonly JsonValue[]): TensorType {
  const first = values.find((value) => value !== null);
  if (typeof first === 'string' || (first !== undefined && typeof first === 'object')) return 'string';
  return typeof first === 'boolean' ? 'bool' : 'float64';
}

function fill(values: readonly JsonValue[], dims: number[], type: TensorType): Tensor {
  if (type === 'string') {
    const data = values.map((value) =>
      typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value),
    );
    return { type, dims, data };
  }
  if (values.some((value) => typeof value === 'string' || (value !== null && typeof value === 'object'))) {
    fail('model_failed', `The model's server answered something else than ${type}.`);
  }
  if (type === 'int64') return { type, dims, data: BigInt64Array.from(values, toBig) };
  if (type === 'uint64') return { type, dims, data: BigUint64Array.from(values, toBig) };
  const toNumber = (value: JsonValue) => (value === null ? Number.NaN : Number(value));
  const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const;
  if (type in arrays) return { type, dims, data: arrays[type as 'float64'].from(values, toNumber) };
  return { type: 'float64', dims, data: Float64Array.from(values, toNumber) };
}

function toBig(value: JsonValue): bigint {
  if (typeof value === 'bigint') return value;
  const number = Number(value);
  return Number.isInteger(number)
    ? BigInt(number)
    : fail('model_failed', `The model's server answered ${number} as a whole number.`);
}

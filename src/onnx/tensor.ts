import { fail } from '../kernel/errors.ts';

/** Element types a tensor may have, named as onnxruntime names them. */
export type TensorType =
  | 'float32'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'string';

/** Elements of a tensor in row-major order; 64-bit integers are bigint arrays, booleans are bytes 0 and 1. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | string[];

/** A dense tensor: `data.length` is the product of `dims`. */
export interface Tensor {
  type: TensorType;
  dims: readonly number[];
  data: TensorData;
}

/** The array that holds a tensor's values, by type; 64-bit integers and strings have arrays of their own. */
export const tensorArrays = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bool: Uint8Array,
} as const;

/** The product of the dimensions. */
export function elementCount(dims: readonly number[]): number {
  let count = 1;
  for (const size of dims) count *= size;
  return count;
}

/**
 * Makes a tensor from plain values: numbers, bigints, booleans or strings, converted to the type's own array.
 * Fails with `invalid_input` when the count does not match the dimensions or a value does not fit an integer type.
 */
export function tensor(type: TensorType, dims: readonly number[], values: ArrayLike<unknown>): Tensor {
  const count = elementCount(dims);
  if (values.length !== count || !dims.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    fail(
      'invalid_input',
      `A tensor of shape [${dims.join(', ')}] needs ${count} values; ${values.length} were given.`,
      {
        field: 'shape',
        value: [...dims],
        cure: 'Give as many values as the product of the dimensions.',
      },
    );
  }
  return { type, dims: [...dims], data: dataOf(type, values) };
}

function dataOf(type: TensorType, values: ArrayLike<unknown>): TensorData {
  if (type === 'string') return Array.from(values, (value) => (value == null ? '' : String(value)));
  if (type === 'int64' || type === 'uint64') return bigData(type, values);
  const data = new tensorArrays[type](values.length);
  if (values.constructor === data.constructor) {
    data.set(values as typeof data);
    return data;
  }
  const whole = type !== 'float32' && type !== 'float64';
  for (let i = 0; i < values.length; i++) {
    const number = values[i] === null ? Number.NaN : Number(values[i]);
    data[i] = number;
    if (whole && data[i] !== number) outOfRange(type, values[i], i);
  }
  return data;
}

function bigData(type: 'int64' | 'uint64', values: ArrayLike<unknown>): TensorData {
  const data = type === 'int64' ? new BigInt64Array(values.length) : new BigUint64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const whole = typeof value === 'bigint' || typeof value === 'boolean' || Number.isSafeInteger(value);
    if (!whole) outOfRange(type, value, i);
    data[i] = BigInt(value as bigint | number | boolean);
    if (data[i] !== BigInt(value as bigint | number | boolean)) outOfRange(type, value, i);
  }
  return data;
}

function outOfRange(type: TensorType, value: unknown, index: number): never {
  return fail('invalid_input', `Value ${String(value)} at position ${index} is not of type ${type}.`, {
    field: `values[${index}]`,
    value: typeof value === 'bigint' ? String(value) : value,
    cure: `Give a value that fits ${type}.`,
  });
}

/** A float32 column `[rows, 1]`; null and undefined become NaN. */
export function floatColumn(values: ArrayLike<number | null>): Tensor {
  return tensor('float32', [values.length, 1], values);
}

/** A string column `[rows, 1]`; null and undefined become the empty string. */
export function stringColumn(values: ArrayLike<string | null>): Tensor {
  return tensor('string', [values.length, 1], values);
}

import type { Tensor, TensorData, TensorSpec, TensorType } from '../../../onnx/index.ts';
import type { CodeValues } from './code-call.ts';
import type { CodeColumn } from './processing-schema.ts';

const types: Record<CodeColumn['type'], TensorType> = {
  number: 'float64',
  integer: 'int64',
  boolean: 'bool',
  string: 'string',
};

/** The tensors that columns of code are: one a column, one value a row. */
export function tensorSpecs(columns: readonly CodeColumn[]): TensorSpec[] {
  return columns.map(({ name, type }) => ({ name, type: types[type], shape: ['rows'] }));
}

/** Tensors as the tables that code sees. */
export function toCodeValues(tensors: Record<string, Tensor>): CodeValues[] {
  return Object.entries(tensors).map(([name, { data, dims, type }]) => ({
    name,
    values: data,
    width: dims[0] ? data.length / dims[0] : 1,
    isBoolean: type === 'bool',
  }));
}

/** Lists that code gave as tensors, by column. */
export function toTensors(columns: readonly CodeColumn[], lists: readonly unknown[][]): Record<string, Tensor> {
  return Object.fromEntries(
    columns.map(({ name, type }, at) => {
      const list = lists[at]!;
      return [name, { type: types[type], dims: [list.length], data: dataOf(type, list) } satisfies Tensor];
    }),
  );
}

function dataOf(type: CodeColumn['type'], list: readonly unknown[]): TensorData {
  if (type === 'string') return list.map((value) => (value as string | null) ?? '');
  if (type === 'boolean') return Uint8Array.from(list, (value) => (value ? 1 : 0));
  if (type === 'integer') return BigInt64Array.from(list, (value) => BigInt(value as number | bigint));
  return Float64Array.from(list, (value) => (value as number | null) ?? Number.NaN);
}

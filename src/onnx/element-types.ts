import type { TensorType } from './tensor.ts';

/** Names of ONNX element type numbers (`TensorProto.DataType`). */
export const elementTypeNames: Record<number, string> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
};

/** ONNX element type numbers of the types that tensors here may have. */
export const elementTypeNumbers: Record<TensorType, number> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

/** Whether a type name is one that tensors here may have. */
export function isTensorType(name: string): name is TensorType {
  return Object.hasOwn(elementTypeNumbers, name);
}

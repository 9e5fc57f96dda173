import { elementTypeNumbers } from './element-types.ts';
import type { Graph, Value } from './graph.ts';
import type { TensorType } from './tensor.ts';

type Two = (graph: Graph, a: Value, b: Value) => Value;
type One = (graph: Graph, x: Value) => Value;

const one =
  (op: string): One =>
  (graph, x) =>
    graph.node({ op, inputs: [x] })[0]!;

const two =
  (op: string): Two =>
  (graph, a, b) =>
    graph.node({ op, inputs: [a, b] })[0]!;

/** Element-wise sum, with broadcasting. */
export const add = two('Add');
/** Element-wise difference, with broadcasting. */
export const subtract = two('Sub');
/** Element-wise product, with broadcasting. */
export const multiply = two('Mul');
/** Element-wise quotient, with broadcasting. */
export const divide = two('Div');
/** Matrix product. */
export const matMul = two('MatMul');
/** Element-wise equality, as booleans. */
export const equal = two('Equal');
/** Element-wise `a > b`, as booleans. */
export const greater = two('Greater');
/** The shape of the second operand given to the first. */
export const reshape = two('Reshape');
/** Removes the dimensions of size 1 at the given axes (an int64 vector). */
export const squeeze = two('Squeeze');
/** Adds dimensions of size 1 at the given axes (an int64 vector). */
export const unsqueeze = two('Unsqueeze');
/** `1 / (1 + exp(-x))`. */
export const sigmoid = one('Sigmoid');
/** `e^x`. */
export const exp = one('Exp');
/** `-x`. */
export const negate = one('Neg');
/** True where an element is NaN. */
export const isMissing = one('IsNaN');
/** True where an element is false. */
export const not = one('Not');
/** The same tensor. */
export const identity = one('Identity');

/** Elements of `a` where the condition holds, else of `b`, with broadcasting. */
export function where(graph: Graph, condition: Value, [a, b]: readonly [Value, Value]): Value {
  return graph.node({ op: 'Where', inputs: [condition, a, b] })[0]!;
}

/** Elements limited to `[low, high]` (scalars). */
export function clip(graph: Graph, x: Value, [low, high]: readonly [Value | null, Value | null]): Value {
  return graph.node({ op: 'Clip', inputs: [x, low, high] })[0]!;
}

/** Converts the element type. */
export function cast(graph: Graph, x: Value, type: TensorType): Value {
  return graph.node({ op: 'Cast', inputs: [x], attributes: { to: { int: elementTypeNumbers[type] } } })[0]!;
}

/** Joins tensors along an axis; a single one is given back as it is. */
export function concat(graph: Graph, parts: readonly Value[], axis: number): Value {
  if (parts.length === 1) return parts[0]!;
  return graph.node({ op: 'Concat', inputs: parts, attributes: { axis: { int: axis } } })[0]!;
}

/** The exponentials along an axis, divided by their sum. */
export function softmax(graph: Graph, x: Value, axis: number): Value {
  return graph.node({ op: 'Softmax', inputs: [x], attributes: { axis: { int: axis } } })[0]!;
}

/** Index of the largest element along an axis, the first of equals; that dimension is dropped. */
export function argMax(graph: Graph, x: Value, axis: number): Value {
  return graph.node({
    op: 'ArgMax',
    inputs: [x],
    attributes: { axis: { int: axis }, keepdims: { int: 0 }, select_last_index: { int: 0 } },
  })[0]!;
}

/** Rows of `data` at the given indexes (int64), along axis 0. */
export function gather(graph: Graph, data: Value, indexes: Value): Value {
  return graph.node({ op: 'Gather', inputs: [data, indexes], attributes: { axis: { int: 0 } } })[0]!;
}

/** A matrix: dimensions before `axis` become rows, the others columns. */
export function flatten(graph: Graph, x: Value, axis: number): Value {
  return graph.node({ op: 'Flatten', inputs: [x], attributes: { axis: { int: axis } } })[0]!;
}

/** `a·b + c`, with `b` transposed when asked. */
export function gemm(graph: Graph, [a, b, c]: readonly [Value, Value, Value], transposeB = false): Value {
  return graph.node({ op: 'Gemm', inputs: [a, b, c], attributes: { transB: { int: transposeB ? 1 : 0 } } })[0]!;
}

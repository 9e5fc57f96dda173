import { type ColumnOrigins, mixed, type Origins } from './column-origins.ts';
import { areScores, attribute, type DecodedModel, intOf, numbersIn } from './decoded.ts';
import type { NodeProto } from './generated/onnx-ml_pb.ts';

/** Columns of a tensor, each with a weight for every score; without weights column k is itself a part of score k. */
export interface LinearTerm {
  tensor: string;
  origins: Origins;
  /** `column * outputs + output`. */
  weights: Float64Array | undefined;
  sign: 1 | -1;
}

/** Scores that are sums over source columns, before any link function. */
export interface ReadLinear {
  terms: LinearTerm[];
  intercept: Float64Array;
  outputs: number;
}

interface Sum {
  terms: LinearTerm[];
  intercept: number[];
  outputs: number;
}

/** The scores of a linear model; undefined where they are not sums of what single columns give. */
export function readLinear(decoded: DecodedModel, origins: ColumnOrigins): ReadLinear | undefined {
  const ends = new Set(['Add', 'MatMul', 'Gemm', 'LinearRegressor', 'LinearClassifier']);
  for (const node of [...decoded.graph.node].reverse()) {
    if (!ends.has(node.opType) || !areScores(decoded, node.output.filter(Boolean))) continue;
    const sum = sumOfNode({ decoded, origins }, node);
    if (!sum || sum.terms.length === 0) continue;
    const { terms, outputs } = sum;
    const intercept = Float64Array.from(
      { length: outputs },
      (_, k) => sum.intercept[sum.intercept.length === 1 ? 0 : k] ?? 0,
    );
    return { terms, outputs, intercept };
  }
  return undefined;
}

interface Reading {
  decoded: DecodedModel;
  origins: ColumnOrigins;
}

function sumOf(reading: Reading, tensor: string): Sum | undefined {
  const { decoded, origins } = reading;
  const constant = decoded.constants.get(tensor);
  if (constant) {
    const values = numbersIn(constant)?.values;
    return values && { terms: [], intercept: [...values], outputs: values.length };
  }
  const node = decoded.makers.get(tensor);
  if (!node) return undefined;
  const sum = sumOfNode(reading, node);
  if (sum) return sum;
  const columns = origins.of(tensor);
  if (!columns || columns.includes(mixed)) return undefined;
  return {
    terms: [{ tensor, origins: columns, weights: undefined, sign: 1 }],
    intercept: [0],
    outputs: columns.length,
  };
}

function sumOfNode(reading: Reading, node: NodeProto): Sum | undefined {
  const { opType, input } = node;
  if (opType === 'Add' || opType === 'Sub') {
    return added(sumOf(reading, input[0]!), sumOf(reading, input[1]!), opType === 'Add' ? 1 : -1);
  }
  if (opType === 'Cast' || opType === 'Identity') {
    const maker = reading.decoded.makers.get(input[0]!);
    return maker && sumOfNode(reading, maker);
  }
  if (opType === 'MatMul') return product(reading, input[0]!, matrixOf(reading, input[1]!, false));
  if (opType === 'Gemm') return general(reading, node);
  if (opType === 'LinearRegressor' || opType === 'LinearClassifier') return linearNode(reading, node);
  return undefined;
}

function added(a: Sum | undefined, b: Sum | undefined, sign: 1 | -1): Sum | undefined {
  if (!a || !b) return undefined;
  const outputs = Math.max(a.outputs, b.outputs);
  const fits = [a, b].every((part) => part.outputs === outputs || (part.outputs === 1 && part.terms.length === 0));
  if (!fits) return undefined;
  const at = (sum: Sum, k: number) => sum.intercept[sum.intercept.length === 1 ? 0 : k]!;
  return {
    terms: [...a.terms, ...b.terms.map((term) => ({ ...term, sign: (term.sign * sign) as 1 | -1 }))],
    intercept: Array.from({ length: outputs }, (_, k) => at(a, k) + sign * at(b, k)),
    outputs,
  };
}

interface Matrix {
  rows: number;
  columns: number;
  values: Float64Array;
}

function matrixOf({ decoded }: Reading, tensor: string, isTurned: boolean): Matrix | undefined {
  const constant = decoded.constants.get(tensor);
  const found = constant && numbersIn(constant);
  if (!found || found.dims.length > 2) return undefined;
  const [rows, columns] = [found.dims[0] ?? 1, found.dims[1] ?? 1];
  if (!isTurned) return { rows, columns, values: found.values };
  return { rows: columns, columns: rows, values: turned(found.values, rows, columns) };
}

function turned(values: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: values.length }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
}

function product({ origins }: Reading, tensor: string, matrix: Matrix | undefined): Sum | undefined {
  const columns = origins.of(tensor);
  if (!matrix || !columns || columns.includes(mixed) || columns.length !== matrix.rows) return undefined;
  const term: LinearTerm = { tensor, origins: columns, weights: matrix.values, sign: 1 };
  return { terms: [term], intercept: [0], outputs: matrix.columns };
}

function general(reading: Reading, node: NodeProto): Sum | undefined {
  const scales = ['alpha', 'beta'].map((name) => attribute(node, name)?.f ?? 1);
  if (intOf(node, 'transA', 0) !== 0 || scales.some((scale) => scale !== 1)) return undefined;
  const [a, b, c] = node.input;
  const made = product(reading, a!, matrixOf(reading, b!, intOf(node, 'transB', 0) !== 0));
  return c ? added(made, sumOf(reading, c), 1) : made;
}

/** The scores of a linear operator, before what it makes of them. */
function linearNode(reading: Reading, node: NodeProto): Sum | undefined {
  const coefficients = attribute(node, 'coefficients')?.floats ?? [];
  const intercepts = attribute(node, 'intercepts')?.floats ?? [];
  const columns = reading.origins.of(node.input[0]!)?.length ?? 0;
  const outputs = coefficients.length / columns;
  if (!Number.isInteger(outputs) || outputs < 1) return undefined;
  const matrix = { rows: columns, columns: outputs, values: turned(coefficients, outputs, columns) };
  const made = product(reading, node.input[0]!, matrix);
  return made && { ...made, intercept: Array.from({ length: outputs }, (_, k) => intercepts[k] ?? 0) };
}

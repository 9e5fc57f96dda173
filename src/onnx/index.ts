export type { Attribute } from './attributes.ts';
export { checkModel, defaultModelLimits, type ModelLimits } from './check.ts';
export { type ColumnOrigins, followColumns, mixed } from './column-origins.ts';
export { areScores, type DecodedModel, decodeModel, type InnerSession, openInner } from './decoded.ts';
export { type Dimension, Graph, type ModelHeader, type NodeSpec, type Value } from './graph.ts';
export { inlineData, type ReadBeside } from './inline-data.ts';
export { inspectModel } from './inspect.ts';
export * as ml from './ml-operators.ts';
export * as ops from './operators.ts';
export { type LinearTerm, type ReadLinear, readLinear } from './read-linear.ts';
export { decide, type ReadTrees, readTrees } from './read-trees.ts';
export { createOnnxSession } from './session.ts';
export {
  elementCount,
  floatColumn,
  stringColumn,
  type Tensor,
  type TensorData,
  type TensorType,
  tensor,
  tensorArrays,
} from './tensor.ts';
export type { ModelInfo, OnnxSession, Placement, RunOptions, SessionOptions, TensorSpec } from './types.ts';
export { type HalfType, type WidenedModel, widenHalves } from './widen-halves.ts';
export { dropZipMap } from './zip-map.ts';

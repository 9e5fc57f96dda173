import type { Attribute } from './attributes.ts';
import type { Graph, NodeSpec, Value } from './graph.ts';

function mlNode(graph: Graph, spec: Omit<NodeSpec, 'domain'>): Value[] {
  return graph.node({ ...spec, domain: 'ai.onnx.ml' });
}

/** Nodes of a tree ensemble, one entry a node in each list; `treeIds` and `nodeIds` together name a node. */
export interface TreeNodes {
  treeIds: Int32Array;
  nodeIds: Int32Array;
  featureIds: Int32Array;
  modes: readonly TreeNodeMode[];
  thresholds: Float32Array;
  trueNodeIds: Int32Array;
  falseNodeIds: Int32Array;
  /** 1 where NaN takes the true branch; left out when no node does. */
  missingTracksTrue?: Int32Array;
  /** Rows that came by each node when the trees were made; runtimes pass over it, explanations use it. */
  hitRates?: Float32Array;
}

/** How a node compares its feature with its threshold. */
export type TreeNodeMode =
  | 'LEAF'
  | 'BRANCH_LEQ'
  | 'BRANCH_LT'
  | 'BRANCH_GTE'
  | 'BRANCH_GT'
  | 'BRANCH_EQ'
  | 'BRANCH_NEQ';

/** Weights at leaves: which node adds what to which target or class. */
export interface TreeLeaves {
  treeIds: Int32Array;
  nodeIds: Int32Array;
  targetIds: Int32Array;
  weights: Float32Array;
}

/** What turns sums into scores. */
export type PostTransform = 'NONE' | 'LOGISTIC' | 'SOFTMAX' | 'SOFTMAX_ZERO' | 'PROBIT';

/** A sum of trees. */
export interface TreeEnsemble {
  nodes: TreeNodes;
  leaves: TreeLeaves;
  baseValues?: Float32Array;
  postTransform?: PostTransform;
}

function nodeAttributes(nodes: TreeNodes): Record<string, Attribute | undefined> {
  return {
    nodes_treeids: nodes.treeIds,
    nodes_nodeids: nodes.nodeIds,
    nodes_featureids: nodes.featureIds,
    nodes_modes: nodes.modes,
    nodes_values: nodes.thresholds,
    nodes_truenodeids: nodes.trueNodeIds,
    nodes_falsenodeids: nodes.falseNodeIds,
    nodes_missing_value_tracks_true: nodes.missingTracksTrue,
    nodes_hitrates: nodes.hitRates,
  };
}

/** Sums of tree outputs over a float matrix `[N, F]`: float `[N, targets]`. */
export function treeEnsembleRegressor(graph: Graph, x: Value, trees: TreeEnsemble & { targets: number }): Value {
  return mlNode(graph, {
    op: 'TreeEnsembleRegressor',
    inputs: [x],
    attributes: {
      ...nodeAttributes(trees.nodes),
      target_treeids: trees.leaves.treeIds,
      target_nodeids: trees.leaves.nodeIds,
      target_ids: trees.leaves.targetIds,
      target_weights: trees.leaves.weights,
      n_targets: { int: trees.targets },
      base_values: trees.baseValues,
      aggregate_function: 'SUM',
      post_transform: trees.postTransform ?? 'NONE',
    },
  })[0]!;
}

/** Labels of classes, as one of the two types ONNX allows here. */
export type ClassLabels = { strings: readonly string[] } | { integers: BigInt64Array };

function labelAttributes(labels: ClassLabels, names: { strings: string; integers: string }): Record<string, Attribute> {
  return 'strings' in labels ? { [names.strings]: labels.strings } : { [names.integers]: labels.integers };
}

/** Class label `[N]` and scores `[N, classes]` of trees over a float matrix `[N, F]`. */
export function treeEnsembleClassifier(
  graph: Graph,
  x: Value,
  trees: TreeEnsemble & { classes: ClassLabels },
): Value[] {
  return mlNode(graph, {
    op: 'TreeEnsembleClassifier',
    inputs: [x],
    results: 2,
    attributes: {
      ...nodeAttributes(trees.nodes),
      class_treeids: trees.leaves.treeIds,
      class_nodeids: trees.leaves.nodeIds,
      class_ids: trees.leaves.targetIds,
      class_weights: trees.leaves.weights,
      base_values: trees.baseValues,
      ...labelAttributes(trees.classes, { strings: 'classlabels_strings', integers: 'classlabels_int64s' }),
      post_transform: trees.postTransform ?? 'NONE',
    },
  });
}

/** One slot a category, 1 where the element equals it; a value that is no category gives zeros. Adds a last dimension. */
export function oneHotEncoder(graph: Graph, x: Value, categories: ClassLabels): Value {
  const cats = labelAttributes(categories, { strings: 'cats_strings', integers: 'cats_int64s' });
  return mlNode(graph, { op: 'OneHotEncoder', inputs: [x], attributes: { ...cats, zeros: { int: 1 } } })[0]!;
}

/** What a dictionary maps from or to. */
export type Keys = readonly string[] | BigInt64Array | Float32Array;

/** A dictionary from elements to values, with a default for elements that are not in it. */
export interface Dictionary {
  keys: Keys;
  values: Keys;
  otherwise: string | number;
}

/** Replaces each element by its value in a dictionary; a NaN key matches NaN. */
export function labelEncoder(graph: Graph, x: Value, dictionary: Dictionary): Value {
  const { keys, values, otherwise } = dictionary;
  return mlNode(graph, {
    op: 'LabelEncoder',
    inputs: [x],
    attributes: {
      [`keys_${suffixOf(keys)}`]: keys,
      [`values_${suffixOf(values)}`]: values,
      ...defaultOf(values, otherwise),
    },
  })[0]!;
}

function defaultOf(values: Keys, otherwise: string | number): Record<string, Attribute> {
  if (values instanceof Float32Array) return { default_float: { float: Number(otherwise) } };
  if (values instanceof BigInt64Array) return { default_int64: { int: Number(otherwise) } };
  return { default_string: String(otherwise) };
}

function suffixOf(keys: Keys): 'floats' | 'int64s' | 'strings' {
  if (keys instanceof Float32Array) return 'floats';
  return keys instanceof BigInt64Array ? 'int64s' : 'strings';
}

/** Replaces elements equal to `missing` (NaN by default) by the value of their column, or one value for all. */
export function imputer(graph: Graph, x: Value, options: { values: Float32Array; missing?: number }): Value {
  return mlNode(graph, {
    op: 'Imputer',
    inputs: [x],
    attributes: {
      imputed_value_floats: options.values,
      replaced_value_float: { float: options.missing ?? Number.NaN },
    },
  })[0]!;
}

/** `(x - offset) * scale` by column. */
export function scaler(graph: Graph, x: Value, columns: { offset: Float32Array; scale: Float32Array }): Value {
  return mlNode(graph, {
    op: 'Scaler',
    inputs: [x],
    attributes: { offset: columns.offset, scale: columns.scale },
  })[0]!;
}

/** The columns of a matrix at the given indexes (int64). */
export function arrayFeatureExtractor(graph: Graph, x: Value, columns: Value): Value {
  return mlNode(graph, { op: 'ArrayFeatureExtractor', inputs: [x, columns] })[0]!;
}

/** The same over doubles, on both sides; needs `ai.onnx.ml` 4. */
export function labelEncoder64(
  graph: Graph,
  x: Value,
  dictionary: { keys: Float64Array; values: Float64Array; otherwise: number },
): Value {
  const doubles = (data: Float64Array): Attribute => ({ tensor: { type: 'float64', dims: [data.length], data } });
  return mlNode(graph, {
    op: 'LabelEncoder',
    inputs: [x],
    attributes: {
      keys_tensor: doubles(dictionary.keys),
      values_tensor: doubles(dictionary.values),
      default_tensor: doubles(Float64Array.of(dictionary.otherwise)),
    },
  })[0]!;
}

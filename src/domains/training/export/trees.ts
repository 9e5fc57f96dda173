import { type Graph, ml, ops, type Value } from '../../../onnx/index.ts';
import type { FittedInput, NumericInput, TreesPredictor } from '../fitted.ts';
import { type GraphInputs, isScaled, lookUp, scaleMatrix } from './inputs.ts';
import { TreeColumns } from './tree-columns.ts';

/** Adds a tree ensemble: scores float32 `[N, outputs]`. */
export function addTrees(graph: Graph, model: TreesPredictor, inputs: GraphInputs): Value {
  const all: FittedInput[] = [...inputs.numeric, ...inputs.categorical.map((each) => each.input)];
  const columns = new TreeColumns(model, all);
  const splits = Array.from(model.feature, (slot, node) => (slot < 0 ? null : columns.splitOf(node)));
  const parts = numericPart(graph, inputs);
  const groups = columns.place(inputs.categorical.map((each) => each.input));
  for (const { input, columns: values } of groups) {
    const codes = inputs.categorical.find((each) => each.input === input)!.codes;
    const table = graph.constantOf('float32', [input.codes + 1, values.length], interleave(values, input.codes + 1));
    parts.push(lookUp(graph, codes, table));
  }
  // An ensemble of bare leaves over categories alone still needs a matrix with rows.
  if (parts.length === 0) parts.push(ops.cast(graph, inputs.categorical[0]!.codes, 'float32'));
  return ml.treeEnsembleRegressor(graph, ops.concat(graph, parts, 1), {
    nodes: nodesOf(model, splits),
    leaves: leavesOf(model),
    baseValues: Float32Array.from(model.baseline),
    targets: model.outputs,
  });
}

function numericPart(graph: Graph, inputs: GraphInputs): Value[] {
  if (inputs.matrix === null) return [];
  const numeric: NumericInput[] = inputs.numeric;
  if (!isScaled(numeric)) return [inputs.matrix];
  return [ops.cast(graph, scaleMatrix(graph, inputs.matrix, numeric), 'float32')];
}

function interleave(columns: readonly Float32Array[], rows: number): Float32Array {
  const table = new Float32Array(rows * columns.length);
  columns.forEach((values, column) => {
    for (let row = 0; row < rows; row++) table[row * columns.length + column] = values[row]!;
  });
  return table;
}

type Split = ReturnType<TreeColumns['splitOf']> | null;

function nodesOf(model: TreesPredictor, splits: readonly Split[]): ml.TreeNodes {
  const count = model.feature.length;
  const tree = treeOfNodes(model);
  const nodes = {
    treeIds: tree,
    nodeIds: new Int32Array(count),
    featureIds: new Int32Array(count),
    modes: new Array<ml.TreeNodeMode>(count),
    thresholds: new Float32Array(count),
    trueNodeIds: new Int32Array(count),
    falseNodeIds: new Int32Array(count),
  };
  const missing = new Int32Array(count);
  for (let node = 0; node < count; node++) {
    const root = model.roots[tree[node]!]!;
    const split = splits[node] ?? null;
    nodes.nodeIds[node] = node - root;
    nodes.modes[node] = split === null ? 'LEAF' : 'BRANCH_LEQ';
    if (split === null) continue;
    nodes.featureIds[node] = typeof split.column === 'number' ? split.column : split.column.index;
    nodes.thresholds[node] = split.threshold;
    nodes.trueNodeIds[node] = model.left[node]! - root;
    nodes.falseNodeIds[node] = model.right[node]! - root;
    missing[node] = split.missingLeft ? 1 : 0;
  }
  return missing.includes(1) ? { ...nodes, missingTracksTrue: missing } : nodes;
}

/** The tree each node belongs to; a tree's nodes follow each other from its root on. */
function treeOfNodes(model: TreesPredictor): Int32Array {
  const tree = new Int32Array(model.feature.length);
  const order = [...model.roots.keys()].sort((a, b) => model.roots[a]! - model.roots[b]!);
  order.forEach((index, i) => {
    const next = order[i + 1];
    tree.fill(index, model.roots[index]!, next === undefined ? tree.length : model.roots[next]!);
  });
  return tree;
}

function leavesOf(model: TreesPredictor): ml.TreeLeaves {
  const tree = treeOfNodes(model);
  const leaves = Int32Array.from(model.feature.keys()).filter((node) => model.feature[node]! < 0);
  return {
    treeIds: leaves.map((node) => tree[node]!),
    nodeIds: leaves.map((node) => node - model.roots[tree[node]!]!),
    targetIds: leaves.map((node) => model.treeOutput[tree[node]!]!),
    weights: Float32Array.from(leaves, (node) => model.value[node]!),
  };
}

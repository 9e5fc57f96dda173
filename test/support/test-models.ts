import { Graph, ml, ops } from '../../src/onnx/index.ts';

/** A binary classifier of `a` and `b`: p = sigmoid(wa·a + wb·b + bias), outputs `label` and `probabilities`. */
export interface LogisticModel {
  a: number;
  b: number;
  bias: number;
  /** The model fails at run time on rows whose `a` is 100 or more. */
  breaks?: boolean;
  /** Outputs are NaN where `a` is above this. */
  nanAbove?: number;
}

/** Builds the classifier as ONNX bytes. */
export function logisticModel({ a, b, bias, breaks, nanAbove }: LogisticModel): Uint8Array {
  const graph = new Graph();
  const inputA = graph.input('a', 'float32', ['N', 1]);
  const inputB = graph.input('b', 'float32', ['N', 1]);
  const x = ops.concat(graph, [inputA, inputB], 1);
  const weights = graph.constantOf('float32', [2, 1], [a, b]);
  let score = ops.gemm(graph, [x, weights, graph.constantOf('float32', [1], [bias])]);
  if (breaks) {
    const table = graph.constantOf('float32', [100, 1], new Array(100).fill(0));
    const index = ops.reshape(graph, ops.cast(graph, inputA, 'int64'), graph.constantOf('int64', [1], [-1]));
    score = ops.add(graph, score, ops.gather(graph, table, index));
  }
  if (nanAbove !== undefined) {
    const above = ops.greater(graph, inputA, graph.constantOf('float32', [1], [nanAbove]));
    score = ops.where(graph, above, [graph.constantOf('float32', [1, 1], [Number.NaN]), score]);
  }
  const p = ops.sigmoid(graph, score);
  const q = ops.subtract(graph, graph.constantOf('float32', [1], [1]), p);
  const probabilities = ops.concat(graph, [q, p], 1);
  graph.output(ops.argMax(graph, probabilities, 1), 'label', { type: 'int64', shape: ['N'] });
  graph.output(probabilities, 'probabilities', { type: 'float32', shape: ['N', 2] });
  return graph.build({ producerVersion: 'test', metadata: { classes: '[0,1]' } });
}

/** Copies its inputs: `flag` (bool), `count` (int64), `text` (string), `x` (float32) to outputs of the same name and `_out`. */
export function echoModel(): Uint8Array {
  const graph = new Graph();
  for (const [name, type] of [
    ['flag', 'bool'],
    ['count', 'int64'],
    ['text', 'string'],
    ['x', 'float32'],
  ] as const) {
    graph.output(graph.input(name, type, ['N', 1]), `${name}_out`, { type, shape: ['N', 1] });
  }
  return graph.build({ producerVersion: 'test' });
}

/** A forest of complete trees over one tensor `X` of `features` floats; outputs `probabilities` and `label`. */
export function forestModel({ trees = 100, depth = 6, features = 30 } = {}): Uint8Array {
  const inner = 2 ** depth - 1;
  const size = inner + 2 ** depth;
  const nodes = Array.from({ length: trees * size }, (_, i) => ({ tree: Math.floor(i / size), node: i % size }));
  let state = 42;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const leaf = (node: number) => node >= inner;
  const leaves = nodes.filter(({ node }) => leaf(node));
  const graph = new Graph();
  const x = graph.input('X', 'float32', ['N', features]);
  const score = ml.treeEnsembleRegressor(graph, x, {
    targets: 1,
    nodes: {
      treeIds: Int32Array.from(nodes, ({ tree }) => tree),
      nodeIds: Int32Array.from(nodes, ({ node }) => node),
      featureIds: Int32Array.from(nodes, ({ node }) => (leaf(node) ? 0 : Math.floor(random() * features))),
      modes: nodes.map(({ node }) => (leaf(node) ? 'LEAF' : 'BRANCH_LEQ')),
      thresholds: Float32Array.from(nodes, ({ node }) => (leaf(node) ? 0 : random())),
      trueNodeIds: Int32Array.from(nodes, ({ node }) => (leaf(node) ? 0 : 2 * node + 1)),
      falseNodeIds: Int32Array.from(nodes, ({ node }) => (leaf(node) ? 0 : 2 * node + 2)),
    },
    leaves: {
      treeIds: Int32Array.from(leaves, ({ tree }) => tree),
      nodeIds: Int32Array.from(leaves, ({ node }) => node),
      targetIds: new Int32Array(leaves.length),
      weights: Float32Array.from(leaves, () => (random() - 0.5) / 10),
    },
  });
  const p = ops.sigmoid(graph, score);
  const q = ops.subtract(graph, graph.constantOf('float32', [1], [1]), p);
  const probabilities = ops.concat(graph, [q, p], 1);
  graph.output(ops.argMax(graph, probabilities, 1), 'label', { type: 'int64', shape: ['N'] });
  graph.output(probabilities, 'probabilities', { type: 'float32', shape: ['N', 2] });
  return graph.build({ producerVersion: 'test' });
}

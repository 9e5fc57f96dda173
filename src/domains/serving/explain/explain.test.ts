import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { type Actor, systemActor } from '../../../kernel/actor.ts';
import { Graph, ml, ops, type Value } from '../../../onnx/index.ts';
import type { ExplainedBy, Explanation } from './explain-schema.ts';

type Lists = Record<'feature' | 'threshold' | 'left' | 'right' | 'cover', number[]> & { value: number[][] };
interface Case {
  name: string;
  outputs: number;
  trees: Lists[];
  base: number[];
  shap: number[][][];
  expected: number[];
}
const fixture = JSON.parse(readFileSync(new URL('../../../../test/fixtures/shap.json', import.meta.url), 'utf8')) as {
  rows: number[][];
  trees: Case[];
  linear: { weights: number[]; intercept: number; background: number[][]; shap: number[][]; expected: number };
};

interface Reply {
  predictions: { outputs: Record<string, number | number[]>; explanation: Explanation }[];
  explained: ExplainedBy;
}

let stack: ServingStack;

const ask = async (endpoint: string, body: Record<string, unknown>, actor: Actor = systemActor) =>
  JSON.parse(await stack.serving.predict({ endpoint, requestId: 'r', headers: {}, actor, body })) as Reply;

const named = (row: number[]) => Object.fromEntries(row.map((value, k) => [`x${k}`, value]));

async function deploy(name: string, bytes: Uint8Array): Promise<void> {
  await stack.register(name, bytes, 'champion');
  await stack.serving.declare(systemActor, name, { model: name });
}

/** Trees of the fixture as an operator over a matrix. */
function ensemble(graph: Graph, x: Value, { trees, outputs, base }: Case, withCounts = true): Value {
  const nodes = trees.flatMap((tree, t) => tree.feature.map((feature, n) => ({ tree, t, n, feature })));
  const leaves = nodes.filter(({ feature }) => feature < 0);
  const weights = leaves.flatMap(({ tree, t, n }) => tree.value[n]!.map((value, target) => ({ t, n, target, value })));
  const ints = (of: (node: (typeof nodes)[number]) => number) => Int32Array.from(nodes, of);
  return ml.treeEnsembleRegressor(graph, x, {
    targets: outputs,
    baseValues: Float32Array.from(base),
    nodes: {
      treeIds: ints(({ t }) => t),
      nodeIds: ints(({ n }) => n),
      featureIds: ints(({ feature }) => Math.max(0, feature)),
      modes: nodes.map(({ feature }) => (feature < 0 ? 'LEAF' : 'BRANCH_LEQ')),
      thresholds: Float32Array.from(nodes, ({ tree, n }) => tree.threshold[n]!),
      trueNodeIds: ints(({ tree, n }) => Math.max(0, tree.left[n]!)),
      falseNodeIds: ints(({ tree, n }) => Math.max(0, tree.right[n]!)),
      ...(withCounts && { hitRates: Float32Array.from(nodes, ({ tree, n }) => tree.cover[n]!) }),
    },
    leaves: {
      treeIds: Int32Array.from(weights, ({ t }) => t),
      nodeIds: Int32Array.from(weights, ({ n }) => n),
      targetIds: Int32Array.from(weights, ({ target }) => target),
      weights: Float32Array.from(weights, ({ value }) => value),
    },
  });
}

function inputs(graph: Graph, count: number): Value {
  const columns = Array.from({ length: count }, (_, k) => graph.input(`x${k}`, 'float32', ['N', 1]));
  return ops.concat(graph, columns, 1);
}

const total = ({ base, contributions }: Explanation) =>
  base + Object.values(contributions).reduce((sum, one) => sum + one, 0);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

beforeAll(async () => {
  stack = await openServing();
});
afterAll(() => stack.dispose());

test('a regression forest: the published values, adding up to the prediction', async () => {
  const one = fixture.trees[0]!;
  const graph = new Graph();
  graph.output(ensemble(graph, inputs(graph, 6), one), 'prediction', { type: 'float32', shape: ['N', 1] });
  await deploy('forest', graph.build({ producerVersion: 't' }));
  const reply = await ask('forest', { rows: fixture.rows.map(named), explain: true });
  expect(reply.explained).toEqual({ method: 'tree-shap', isExact: true, space: 'margin', covers: 'file' });
  for (const [row, { outputs, explanation }] of reply.predictions.entries()) {
    expect(explanation.base).toBeCloseTo(one.expected[0]!, 6);
    expect(total(explanation)).toBeCloseTo(explanation.value, 10);
    expect(Math.abs(total(explanation) - (outputs['prediction'] as number))).toBeLessThan(1e-6);
    for (let k = 0; k < 6; k++) expect(explanation.contributions[`x${k}`]).toBeCloseTo(one.shap[row]![k]![0]!, 6);
  }
});

test('log odds of two classes behind a sigmoid; the first class is the opposite', async () => {
  const one = fixture.trees[2]!;
  const graph = new Graph();
  const score = ensemble(graph, inputs(graph, 6), one);
  const ranked = ops.multiply(graph, score, graph.constantOf('float32', [1, 2], [-1, 1]));
  graph.output(ops.argMax(graph, ranked, 1), 'label', { type: 'int64', shape: ['N'] });
  graph.output(ops.sigmoid(graph, ranked), 'probabilities', { type: 'float32', shape: ['N', 2] });
  await deploy('boosted', graph.build({ producerVersion: 't', metadata: { classes: '["no","yes"]' } }));
  const rows = fixture.rows.map(named);
  const { predictions } = await ask('boosted', { rows, explain: {} });
  const { predictions: other } = await ask('boosted', { rows, explain: { class: 'no' } });
  for (const [row, { outputs, explanation }] of predictions.entries()) {
    expect(explanation.class).toBe('yes');
    expect(sigmoid(total(explanation))).toBeCloseTo((outputs['probabilities'] as number[])[1]!, 6);
    expect(total(other[row]!.explanation)).toBeCloseTo(-total(explanation), 10);
    for (let k = 0; k < 6; k++) expect(explanation.contributions[`x${k}`]).toBeCloseTo(one.shap[row]![k]![0]!, 5);
  }
  await expect(ask('boosted', { rows, explain: { class: 'maybe' } })).rejects.toThrow("no class 'maybe'");
});

test('of several classes the most likely of the row, or the one asked for', async () => {
  const one = fixture.trees[1]!;
  const graph = new Graph();
  const scores = ensemble(graph, inputs(graph, 6), one);
  graph.output(ops.argMax(graph, scores, 1), 'label', { type: 'int64', shape: ['N'] });
  graph.output(scores, 'probabilities', { type: 'float32', shape: ['N', 3] });
  await deploy('three', graph.build({ producerVersion: 't', metadata: { classes: '[10,20,30]' } }));
  const rows = fixture.rows.map(named);
  const { predictions } = await ask('three', { rows, explain: true });
  const { predictions: second } = await ask('three', { rows, explain: { class: 20 } });
  for (const [row, { outputs, explanation }] of predictions.entries()) {
    const probabilities = outputs['probabilities'] as number[];
    const best = probabilities.indexOf(Math.max(...probabilities));
    expect(explanation.class).toBe([10, 20, 30][best]);
    expect(total(explanation)).toBeCloseTo(probabilities[best]!, 6);
    for (let k = 0; k < 6; k++) {
      expect(second[row]!.explanation.contributions[`x${k}`]).toBeCloseTo(one.shap[row]![k]![1]!, 6);
    }
  }
});

test('a category spread over columns is one player, its values those over all coalitions of source columns', async () => {
  const one = fixture.trees[0]!;
  const graph = new Graph();
  const plan = graph.input('plan', 'string', ['N', 1]);
  const [x0, x1] = [graph.input('x0', 'float32', ['N', 1]), graph.input('x1', 'float32', ['N', 1])];
  const keys = ['basic', 'plus', 'pro'];
  const codes = ml.labelEncoder(graph, plan, { keys, values: BigInt64Array.from([0n, 1n, 2n]), otherwise: 3 });
  const table = graph.constantOf('float32', [4, 4], [-1, 1, 0, 0.5, 1, -1, 0.25, -2, 0, 1.5, -1, 1, 0, 0, 0, 0]);
  const spread = ops.flatten(graph, ops.gather(graph, table, codes), 2);
  const matrix = ops.concat(graph, [x0, spread, x1], 1);
  graph.output(ensemble(graph, matrix, one), 'prediction', { type: 'float32', shape: ['N', 1] });
  await deploy('grouped', graph.build({ producerVersion: 't' }));
  const own = { plan: 'pro', x0: 0.5, x1: -0.25 };
  const { predictions, explained } = await ask('grouped', { rows: [own], explain: true });
  expect(explained.method).toBe('tree-shap');
  const [{ explanation, outputs }] = predictions as [Reply['predictions'][0]];
  const x = [0.5, 0, 1.5, -1, 1, -0.25];
  const source = ['x0', 'plan', 'plan', 'plan', 'plan', 'x1'];
  const worth = (known: readonly string[]) => {
    const at = (tree: Lists, node: number): number => {
      const feature = tree.feature[node]!;
      if (feature < 0) return tree.value[node]![0]!;
      const [left, right] = [tree.left[node]!, tree.right[node]!];
      if (known.includes(source[feature]!)) return at(tree, x[feature]! <= tree.threshold[node]! ? left : right);
      return (tree.cover[left]! * at(tree, left) + tree.cover[right]! * at(tree, right)) / tree.cover[node]!;
    };
    return one.trees.reduce((sum, tree) => sum + at(tree, 0), one.base[0]!);
  };
  const names = ['plan', 'x0', 'x1'];
  for (const name of names) {
    const [a, b] = names.filter((other) => other !== name) as [string, string];
    const gain = (others: string[]) => worth([...others, name]) - worth(others);
    const exact = gain([]) / 3 + gain([a]) / 6 + gain([b]) / 6 + gain([a, b]) / 3;
    expect(explanation.contributions[name]).toBeCloseTo(exact, 6);
  }
  expect(total(explanation)).toBeCloseTo(outputs['prediction'] as number, 6);
});

test('linear: the published values against a dataset; and without anything to compare with, the cure', async () => {
  const { weights, intercept, background, shap, expected } = fixture.linear;
  const graph = new Graph();
  const product = ops.matMul(graph, inputs(graph, 6), graph.constantOf('float32', [6, 1], weights));
  const score = ops.add(graph, product, graph.constantOf('float32', [1], [intercept]));
  graph.output(score, 'prediction', { type: 'float32', shape: ['N', 1] });
  await deploy('linear', graph.build({ producerVersion: 't' }));
  const rows = fixture.rows.map(named);
  await expect(ask('linear', { rows, explain: true })).rejects.toThrow('explain.background');
  await ingest('compared', background.map(named));
  const reply = await ask('linear', { rows, explain: { background: 'compared@1' } });
  expect(reply.explained).toMatchObject({ method: 'linear-shap', isExact: true, backgroundRows: 100 });
  for (const [row, { outputs, explanation }] of reply.predictions.entries()) {
    expect(explanation.base).toBeCloseTo(expected, 5);
    expect(total(explanation)).toBeCloseTo(outputs['prediction'] as number, 5);
    for (let k = 0; k < 6; k++) expect(explanation.contributions[`x${k}`]).toBeCloseTo(shap[row]![k]!, 5);
  }
  const stranger: Actor = { id: 's', kind: 'user', name: 's', permissions: ['predict.invoke'] };
  await expect(ask('linear', { rows, explain: { background: 'compared' } }, stranger)).rejects.toThrow('data.read');
});

async function ingest(dataset: string, rows: Record<string, unknown>[]): Promise<void> {
  const { writeFile } = await import('node:fs/promises');
  const path = `${stack.folder}/${dataset}.ndjson`;
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  await stack.data.ingest(systemActor, { dataset, source: { files: [path] } });
}

test('trees without counts take them of the background, and say so', async () => {
  const one = fixture.trees[0]!;
  const graph = new Graph();
  graph.output(ensemble(graph, inputs(graph, 6), one, false), 'prediction', { type: 'float32', shape: ['N', 1] });
  await deploy('countless', graph.build({ producerVersion: 't' }));
  const rows = [named(fixture.rows[0]!)];
  const even = await ask('countless', { rows, explain: true });
  expect(even.explained.covers).toBe('even');
  const counted = await ask('countless', { rows, explain: { background: 'compared' } });
  expect(counted.explained).toMatchObject({ covers: 'background', background: 'compared', backgroundRows: 100 });
  const answers = await ask('countless', { rows: fixture.linear.background.map(named) });
  const mean = answers.predictions.reduce((sum, { outputs }) => sum + (outputs['prediction'] as number) / 100, 0);
  // Weighted by counts, the mean over a tree's leaves is the mean over the rows that were counted.
  expect(counted.predictions[0]!.explanation.base).toBeCloseTo(mean, 5);
  expect(total(counted.predictions[0]!.explanation)).toBeCloseTo(total(even.predictions[0]!.explanation), 10);
});

test('any other model is sampled: seeded, adding up, close to what is exact', async () => {
  await deploy('logistic', logisticModel({ a: 1.5, b: -1, bias: 0.2 }));
  const points = Array.from({ length: 40 }, (_, i) => ({ a: Math.sin(i), b: Math.cos(2 * i) }));
  await ingest('points', points);
  const rows = [{ a: 1, b: -2 }];
  const explain = { method: 'sampled', background: 'points', samples: 40, seed: 5 };
  const first = await ask('logistic', { rows, explain });
  expect(first.explained).toMatchObject({ method: 'permutation-shap', isExact: false, samples: 40, seed: 5 });
  const { explanation, outputs } = first.predictions[0]!;
  expect(total(explanation)).toBeCloseTo((outputs['probabilities'] as number[])[1]!, 6);
  const p = (a: number, b: number) => sigmoid(1.5 * a - b + 0.2);
  const mean = (of: (point: (typeof points)[0]) => number) => points.reduce((sum, point) => sum + of(point) / 40, 0);
  const none = mean((point) => p(point.a, point.b));
  const onlyA = mean((point) => p(1, point.b));
  const onlyB = mean((point) => p(point.a, -2));
  expect(explanation.contributions['a']).toBeCloseTo((onlyA - none + p(1, -2) - onlyB) / 2, 5);
  const again = await ask('logistic', { rows, explain });
  expect(again.predictions[0]!.explanation).toEqual(explanation);
  const exact = await ask('logistic', { rows, explain: { background: 'points' } });
  expect(exact.explained.method).toBe('linear-shap');
  expect(sigmoid(total(exact.predictions[0]!.explanation))).toBeCloseTo(p(1, -2), 6);
});

test('a network is no linear model of its first layer, a ratio of scores no score', async () => {
  const rows = [named(fixture.rows[0]!.slice(0, 2))];
  const layers = (make: (graph: Graph, hidden: Value) => Value) => {
    const graph = new Graph();
    const first = graph.constantOf('float32', [2, 2], [1, -0.5, 0.25, 2]);
    const hidden = ops.matMul(graph, inputs(graph, 2), first);
    graph.output(make(graph, hidden), 'prediction', { type: 'float32', shape: ['N', 1] });
    return graph.build({ producerVersion: 't' });
  };
  const last = (graph: Graph) => graph.constantOf('float32', [2, 1], [1, 3]);
  await deploy(
    'network',
    layers((graph, hidden) => ops.matMul(graph, ops.sigmoid(graph, hidden), last(graph))),
  );
  await deploy(
    'square',
    layers((graph, hidden) => ops.matMul(graph, ops.multiply(graph, hidden, hidden), last(graph))),
  );
  for (const endpoint of ['network', 'square']) {
    const reply = await ask(endpoint, { rows, explain: { background: 'compared' } });
    expect(reply.explained).toMatchObject({ method: 'permutation-shap', note: 'It is not a sum over its columns.' });
    const { outputs, explanation } = reply.predictions[0]!;
    expect(total(explanation)).toBeCloseTo(outputs['prediction'] as number, 5);
  }
});

test('a linear model of categories alone', async () => {
  const graph = new Graph();
  const scores = ['a', 'b'].map((name, i) => {
    const codes = ml.labelEncoder(graph, graph.input(name, 'string', ['N', 1]), {
      ...{ keys: ['x', 'y'], values: BigInt64Array.from([0n, 1n]), otherwise: 2 },
    });
    const table = graph.constantOf('float64', [3, 1], [1 + i, -2 * i - 1, 0]);
    return ops.flatten(graph, ops.gather(graph, table, codes), 2);
  });
  const sum = ops.add(graph, scores[0]!, scores[1]!);
  graph.output(sum, 'prediction', { type: 'float64', shape: ['N', 1] });
  await deploy('categories', graph.build({ producerVersion: 't' }));
  await ingest('letters', [
    { a: 'x', b: 'x' },
    { a: 'y', b: 'x' },
  ]);
  const reply = await ask('categories', { rows: [{ a: 'y', b: 'y' }], explain: { background: 'letters' } });
  expect(reply.explained.method).toBe('linear-shap');
  const { base, value, contributions } = reply.predictions[0]!.explanation;
  expect({ base, value, contributions }).toEqual({ base: 2, value: -4, contributions: { a: -1, b: -5 } });
});

test('a prediction of the log is explained as it was when it was asked for', async () => {
  const rows = [named(fixture.rows[1]!)];
  const { predictions } = await ask('forest', { rows, explain: true, id: 'seen' });
  const logged = await stack.serving.explainPrediction(systemActor, 'seen.0');
  expect(logged.explanation).toEqual(predictions[0]!.explanation);
  expect(logged.explained.method).toBe('tree-shap');
  await expect(stack.serving.explainPrediction(systemActor, 'unseen.0')).rejects.toMatchObject({ code: 'not_found' });
});

test('without being asked nothing is explained; too many rows are refused; a wrong option is named', async () => {
  const reply = await ask('logistic', { rows: [{ a: 1, b: 1 }] });
  expect(reply.explained).toBeUndefined();
  expect(reply.predictions[0]!.explanation).toBeUndefined();
  const many = new Array(101).fill({ a: 1, b: 1 });
  await expect(ask('logistic', { rows: many, explain: true })).rejects.toThrow('up to 100 rows');
  await expect(ask('logistic', { rows: [{ a: 1, b: 1 }], explain: { samples: 0 } })).rejects.toMatchObject({
    code: 'invalid_input',
    details: { field: 'explain.samples' },
  });
});

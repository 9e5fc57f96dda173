import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../kernel/random.ts';
import { createOnnxSession, inspectModel } from '../../../onnx/index.ts';
import { numericColumn } from '../columns.ts';
import type { FittedModel, Task } from '../fitted.ts';
import { predict } from '../predict.ts';
import { exportOnnx } from './export.ts';
import { feedsOf, predictWithOnnx } from './predict-with-onnx.ts';
import { type Recipe, randomModel, randomTable } from './random-models.ts';

const options = { producerVersion: '1.2.3' };
const tasks: Task[] = ['regression', 'binary', 'multiclass'];
const shapes = [
  { numeric: 5, categorical: 4 },
  { numeric: 6, categorical: 0 },
  { numeric: 0, categorical: 3 },
  { numeric: 1, categorical: 1 },
];
const recipes: [string, Recipe][] = tasks.flatMap((task) =>
  (['linear', 'trees'] as const).flatMap((kind) =>
    shapes.map((shape): [string, Recipe] => [
      `${kind} ${task}, ${shape.numeric} numeric, ${shape.categorical} categorical`,
      { task, kind, ...shape },
    ]),
  ),
);

/** The largest difference, relative above 1; equal infinities and NaN against NaN are none. */
function largestDifference(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i]) || (Number.isNaN(a[i]) && Number.isNaN(b[i]))) continue;
    largest = Math.max(largest, Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(a[i]!)));
  }
  return largest;
}

describe('the exported graph answers what the trainer answers', () => {
  test.each(recipes)('%s', async (_, recipe) => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = createRandom(seed);
      const model = randomModel(random, recipe);
      const table = randomTable(random, model, 500);
      const expected = predict(model, table);
      const bytes = exportOnnx(model, options);
      const got = await predictWithOnnx(model, bytes, table);
      expect(got.width).toBe(expected.width);
      expect(got.values.length).toBe(expected.values.length);
      expect(largestDifference(expected.values, got.values)).toBeLessThan(1e-5);
      if (recipe.task !== 'regression') expectLabels(model, got.labels!, expected.values);
    }
  });
});

function expectLabels(model: FittedModel, labels: (string | number | boolean)[], probabilities: Float64Array): void {
  const width = model.classes!.length;
  labels.forEach((label, row) => {
    const p = probabilities.subarray(row * width, (row + 1) * width);
    const sorted = p.slice().sort();
    const close = sorted[width - 1]! - sorted[width - 2]! < 1e-6;
    if (!close && !p.includes(Number.NaN)) expect(label).toBe(model.classes![p.indexOf(sorted[width - 1]!)]);
  });
}

test('one row at a time gives the same as all rows at once', async () => {
  const random = createRandom(11);
  const model = randomModel(random, { task: 'binary', kind: 'trees', numeric: 3, categorical: 2 });
  const table = randomTable(random, model, 20);
  const session = await createOnnxSession(exportOnnx(model, options));
  const all = await predictWithOnnx(model, session, table);
  const feeds = feedsOf(model.inputs, table);
  for (let row = 0; row < table.rows; row++) {
    const single = Object.fromEntries(
      Object.entries(feeds).map(([name, feed]) => [
        name,
        { type: feed.type, dims: [1, 1], data: feed.data.slice(row, row + 1) },
      ]),
    );
    const { probabilities } = await session.run(single);
    expect(Array.from(probabilities!.data as Float32Array)).toEqual([...all.values.subarray(row * 2, row * 2 + 2)]);
  }
  await session.close();
});

test('values beside a float32 threshold fall on the side the trainer put them', async () => {
  const threshold = Math.fround(0.1);
  const model = stump(threshold);
  const values = [0.1, threshold, 0.10000000149, 0.1000000001, 0.10000001, Number.NaN, Infinity, -Infinity];
  const table = { rows: values.length, columns: [numericColumn('x', values)] };
  const got = await predictWithOnnx(model, exportOnnx(model, options), table);
  expect([...got.values]).toEqual([...predict(model, table).values]);
  expect([...got.values]).toEqual([1, 1, 1, 1, 2, 2, 2, 1]);
});

function stump(threshold: number): FittedModel {
  return {
    task: 'regression',
    target: 'y',
    targetType: 'number',
    classes: null,
    inputs: [{ kind: 'numeric', name: 'x', slot: 0, impute: null, mean: 0, scale: 1, integer: false }],
    width: 1,
    predictor: {
      kind: 'trees',
      objective: 'squared',
      outputs: 1,
      link: 'identity',
      baseline: Float64Array.of(0),
      roots: Int32Array.of(0),
      treeOutput: Int32Array.of(0),
      feature: Int32Array.of(0, -1, -1),
      threshold: Float64Array.of(threshold, 0, 0),
      left: Int32Array.of(1, -1, -1),
      right: Int32Array.of(2, -1, -1),
      missingLeft: new Uint8Array(3),
      setOffset: new Int32Array(3).fill(-1),
      setWords: new Uint32Array(),
      value: Float64Array.of(0, 1, 2),
    },
  };
}

test('a score the sigmoid rounds to one half keeps its class', async () => {
  const tiny = stump(0);
  const model: FittedModel = {
    ...tiny,
    task: 'binary',
    targetType: 'boolean',
    classes: [false, true],
    predictor: {
      ...tiny.predictor,
      objective: 'logistic',
      link: 'sigmoid',
      value: Float64Array.of(0, 0, 2 ** -40),
    } as never,
  };
  const table = { rows: 2, columns: [numericColumn('x', [-1, 1])] };
  const got = await predictWithOnnx(model, exportOnnx(model, options), table);
  expect(got.labels).toEqual([false, true]);
  expect([...got.values]).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test('the file says what the model is', () => {
  const model = randomModel(createRandom(3), { task: 'multiclass', kind: 'trees', numeric: 2, categorical: 2 });
  const info = inspectModel(exportOnnx(model, { ...options, metadata: { run: 'r1' } }));
  expect(info.producer).toEqual({ name: 'tidemill', version: '1.2.3' });
  expect(info.inputs.map((input) => input.name)).toEqual(model.inputs.map((input) => input.name));
  expect(info.inputs.every((input) => input.shape[0] === 'N' && input.shape[1] === 1)).toBe(true);
  expect(info.outputs).toEqual([
    expect.objectContaining({ name: 'label', shape: ['N'] }),
    { name: 'probabilities', type: 'float32', shape: ['N', 3] },
  ]);
  expect(info.metadata).toMatchObject({
    task: 'multiclass',
    target: 'y',
    run: 'r1',
    classes: JSON.stringify(model.classes),
  });
  expect(JSON.parse(info.metadata['features']!).map((feature: { name: string }) => feature.name)).toEqual(
    model.inputs.map((input) => input.name),
  );
});

test('a feature may be called as an output is', async () => {
  const model = stump(0);
  model.inputs[0]!.name = 'prediction';
  const table = { rows: 1, columns: [numericColumn('prediction', [1])] };
  expect([...(await predictWithOnnx(model, exportOnnx(model, options), table)).values]).toEqual([2]);
});

test('an ensemble of bare leaves answers its constant', async () => {
  const model = randomModel(createRandom(5), {
    task: 'regression',
    kind: 'trees',
    numeric: 0,
    categorical: 2,
    trees: 0,
  });
  const table = randomTable(createRandom(6), model, 3);
  const trees = {
    ...stump(0).predictor,
    roots: Int32Array.of(0),
    feature: Int32Array.of(-1),
    value: Float64Array.of(3),
  };
  const constant = { ...model, predictor: trees as never };
  expect([...(await predictWithOnnx(constant, exportOnnx(constant, options), table)).values]).toEqual([3, 3, 3]);
});

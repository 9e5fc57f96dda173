import { describe, expect, test } from 'vitest';
import { categoricalColumn, numericColumn, type Table } from './columns.ts';
import { type FitRequest, fitModel } from './fit.ts';
import { predict } from './predict.ts';
import type { Preparation } from './prepare.ts';

/** Features that Python builds the same way: sin(1 + i·(j+2)·1.7). */
function waves(rows: number): number[][] {
  return Array.from({ length: 4 }, (_, j) => Array.from({ length: rows }, (_, i) => Math.sin(1 + i * (j + 2) * 1.7)));
}

function tableOf(columns: ArrayLike<number | null>[]): Table {
  return { rows: columns[0]!.length, columns: columns.map((values, j) => numericColumn(`x${j}`, values)) };
}

const raw = (j: number): Preparation => ({ kind: 'numeric', name: `x${j}`, impute: 'mean', scale: false });
const open = (j: number): Preparation => ({ kind: 'numeric', name: `x${j}`, impute: 'none', scale: false });

function request(table: Table, target: number[], rest: Partial<FitRequest>): FitRequest {
  const classes = rest.task === 'binary' ? [0, 1] : rest.task === 'multiclass' ? [0, 1, 2] : null;
  return {
    task: 'regression',
    target: 'y',
    targetType: 'number',
    classes,
    algorithm: 'linear',
    params: {},
    preparations: table.columns.map((_, j) => (rest.algorithm === 'boosting' ? open(j) : raw(j))),
    training: { table, target: Float64Array.from(target), weights: null },
    ...rest,
  };
}

function expectClose(actual: ArrayLike<number>, expected: number[], tolerance: number) {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value), `number ${i}: ${actual[i]} for ${value}`).toBeLessThan(tolerance);
  });
}

async function weightsOf(asked: FitRequest): Promise<number[]> {
  const { predictor } = await fitModel(asked);
  if (predictor.kind !== 'linear') throw new Error('not linear');
  return [...predictor.coefficients, ...predictor.intercepts];
}

describe('linear models against scikit-learn 1.9', () => {
  const x = waves(30);
  const y = x[0]!.map((value, i) => 2 * value - x[1]![i]! + 0.5 + 0.3 * Math.cos(i * 3.1));
  const table = tableOf(x);
  const labels = y.map((value, i) => (value + 0.8 * Math.cos(i * 5.3) > 0.5 ? 1 : 0));
  const params = (l1: number, l2: number) => ({ l1, l2, tolerance: 1e-9 });
  const binary = { task: 'binary' as const };

  test('Ridge(alpha=3)', async () => {
    const got = await weightsOf(request(table, y, { params: params(0, 3 / 30) }));
    expectClose(got, [1.7383028151, -0.8138486938, 0.0090557696, 0.0018816796, 0.5068093345], 1e-6);
  });

  test('ElasticNet(alpha=0.1, l1_ratio=0.6) sets two coefficients to exactly 0', async () => {
    const got = await weightsOf(request(table, y, { params: params(0.06, 0.04) }));
    expectClose(got, [1.8111313599, -0.7963362861, 0, 0, 0.5081668341], 1e-6);
    expect(got.slice(2, 4)).toEqual([0, 0]);
  });

  test('LogisticRegression(C=2), without and with weights', async () => {
    const plain = await weightsOf(request(table, labels, { ...binary, params: params(0, 1 / 60) }));
    expectClose(plain, [3.0214788069, -1.2014048816, -0.1721206184, -0.7280914526, 0.3738510977], 1e-5);
    const weights = Float64Array.from(labels, (_, i) => 1 + (i % 3));
    const training = { table, target: Float64Array.from(labels), weights };
    const l2 = 1 / (2 * weights.reduce((sum, weight) => sum + weight, 0));
    const weighted = await weightsOf(request(table, labels, { ...binary, training, params: params(0, l2) }));
    expectClose(weighted, [3.9244643226, -1.4467933036, -0.1098364249, -1.1253651015, 0.5060384693], 1e-5);
  });

  test("LogisticRegression(penalty='l1')", async () => {
    const got = await weightsOf(request(table, labels, { ...binary, params: params(1 / 30, 0) }));
    expectClose(got, [3.2810423577, -1.1034982441, 0, -0.3765466751, 0.3486745715], 1e-5);
  });

  test('multinomial LogisticRegression(C=2)', async () => {
    const bands = y.map((value) => (value < -0.5 ? 0 : value < 1 ? 1 : 2));
    const got = await weightsOf(request(table, bands, { task: 'multiclass', params: params(0, 1 / 60) }));
    const first = [-1.9170760683, 1.137040335, 0.6719740545, -0.5616248621];
    expectClose(got.slice(0, 4), first, 1e-5);
    expectClose(got.slice(12), [-0.3246507939, 0.1120326919, 0.2126181021], 1e-5);
  });
});

describe('boosting against scikit-learn 1.9', () => {
  const x = waves(200).map((values) => values.map(Math.fround));
  const holes: (number | null)[] = x[1]!.map((value, i) => (i % 7 === 0 ? null : value));
  const y = holes.map((value, i) => (value === null ? 1.5 : value ** 2) + x[0]![i]! * x[2]![i]!);
  const table = tableOf([x[0]!, holes, x[2]!, x[3]!]);
  const boosting = { algorithm: 'boosting' as const };

  test('HistGradientBoostingRegressor(max_iter=20), missing values included', async () => {
    const model = await fitModel(request(table, y, { ...boosting, params: { iterations: 20 } }));
    expectClose(
      predict(model, table).values.subarray(0, 6),
      [1.764278429, -0.592325851, 1.615222786, -0.130701966, 0.556530731, 1.097954553],
      1e-5,
    );
  });

  test('HistGradientBoostingClassifier, two classes and three', async () => {
    const two = y.map((value) => Number(value > 0.5));
    const binary = await fitModel(request(table, two, { ...boosting, task: 'binary', params: { iterations: 20 } }));
    const ones = predict(binary, table).values.filter((_, i) => i % 2 === 1);
    expectClose(ones.subarray(0, 6), [0.9414393, 0.087902378, 0.939763946, 0.110213255, 0.276481119, 0.92281825], 1e-5);
    const three = y.map((value) => (value < 0.2 ? 0 : value < 1 ? 1 : 2));
    // One iteration: later ones meet ties between splits, which float32 derivatives break otherwise than float64.
    const several = await fitModel(
      request(table, three, { ...boosting, task: 'multiclass', params: { iterations: 1 } }),
    );
    const rows = [0.271423243, 0.258494168, 0.470082589, 0.441617439, 0.238342018, 0.320040544];
    expectClose(predict(several, table).values.subarray(0, 6), rows, 1e-5);
  });

  test('categorical_features', async () => {
    const city = x[0]!.map((_, i) => (i * 7) % 13);
    const target = city.map((code, i) => Number((code * 5) % 13 > 6) + 0.3 * x[0]![i]!);
    const columns = [categoricalColumn('city', city), numericColumn('x0', x[0]!)];
    const preparations: Preparation[] = [
      { kind: 'categorical', name: 'city', impute: 'none', encoding: 'ordinal', maxCategories: 254 },
      open(0),
    ];
    const mixed = { rows: 200, columns };
    const model = await fitModel(request(mixed, target, { ...boosting, preparations, params: { iterations: 5 } }));
    expectClose(
      predict(model, mixed).values.subarray(0, 6),
      [0.367718531, 0.573290899, 0.386787391, 0.163819202, 0.781250216, 0.172529779],
      1e-5,
    );
  });
});

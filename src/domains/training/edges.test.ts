import { describe, expect, test } from 'vitest';
import { createRandom, normal } from '../../kernel/random.ts';
import { type Column, categoricalColumn, numericColumn } from './columns.ts';
import { type FitRequest, fitModel } from './fit.ts';
import { predict } from './predict.ts';
import type { Preparation } from './prepare.ts';

const open = (name: string): Preparation => ({ kind: 'numeric', name, impute: 'none', scale: false });
const codes = (name: string, maxCategories = 254): Preparation => ({
  kind: 'categorical',
  name,
  impute: 'none',
  encoding: 'ordinal',
  maxCategories,
});

function request(columns: Column[], target: ArrayLike<number>, rest: Partial<FitRequest> = {}): FitRequest {
  const rows = target.length;
  return {
    task: 'regression',
    target: 'y',
    targetType: 'number',
    classes: null,
    algorithm: 'boosting',
    params: {},
    preparations: columns.map((column) => (column.kind === 'numeric' ? open(column.name) : codes(column.name))),
    training: { table: { rows, columns }, target: Float64Array.from(target), weights: null },
    ...rest,
  };
}

function noisy(rows: number, seed = 1) {
  const random = createRandom(seed);
  const x = Float64Array.from({ length: rows }, () => 4 * random() - 2);
  const z = Float64Array.from({ length: rows }, () => normal(random));
  const y = x.map((value, i) => Math.sin(3 * value) + value + 0.5 * z[i]! + 0.5 * normal(random));
  return { x, z, y, columns: [numericColumn('x', x), numericColumn('z', z)] };
}

describe('monotone features', () => {
  test.each([1, -1] as const)('the answer only moves in direction %i', async (direction) => {
    const { y, columns } = noisy(2000);
    const model = await fitModel(
      request(
        columns,
        y.map((value) => direction * value),
        { monotone: { x: direction } },
      ),
    );
    const grid = Float64Array.from({ length: 401 }, (_, i) => -2.5 + i / 80);
    for (const z of [-1, 0, 2]) {
      const table = {
        rows: 401,
        columns: [numericColumn('x', grid), numericColumn('z', new Float64Array(401).fill(z))],
      };
      const { values } = predict(model, table);
      for (let i = 1; i < 401; i++) expect(direction * (values[i]! - values[i - 1]!)).toBeGreaterThanOrEqual(0);
    }
    expect(new Set(predict(model, { rows: 2000, columns }).values).size).toBeGreaterThan(100);
  });

  test('cannot be categories, of linear models, or of several classes', async () => {
    const city = categoricalColumn('city', ['a', 'b', 'c', 'd']);
    const asked = request([city], [1, 2, 3, 4], { monotone: { city: 1 } });
    await expect(fitModel(asked)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(fitModel({ ...asked, algorithm: 'linear' })).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('missing values', () => {
  test('go where they lower the loss, and where the larger side is when training had none', async () => {
    const x = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? null : i % 4));
    const y = x.map((value) => (value === null ? 10 : value));
    const model = await fitModel(request([numericColumn('x', x)], y, { params: { iterations: 200 } }));
    const answer = (value: number | null) =>
      predict(model, { rows: 1, columns: [numericColumn('x', [value])] }).values[0]!;
    expect(answer(null)).toBeCloseTo(10, 3);
    expect(answer(1)).toBeCloseTo(1, 3);
    const lopsided = Array.from({ length: 400 }, (_, i) => (i < 300 ? 0 : 1));
    const whole = await fitModel(request([numericColumn('x', lopsided)], lopsided, { params: { iterations: 200 } }));
    expect(predict(whole, { rows: 1, columns: [numericColumn('x', [null])] }).values[0]).toBeCloseTo(0, 3);
  });

  test('infinite values are ordinary ends of the line', async () => {
    const x = Array.from({ length: 300 }, (_, i) => [Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY][i % 3]!);
    const y = x.map((_, i) => i % 3);
    const column = numericColumn('x', x);
    const model = await fitModel(request([column], y, { params: { iterations: 200 } }));
    const { values } = predict(model, { rows: 3, columns: [numericColumn('x', x.slice(0, 3))] });
    [0, 1, 2].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 3);
    });
  });
});

describe('awkward tables', () => {
  test('constant and empty columns never split; the answer is the mean', async () => {
    const columns = [
      numericColumn('x', new Float64Array(50).fill(7)),
      numericColumn('e', new Float64Array(50).fill(Number.NaN)),
    ];
    const y = Float64Array.from({ length: 50 }, (_, i) => i);
    const model = await fitModel(request(columns, y));
    expect(predict(model, { rows: 50, columns }).values[0]).toBeCloseTo(24.5, 5);
    const scaled: Preparation[] = columns.map(({ name }) => ({ kind: 'numeric', name, impute: 'mean', scale: true }));
    const linear = await fitModel(request(columns, y, { algorithm: 'linear', preparations: scaled }));
    expect(predict(linear, { rows: 50, columns }).values[0]).toBeCloseTo(24.5, 5);
  });

  test('one row is learned by heart; no rows, one class, a missing target are refused', async () => {
    const one = [numericColumn('x', [3])];
    const model = await fitModel(request(one, [8]));
    expect(predict(model, { rows: 1, columns: one }).values[0]).toBe(8);
    await expect(fitModel(request([numericColumn('x', [])], []))).rejects.toMatchObject({ code: 'invalid_data' });
    const binary = { task: 'binary' as const, classes: ['no', 'yes'] };
    const same = request([numericColumn('x', [1, 2])], [1, 1], binary);
    await expect(fitModel(same)).rejects.toThrow("All 2 training rows have the same 'y'");
    await expect(fitModel(request(one, [Number.NaN]))).rejects.toMatchObject({ code: 'invalid_data' });
  });

  test('of 5,000 categories the frequent ones count by themselves, rare and unknown ones alike', async () => {
    const random = createRandom(3);
    const city = Array.from({ length: 20_000 }, () => `city ${Math.floor(5000 * random() ** 4)}`);
    const y = city.map((name) => (name === 'city 0' ? 5 : name.length % 2));
    const column = categoricalColumn('city', city);
    const model = await fitModel(request([column], y));
    const input = model.inputs[0]!;
    expect(input).toMatchObject({ kind: 'categorical', codes: 254, unknownCode: 253 });
    const answers = predict(model, {
      rows: 4,
      columns: [categoricalColumn('city', ['city 0', 'city 4999', 'elsewhere', null])],
    });
    expect(answers.values[0]).toBeGreaterThan(4.5);
    expect(answers.values[1]).toBe(answers.values[2]);
  });

  test('weights count as repeated rows', async () => {
    const { x, y } = noisy(200);
    const weights = Float64Array.from({ length: 200 }, (_, i) => 1 + (i % 3));
    const often = Array.from({ length: 200 }, (_, i) => Array(1 + (i % 3)).fill(i) as number[]).flat();
    const pick = (values: Float64Array) => Float64Array.from(often, (i) => values[i]!);
    const params = { iterations: 10, minLeafRows: 1, maxLeaves: 4 };
    const column = numericColumn('x', x);
    const weighted = await fitModel({
      ...request([column], y, { params }),
      training: { table: { rows: 200, columns: [column] }, target: y, weights },
    });
    const repeated = await fitModel(
      request([numericColumn('x', pick(x))], pick(y), { params: { ...params, minLeafWeight: 1e-3 } }),
    );
    const table = { rows: 200, columns: [column] };
    const [a, b] = [predict(weighted, table).values, predict(repeated, table).values];
    a.forEach((value, i) => {
      expect(value).toBeCloseTo(b[i]!, 4);
    });
  });
});

describe('boosting', () => {
  test('thresholds, leaves and baselines are float32, and scores of training rows are those of the oracle', async () => {
    const { y, columns } = noisy(3000);
    const model = await fitModel(request(columns, y));
    if (model.predictor.kind !== 'trees') throw new Error('not trees');
    const { threshold, value, baseline } = model.predictor;
    for (const numbers of [threshold, value, baseline]) expect(numbers.every((n) => Math.fround(n) === n)).toBe(true);
  });

  test('the model is the same whatever the threads, with samples of rows and features too', async () => {
    const random = createRandom(9);
    const columns = Array.from({ length: 7 }, (_, j) =>
      numericColumn(
        `x${j}`,
        Float64Array.from({ length: 3000 }, () => normal(random)),
      ),
    );
    const y = Float64Array.from({ length: 3000 }, (_, i) =>
      columns.reduce((sum, { values }, j) => sum + j * Math.sin(values[i]!), 0),
    );
    const params = { iterations: 15, rowShare: 0.7, featureShare: 0.6, seed: 4 };
    const one = await fitModel(request(columns, y, { params: { ...params, threads: 1 } }));
    for (const threads of [2, 3]) {
      expect(await fitModel(request(columns, y, { params: { ...params, threads } }))).toEqual(one);
    }
    expect(await fitModel(request(columns, y, { params: { ...params, seed: 5 } }))).not.toEqual(one);
  });

  test('early stopping keeps the trees up to the least validation loss', async () => {
    const { y, columns } = noisy(400);
    const fresh = noisy(400, 2);
    const validation = { table: { rows: 400, columns: fresh.columns }, target: fresh.y, weights: null };
    const losses: number[] = [];
    const model = await fitModel(
      request(columns, y, {
        params: { iterations: 500, patience: 5, learningRate: 0.3 },
        validation,
        onIteration: ({ validationLoss }) => {
          losses.push(validationLoss!);
          return true;
        },
      }),
    );
    const best = losses.indexOf(Math.min(...losses));
    expect(losses.length).toBe(best + 6);
    if (model.predictor.kind !== 'trees') throw new Error('not trees');
    expect(model.predictor.roots.length).toBe(best + 1);
    const { values } = predict(model, validation.table);
    const loss = values.reduce((sum, value, i) => sum + 0.5 * (value - fresh.y[i]!) ** 2, 0) / 400;
    expect(loss).toBeCloseTo(losses[best]!, 9);
  });
});

import { describe, expect, test } from 'vitest';
import { binaryRows, regressionRows } from './golden.ts';
import {
  binary,
  bootstrapIntervals,
  evaluateSlices,
  folds,
  holdOut,
  permutationImportance,
  regression,
  sliceByQuantile,
  sliceByValue,
} from './index.ts';
import { createRandom } from './random.ts';

describe('bootstrap', () => {
  test('counts give what copied rows give', () => {
    const counts = Float64Array.from({ length: 200 }, (_, i) => (i * 7) % 4);
    const copied = Int32Array.from([...counts].flatMap((count, row) => new Array<number>(count).fill(row)));
    const weighted = binary(binaryRows).compute({ weights: counts });
    const taken = binary(binaryRows).take(copied).compute();
    for (const [name, { value }] of Object.entries(taken)) {
      expect(weighted[name as keyof typeof weighted].value, name).toBeCloseTo(value!, 12);
    }
    const some = copied.filter((row) => row < 101);
    const median = regression(regressionRows).compute({ weights: counts.slice(0, 101) });
    expect(median).toEqual({
      ...regression(regressionRows).take(some).compute(),
      ...closeTo(median),
    });
  });

  test('an interval of the mean error is that of theory, and repeats with its seed', () => {
    const random = createRandom(3);
    const truth = new Float64Array(2000);
    const predicted = Float64Array.from(truth, () => random());
    const run = () =>
      bootstrapIntervals(regression({ truth, predicted }), { only: ['mean_absolute_error'], seed: 9, resamples: 1000 });
    const interval = run().mean_absolute_error;
    // Mean of uniforms: standard error sqrt(1/12/n).
    const half = 1.96 * Math.sqrt(1 / 12 / 2000);
    expect(interval.value! - (interval as { low: number }).low).toBeCloseTo(half, 2);
    expect((interval as { high: number }).high - interval.value!).toBeCloseTo(half, 2);
    expect(run().mean_absolute_error).toEqual(interval);
  });

  test('says why there is no interval', () => {
    const rare = { truth: Uint8Array.from({ length: 50 }, (_, i) => (i === 0 ? 1 : 0)), scores: new Float64Array(50) };
    const { roc_auc_score } = bootstrapIntervals(binary(rare), { seed: 1 });
    expect(roc_auc_score).toMatchObject({ value: null, reason: expect.stringMatching(/resamples have a value/) });
    expect(() => bootstrapIntervals(binary(rare), { seed: 1, resamples: 1 })).toThrow(/resamples/);
  });
});

function closeTo(values: Record<string, { value: number | null }>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, { value }]) => [
      name,
      value === null ? { value } : { value: expect.closeTo(value, 10) },
    ]),
  );
}

describe('slices', () => {
  test('by value: the most frequent first, rare ones together, missing apart', () => {
    const values = ['b', 'a', 'b', null, 'c', 'a', 'b', '', 'd'];
    const slices = sliceByValue('letter', values, 3);
    expect(slices.map(({ label, rows }) => [label, [...rows]])).toEqual([
      ['b', [0, 2, 6]],
      ['(missing)', [3, 7]],
      ['a', [1, 5]],
      ['(other)', [4, 8]],
    ]);
  });

  test('by quantile: coinciding edges merge, infinities stay', () => {
    const values = Float64Array.of(0, 0, 0, 0, 0, 0, 5, Infinity, Number.NaN, -Infinity);
    const slices = sliceByQuantile('x', values, 4);
    expect(slices.map(({ rows }) => rows.length).reduce((a, b) => a + b)).toBe(10);
    expect(slices.at(-1)!.label).toBe('(missing)');
    const even = sliceByQuantile(
      'x',
      Float64Array.from({ length: 100 }, (_, i) => i),
      4,
    );
    expect(even.map((slice) => [slice.label, slice.rows.length])).toEqual([
      ['[0, 24.75)', 25],
      ['[24.75, 49.5)', 25],
      ['[49.5, 74.25)', 25],
      ['[74.25, 99]', 25],
    ]);
    expect(sliceByQuantile('x', Float64Array.of(Number.NaN), 2)).toHaveLength(1);
  });

  test('small ones are listed, not measured', () => {
    const evaluation = binary(binaryRows);
    const slices = sliceByValue(
      'g',
      Array.from({ length: 200 }, (_, i) => (i < 190 ? 'big' : 'small')),
    );
    const [big, small] = evaluateSlices(evaluation, slices, { only: ['accuracy_score'] });
    expect(big!.metrics!.accuracy_score.value).toBeGreaterThan(0.7);
    expect(small).toEqual({ column: 'g', label: 'small', rows: 10, metrics: null, reason: 'fewer than 30 rows' });
  });
});

function expectPartition(parts: Int32Array[], rows: number): void {
  const all = parts.flatMap((part) => [...part]);
  expect(new Set(all).size).toBe(rows);
  expect(all).toHaveLength(rows);
  for (const part of parts) expect([...part]).toEqual([...part].sort((a, b) => a - b));
}

describe('splits', () => {
  const rows = 1000;
  const labels = Array.from({ length: rows }, (_, i) => (i % 10 === 0 ? 'rare' : i % 3 === 0 ? 'some' : 'most'));
  const groups = Array.from({ length: rows }, (_, i) => `g${Math.floor(Math.sqrt(i))}`);
  const times = Float64Array.from({ length: rows }, (_, i) => ((i * 7) % 100) * 10);

  test('random: shares, and the same again for a seed', () => {
    const parts = holdOut(rows, { kind: 'random', seed: 1 }, [0.7, 0.1, 0.2]);
    expectPartition(parts, rows);
    expect(parts.map((part) => part.length)).toEqual([700, 100, 200]);
    expect(holdOut(rows, { kind: 'random', seed: 1 }, [0.7, 0.1, 0.2])).toEqual(parts);
    expect(holdOut(rows, { kind: 'random', seed: 2 }, [0.7, 0.1, 0.2])).not.toEqual(parts);
  });

  test('stratified: every label keeps its share in every part and fold', () => {
    const plan = { kind: 'stratified', labels, seed: 1 } as const;
    const total = labels.filter((label) => label === 'rare').length;
    const parts = holdOut(rows, plan, [0.8, 0.2]);
    expectPartition(parts, rows);
    const rare = (part: Int32Array) => [...part].filter((row) => labels[row] === 'rare').length;
    expect(rare(parts[1]!)).toBe(total * 0.2);
    for (const fold of folds(rows, plan, 7)) {
      expect(Math.abs(rare(fold.test) - total / 7)).toBeLessThan(1);
      expect(Math.abs(fold.test.length - rows / 7)).toBeLessThan(2.5);
      expectPartition([fold.train, fold.test], rows);
    }
  });

  test('group: no group on both sides', () => {
    const all = folds(rows, { kind: 'group', groups, seed: 1 }, 5);
    expectPartition(
      all.map((fold) => fold.test),
      rows,
    );
    for (const { train, test: tested } of all) {
      const inTrain = new Set([...train].map((row) => groups[row]));
      expect([...tested].some((row) => inTrain.has(groups[row]))).toBe(false);
      expect(Math.abs(tested.length - 200)).toBeLessThan(40);
    }
  });

  test('time: the past trains, the future tests, one moment is never divided', () => {
    const latest = (part: Int32Array) => Math.max(...[...part].map((row) => times[row]!));
    const earliest = (part: Int32Array) => Math.min(...[...part].map((row) => times[row]!));
    const parts = holdOut(rows, { kind: 'time', times }, [0.755, 0.245]);
    expectPartition(parts, rows);
    expect(latest(parts[0]!)).toBeLessThan(earliest(parts[1]!));
    const windows = folds(rows, { kind: 'time', times }, 4);
    expect(windows).toHaveLength(4);
    for (const { train, test: tested } of windows) expect(latest(train)).toBeLessThan(earliest(tested));
    expect(windows.map((window) => window.train.length)).toEqual([200, 400, 600, 800]);
  });

  test('what cannot be split is refused', () => {
    expect(() => holdOut(10, { kind: 'random', seed: 1 }, [0.5, 0.4])).toThrow(/sum to 1/);
    expect(() => holdOut(2, { kind: 'random', seed: 1 }, [0.9, 0.05, 0.05])).toThrow(/would be empty/);
    expect(() => holdOut(4, { kind: 'time', times: new Float64Array(4) }, [0.5, 0.5])).toThrow(/would be empty/);
    expect(() => holdOut(1, { kind: 'time', times: Float64Array.of(Number.NaN) }, [0.5, 0.5])).toThrow(/no time/);
    expect(() => holdOut(3, { kind: 'group', groups: ['a'], seed: 1 }, [0.5, 0.5])).toThrow(/'groups' has 1 values/);
    expect(() => folds(3, { kind: 'random', seed: 1 }, 4)).toThrow(/4 folds of 3 rows/);
    expect(() => folds(6, { kind: 'group', groups: [1, 1, 1, 2, 2, 2], seed: 1 }, 3)).toThrow(/would be empty/);
  });
});

describe('permutation importance', () => {
  const random = createRandom(5);
  const x = Float64Array.from({ length: 2000 }, random);
  const noise = Float64Array.from({ length: 2000 }, random);
  const color = Array.from({ length: 2000 }, () => (random() < 0.5 ? 'red' : 'blue'));
  const truth = x.map((value, i) => 3 * value + (color[i] === 'red' ? 1 : 0));
  const options = {
    columns: { noise, x, color },
    predict: async (columns: Record<string, unknown>) =>
      (columns['x'] as Float64Array).map(
        (value, i) => 3 * value + ((columns['color'] as string[])[i] === 'red' ? 1 : 0),
      ),
    measure: (predicted: Float64Array) =>
      regression({ truth, predicted }).compute({ only: ['mean_squared_error'] }).mean_squared_error,
    metric: 'mean_squared_error' as const,
    seed: 1,
  };

  test('is twice the variance a feature explains', async () => {
    const result = await permutationImportance(options);
    expect(result.baseline).toBe(0);
    const [first, second, third] = (result as { features: { feature: string; mean: number }[] }).features;
    expect([first!.feature, second!.feature, third!.feature]).toEqual(['x', 'color', 'noise']);
    expect(first!.mean).toBeCloseTo((2 * 9) / 12, 0);
    expect(second!.mean).toBeCloseTo(2 / 4, 1);
    expect(third!.mean).toBe(0);
  });

  test('passes on why there is none, and stops when told', async () => {
    const none = await permutationImportance({ ...options, measure: () => ({ value: null, reason: 'one class' }) });
    expect(none).toEqual({ baseline: null, reason: 'one class' });
    const signal = AbortSignal.abort();
    await expect(permutationImportance({ ...options, signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

import { describe, expect, test } from 'vitest';
import { createRandom, normal } from '../../../kernel/random.ts';
import { type Column, categoricalColumn, numericColumn, type Table } from '../columns.ts';
import { type FitRequest, fitModel } from '../fit.ts';
import type { Task } from '../fitted.ts';
import { predict } from '../predict.ts';
import type { Preparation } from '../prepare.ts';
import { exportOnnx } from './export.ts';
import { predictWithOnnx } from './predict-with-onnx.ts';

const random = createRandom(42);

function rowsOf(count: number, unseen: boolean): { table: Table; signal: Float64Array } {
  const pick = (levels: number) => Math.floor(random() * levels);
  const gap = <T>(value: T): T | null => (random() < 0.08 ? null : value);
  const distance = Array.from({ length: count }, () => gap(Math.exp(normal(random) + 6)));
  const delay = Array.from({ length: count }, () => gap(normal(random)));
  const carrier = Array.from({ length: count }, () => gap(`carrier ${pick(unseen ? 9 : 6)}`));
  const airport = Array.from({ length: count }, () => gap(pick(unseen ? 250 : 200)));
  const signal = Float64Array.from({ length: count }, (_, i) => {
    const place = ((airport[i] ?? 7) * 37) % 11;
    const line = carrier[i] === 'carrier 2' ? 2 : 0;
    return (delay[i] ?? 1) + line + place / 4 + (distance[i] ?? 0) / 1000 + 0.3 * normal(random);
  });
  const columns: Column[] = [
    numericColumn('distance in miles', distance),
    categoricalColumn('carrier', carrier),
    numericColumn('delay', delay),
    { ...categoricalColumn('airport', airport), valueType: 'number' },
  ];
  return { table: { rows: count, columns }, signal };
}

const cuts = { regression: [], binary: [2], multiclass: [1.5, 3] } as const;

function preparations(algorithm: 'linear' | 'boosting'): Preparation[] {
  const linear = algorithm === 'linear';
  return [
    { kind: 'numeric', name: 'distance in miles', impute: linear ? 'median' : 'none', scale: linear },
    {
      kind: 'categorical',
      name: 'carrier',
      impute: linear ? 'own' : 'none',
      encoding: linear ? 'one-hot' : 'ordinal',
      maxCategories: 20,
    },
    { kind: 'numeric', name: 'delay', impute: linear ? 'mean' : 'none', scale: linear },
    {
      kind: 'categorical',
      name: 'airport',
      impute: 'own',
      encoding: linear ? 'one-hot' : 'ordinal',
      maxCategories: 100,
    },
  ];
}

describe('models that were really trained', () => {
  const cases = (['linear', 'boosting'] as const).flatMap((algorithm) =>
    (['regression', 'binary', 'multiclass'] as Task[]).map((task) => ({ algorithm, task })),
  );

  test.each(cases)(
    '$algorithm $task: the file answers what the trainer answers, on rows it never saw',
    async (which) => {
      const { algorithm, task } = which;
      const { table, signal } = rowsOf(1500, false);
      const target = task === 'regression' ? signal : signal.map((s) => cuts[task].filter((cut) => s > cut).length);
      const request: FitRequest = {
        task,
        target: 'late',
        targetType: 'string',
        classes: task === 'regression' ? null : ['early', 'late', 'later'].slice(0, cuts[task].length + 1),
        algorithm,
        params: algorithm === 'boosting' ? { iterations: 30 } : {},
        preparations: preparations(algorithm),
        training: { table, target, weights: null },
      };
      const model = await fitModel(request);
      const fresh = rowsOf(800, true).table;
      const expected = predict(model, fresh);
      const got = await predictWithOnnx(model, exportOnnx(model, { producerVersion: '0' }), fresh);
      let largest = 0;
      for (let i = 0; i < expected.values.length; i++) {
        const scale = Math.max(1, Math.abs(expected.values[i]!));
        largest = Math.max(largest, Math.abs(expected.values[i]! - got.values[i]!) / scale);
      }
      expect(got.values.some(Number.isNaN)).toBe(false);
      expect(largest).toBeLessThan(1e-5);
      const spread = new Set(got.values).size;
      expect(spread).toBeGreaterThan(100);
    },
  );
});

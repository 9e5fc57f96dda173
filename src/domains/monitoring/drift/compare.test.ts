import { describe, expect, test } from 'vitest';
import { compareColumn, correctAll } from './compare.ts';
import { benjaminiHochberg } from './correction.ts';
import { cdfDistance, ksPValue } from './ks.ts';
import { driftMethods } from './result.ts';
import { type Column, type NumericSample, prepare } from './sample.ts';
import { lehmer } from './world.ts';

function numeric(...values: (number | null)[]): Column {
  return {
    type: 'numeric',
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
    nulls: values.filter((value) => value === null).length,
  };
}

function category(...values: (string | null)[]): Column {
  const categories = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value)));
  return { type: 'category', codes, categories };
}

function compare(reference: Column, current: Column, options: Partial<Parameters<typeof compareColumn>[0]> = {}) {
  return compareColumn({ column: 'x', reference: prepare(reference), current: prepare(current), ...options });
}

describe('edge cases', () => {
  test('nulls, NaN and infinities are dropped on each side and counted apart', () => {
    const found = compare(numeric(1, null, Number.NaN, 2, 3), numeric(1, Number.POSITIVE_INFINITY, 2));
    expect(found.counts.reference).toEqual({ rows: 5, nulls: 1, nonFinite: 1, used: 3 });
    expect(found.counts.current).toEqual({ rows: 3, nulls: 0, nonFinite: 1, used: 2 });
  });

  test('an empty side is insufficient data, for every method', () => {
    for (const method of [...driftMethods, 'auto'] as const) {
      const found = compare(numeric(1, 2, 3), numeric(null, null), { method });
      expect(found).toMatchObject({ verdict: 'insufficient-data', statistic: null, pValue: null });
      expect(found.reason).toContain('current side has 0 usable rows');
    }
  });

  test('a minimum of rows counts after nulls are dropped', () => {
    expect(compare(numeric(1, 2, 3), numeric(1, 2, null), { minRows: 3 }).verdict).toBe('insufficient-data');
  });

  test('the same constant on both sides is no drift, for every method', () => {
    const fives = numeric(...new Array<number>(40).fill(5));
    for (const method of driftMethods) {
      const found = compare(fives, fives, { method });
      expect(found.verdict, method).toBe('no-drift');
      expect(Number.isFinite(found.statistic), method).toBe(true);
    }
  });

  test('another constant is drift, for every method', () => {
    const all = (value: number) => numeric(...new Array<number>(40).fill(value));
    for (const method of driftMethods) {
      expect(compare(all(5), all(6), { method }).verdict, method).toBe('drift');
    }
  });

  test('categories the reference lacks are a finding of their own', () => {
    const found = compare(category('a', 'b', 'a'), category('a', 'c', 'c', 'b'), { method: 'psi' });
    expect(found.unseen).toEqual([{ category: 'c', rows: 2, share: 0.5 }]);
    const chi = compare(category('a', 'b'), category('a', 'c'), { method: 'chisquare' });
    expect(chi).toMatchObject({ statistic: null, pValue: 0, verdict: 'drift' });
    expect(chi.reason).toContain('infinite');
  });

  test('a test that does not fit the column says why', () => {
    expect(compare(category('a', 'b'), category('a', 'b'), { method: 'ks' })).toMatchObject({
      verdict: 'not-computable',
      reason: 'ks needs a numeric column',
    });
    expect(compare(category('a', 'b', 'c'), category('a'), { method: 'z' }).reason).toContain('3 values');
    expect(compare(numeric(1, 2), category('a')).reason).toBe('the reference is numeric, the current side category');
  });

  test('everything needed to repeat a result is in it', () => {
    const found = compare(numeric(1, 2, 2, 3), numeric(1, 2, 3, 3), { method: 'psi', threshold: 0.25 });
    expect(found).toMatchObject({
      recipe: 'psi (a bin for every value, zero fill)',
      logBase: 'e',
      threshold: 0.25,
      direction: 'at-least',
      bins: { edges: null, categories: ['1', '2', '3'], reference: [1, 2, 1], current: [1, 1, 2] },
    });
  });

  test('negative zero is zero', () => {
    expect(prepare(numeric(0, -0, 1))).toMatchObject({ distinct: 2 });
  });
});

describe('Benjamini–Hochberg', () => {
  test('adjusts as published (Benjamini & Hochberg 1995, table of 15 p-values)', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ];
    const adjusted = benjaminiHochberg(p);
    expect(adjusted.filter((value) => value <= 0.05)).toHaveLength(4);
    expect(adjusted[3]).toBeCloseTo(0.035625, 12);
    expect(adjusted[14]).toBe(1);
    expect([...adjusted].sort((a, b) => a - b)).toEqual(adjusted);
  });

  test('turns verdicts by p-values only', () => {
    const u = lehmer(7);
    const results = Array.from({ length: 20 }, () => {
      const side = () => numeric(...Array.from({ length: 60 }, u));
      return compare(side(), side(), { method: 'ks', threshold: 0.2 });
    });
    const distance = compare(numeric(1, 2, 3), numeric(7, 8, 9), { method: 'wasserstein' });
    const corrected = correctAll([...results, distance]);
    const drifted = (all: typeof results) => all.filter((one) => one.verdict === 'drift').length;
    expect(drifted(corrected)).toBeLessThanOrEqual(drifted(results) + 1);
    expect(corrected.at(-1)).toEqual(distance);
    for (const one of corrected.slice(0, -1)) expect(one.adjustedPValue!).toBeGreaterThanOrEqual(one.pValue!);
  });
});

describe('two-sample Kolmogorov–Smirnov', () => {
  test('equals counting all orders of small samples', () => {
    for (const [m, n] of [
      [3, 4],
      [5, 5],
      [2, 7],
      [6, 4],
    ] as const) {
      const distances = allDistances(m, n);
      for (const d of new Set(distances)) {
        const exact = distances.filter((other) => other >= d - 1e-12).length / distances.length;
        expect(ksPValue(d, m, n), `${m} and ${n}, d = ${d}`).toBeCloseTo(exact, 13);
      }
    }
  });

  test('distances with ties equal the definition', () => {
    const [a, b] = [prepare(numeric(1, 1, 2, 4)), prepare(numeric(1, 3, 3, 4, 4))] as NumericSample[];
    const found = cdfDistance(a!.sorted, b!.sorted);
    expect(found.supremum).toBeCloseTo(0.75 - 0.2, 15);
    expect(found.area).toBeCloseTo(0.3 + 0.55 + 0.15, 14);
  });
});

/** max |F − G| of every way to interleave m and n observations. */
function allDistances(m: number, n: number): number[] {
  const found: number[] = [];
  const walk = (i: number, j: number, most: number) => {
    const d = Math.max(most, Math.abs(i / m - j / n));
    if (i === m && j === n) found.push(d);
    if (i < m) walk(i + 1, j, d);
    if (j < n) walk(i, j + 1, d);
  };
  walk(0, 0, 0);
  return found;
}

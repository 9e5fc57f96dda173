import { describe, expect, test } from 'vitest';
import { chooseMethod, compareColumn } from './compare.ts';
import { cdfDistance } from './ks.ts';
import type { DriftMethod } from './result.ts';
import { type NumericSample, prepare, type Sample } from './sample.ts';
import { currentWorld, makeWorld, referenceWorld } from './world.ts';

/** Figures of Evidently 0.7.21 with SciPy 1.13.1 and NumPy 1.26.4: psi, jensenshannon, kl_div, wasserstein, ks p. */
const large: Record<string, [string, number, number, number, number, number]> = {
  num_norm: ['wasserstein', 0.1488510588222, 0.1321636847523, 0.06137753676692, 0.3048143951494, 5.079801670132e-33],
  num_exp: ['wasserstein', 0.01995937917095, 0.05093324715547, 0.009429347874429, 0.1174696463095, 7.631840816434e-6],
  num_same: ['wasserstein', 0.009698812552987, 0.03547855787907, 0.005047558791548, 0.03233538121142, 0.2902485980281],
  num_int: ['wasserstein', 0.05139355214399, 0.06334776962914, 0.01143659978245, 0.0159494092814, 0.9649713222588],
  num_null: ['wasserstein', 0.02963550994644, 0.06038666414677, 0.01450395777557, 0.153211679729, 2.108851695019e-8],
};
const small: Record<string, [string, number, number, number, number]> = {
  num_norm: ['ks', 0.3271779208713, 0.1703496480965, 0.4170485289998, 6.101941788745e-6],
  num_exp: ['ks', 0.1604955415802, 0.1313106515144, 0.244303747067, 0.003976737549898],
  num_same: ['ks', 0.06558270943458, 0.08386861628313, 0.1082823200817, 0.6297003017845],
  num_null: ['ks', 0.05680056241796, 0.07461294652703, 0.09832166336387, 0.0892469513936],
};

function sides(referenceRows: number, currentRows: number) {
  const [a, b] = [makeWorld(referenceWorld, referenceRows), makeWorld(currentWorld, currentRows)];
  return (column: string): [Sample, Sample] => [prepare(a[column]!), prepare(b[column]!)];
}

function run(pair: [Sample, Sample], method: DriftMethod) {
  return compareColumn({ column: 'x', reference: pair[0], current: pair[1], method });
}

/** Equal to the 13 digits that were printed. */
function same(actual: number | null, expected: number) {
  expect(actual).not.toBeNull();
  if (expected === 0) return expect(actual).toBe(0);
  return expect(Math.abs(actual! / expected - 1)).toBeLessThan(1e-12);
}

describe('the figures of Evidently on 5000 × 4000 rows', () => {
  const pair = sides(5000, 4000);
  test.each(Object.entries(large))('%s', (column, [auto, psi, js, kl, wasserstein, ks]) => {
    const both = pair(column);
    expect(chooseMethod(...both)).toBe(auto);
    same(run(both, 'psi').statistic, psi);
    same(run(both, 'jensenshannon').statistic, js);
    same(run(both, 'kl-divergence').statistic, kl);
    same(run(both, 'wasserstein').statistic, wasserstein);
    same(run(both, 'ks').pValue, ks);
  });

  test('cat4 has a category the reference lacks', () => {
    const both = pair('cat4');
    expect(chooseMethod(...both)).toBe('jensenshannon');
    same(run(both, 'psi').statistic, 0.3295960467272);
    same(run(both, 'jensenshannon').statistic, 0.1490026152649);
    same(run(both, 'kl-divergence').statistic, 0.07052626869922);
    const chi = run(both, 'chisquare');
    expect(chi).toMatchObject({ pValue: 0, statistic: null, verdict: 'drift' });
    expect(chi.unseen).toEqual([{ category: 'e', rows: expect.any(Number), share: expect.any(Number) }]);
  });

  test('cat2: the one-sample chi-square is far smaller than the contingency form', () => {
    const both = pair('cat2');
    expect(chooseMethod(...both)).toBe('jensenshannon');
    same(run(both, 'psi').statistic, 0.006452391628674);
    same(run(both, 'jensenshannon').statistic, 0.02839598483236);
    same(run(both, 'kl-divergence').statistic, 0.003227177436202);
    same(run(both, 'chisquare').pValue, 3.75996229914e-7);
    same(run(both, 'z').pValue, 0.0001534194985382);
  });
});

describe('the figures of Evidently on 500 × 400 rows', () => {
  const pair = sides(500, 400);
  test.each(Object.entries(small))('%s', (column, [auto, psi, js, wasserstein, ks]) => {
    const both = pair(column);
    expect(chooseMethod(...both)).toBe(auto);
    same(run(both, 'psi').statistic, psi);
    same(run(both, 'jensenshannon').statistic, js);
    same(run(both, 'wasserstein').statistic, wasserstein);
    same(run(both, 'ks').pValue, ks);
  });

  test('categories', () => {
    expect(chooseMethod(...pair('cat4'))).toBe('chisquare');
    expect(chooseMethod(...pair('cat2'))).toBe('z');
    same(run(pair('cat4'), 'psi').statistic, 0.288720687748);
    same(run(pair('cat4'), 'jensenshannon').statistic, 0.1459558004877);
    same(run(pair('cat2'), 'psi').statistic, 0.004492220735105);
    same(run(pair('cat2'), 'jensenshannon').statistic, 0.02369435223061);
    expect(run(pair('cat4'), 'chisquare').pValue).toBe(0);
    same(run(pair('cat2'), 'z').pValue, 0.3177831945814);
  });
});

/** NannyML prints 12 decimals or digits: half a unit of the last one. */
describe('the figures of NannyML 0.13.1 that share a formula', () => {
  const pair = sides(5000, 4000);
  test.each([
    ['num_norm', 0.1297, 0.302626468766],
    ['num_same', 0.02075, 0.032860305773],
  ])('%s: Kolmogorov–Smirnov distance and plain Wasserstein distance', (column, d, area) => {
    const [a, b] = pair(column) as [NumericSample, NumericSample];
    const found = cdfDistance(a.sorted, b.sorted);
    expect(found.supremum).toBeCloseTo(d, 12);
    expect(Math.abs(found.area - area)).toBeLessThan(5.1e-13);
  });

  test.each([
    ['cat4', 341.465186120682, 1.2208e-72, 0.1011, 0.17897038016219, 0.170879157727],
    ['cat2', 14.16961133316, 1.67047e-4, 0.04015, 0.034107053702, 0.028397894932],
  ])('%s: contingency chi-square, L∞, Jensen–Shannon in bits, Hellinger', (column, chi2, p, most, bits, hellinger) => {
    const both = pair(column);
    const chi = run(both, 'chisquare-contingency');
    expect(Math.abs(chi.statistic! - chi2)).toBeLessThan(1e-11);
    expect(Math.abs(chi.pValue! / p - 1)).toBeLessThan(5e-5);
    expect(run(both, 'l-infinity').statistic).toBeCloseTo(most, 12);
    expect(Math.abs(run(both, 'jensenshannon').statistic! / Math.sqrt(Math.LN2) - bits)).toBeLessThan(1e-11);
    expect(Math.abs(run(both, 'hellinger').statistic! - hellinger)).toBeLessThan(1e-11);
  });
});

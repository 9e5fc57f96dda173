import { describe, expect, test } from 'vitest';
import { alike, heavyTailed, watch } from '../../../../test/support/judge-simulation.ts';
import { createRandom, normal } from '../../../kernel/random.ts';
import { compareIntervals } from './comparison.ts';
import { compareBadEvents } from './e-process.ts';
import { foldInterval, newIntervals } from './intervals.ts';
import { foldRequest } from './judge-fold.ts';
import { rolloutRulesSchema } from './judge-rules.ts';
import { type JudgeState, newJudgeState } from './judge-state.ts';
import { addBucket, bucketOfMs, newSketch, sketchQuantile } from './latency-sketch.ts';
import { addLatency, foldLatency, newLatencyTest } from './latency-test.ts';
import { compareLocation } from './mann-whitney.ts';
import { normalQuantile } from './normal-quantile.ts';
import { addScores, exceedsShift, newScoreBins, scoreDistances } from './score-bins.ts';
import { quantileOf } from './shift.ts';
import { foldSlo, newSlo } from './slo-windows.ts';
import { verdictOf } from './verdict.ts';

const rules = rolloutRulesSchema.parse({});

describe('ranks', () => {
  // scipy 1.x: mannwhitneyu(method='asymptotic'), median of the differences, and their order statistics.
  test.each([
    [
      [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3],
      [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29],
      { u: 58, pValue: 0.13291945818531892, shift: 0.56, low: -0.56, high: 1.2329999999999999 },
    ],
    [
      [0, 0, 1, 2, 2, 3, 5, 5],
      [0, 1, 1, 1, 2, 2, 2, 0],
      { u: 42.5, pValue: 0.27864046581762225, shift: 1, low: -1, high: 4 },
    ],
    [
      [10.1, 12.3, 9.8, 15.2, 11.1, 13.3, 12.9],
      [8.1, 7.7, 9.2, 10.0, 8.8, 9.9, 7.1],
      { u: 47, pValue: 0.004937905470907303, shift: 3.3, low: 0.9, high: 6 },
    ],
  ])('agree with scipy %#', (a, b, wanted) => {
    const found = compareLocation(a, b, 0.98);
    for (const name of ['u', 'pValue', 'shift', 'low', 'high'] as const) {
      expect(found[name]).toBeCloseTo(wanted[name], 9);
    }
  });

  test('quantiles of the normal distribution', () => {
    expect(normalQuantile(0.99)).toBeCloseTo(2.3263478740408408, 9);
    expect(normalQuantile(1e-6)).toBeCloseTo(-4.753424308822899, 8);
  });
});

describe('evidence', () => {
  test('of bad events is the average of likelihood ratios', () => {
    const random = createRandom(5);
    const events = Array.from({ length: 300 }, () => ({ candidate: random() < 0.3, share: 0.05 + 0.5 * random() }));
    const ratio = 1.1;
    let total = 0;
    for (const odds of [1.2, 1.5, 2, 3, 5, 10, 30, 100]) {
      let product = 1;
      for (const { candidate, share } of events) {
        const null_ = (share * ratio) / (share * ratio + 1 - share);
        const other = (share * ratio * odds) / (share * ratio * odds + 1 - share);
        product *= candidate ? other / null_ : (1 - other) / (1 - null_);
      }
      total += product / 8;
    }
    expect(compareBadEvents(events, ratio).logE).toBeCloseTo(Math.log(total), 9);
  });

  test('of latency is the average of rank densities over shares', () => {
    const random = createRandom(9);
    const [test_, sketch] = [newLatencyTest(), newSketch()];
    const products = new Array<number>(10).fill(1);
    const seen: number[] = [];
    let reference: number[] = [];
    let next = 32;
    const share = 0.3;
    for (let i = 0; i < 600; i++) {
      const candidate = random() < share;
      const latencyMs = 10 * Math.exp(normal(random)) * (candidate ? 1.5 : 1);
      if (seen.length >= next) {
        reference = seen.slice();
        next = Math.ceil(seen.length * 1.15);
      }
      if (reference.length > 0) {
        const bucket = bucketOfMs(candidate ? (latencyMs - 1) / 1.1 : latencyMs);
        const below = reference.filter((one) => bucketOfMs(one) < bucket).length;
        const same = reference.filter((one) => bucketOfMs(one) === bucket).length;
        const known = reference.map(bucketOfMs);
        const rank =
          bucket < Math.min(...known) ? 0 : bucket > Math.max(...known) ? 1 : (below + same / 2) / reference.length;
        const u = (Math.min(63, Math.floor(rank * 64)) + 0.5) / 64;
        const densities = [
          ...[1.03, 1.07, 1.15, 1.3, 1.6, 2.2, 4].map((k) => k * u ** (k - 1)),
          ...[1.5, 3, 10].map((k) => (u > 15 / 16 ? k : (1 - k / 16) / (15 / 16))),
        ];
        densities.forEach((density, k) => {
          const q = (share * density) / (share * density + 1 - share);
          products[k]! *= candidate ? q / share : (1 - q) / (1 - share);
        });
      }
      const tolerance = { margin: 0.1, slackMs: 1 };
      foldLatency(test_, { candidate, share, latencyMs }, { champion: sketch, tolerance });
      if (!candidate) {
        addLatency(sketch, latencyMs);
        seen.push(latencyMs);
      }
    }
    expect(test_.evidence.logE).toBeCloseTo(Math.log(products.reduce((sum, one) => sum + one, 0) / 10), 8);
  });
});

describe('sketches', () => {
  test('quantiles of latency are within 2 %', () => {
    const random = createRandom(3);
    const values = Array.from({ length: 20_000 }, () => 5 * Math.exp(1.5 * normal(random)));
    const sketch = newSketch();
    for (const value of values) addBucket(sketch, bucketOfMs(value));
    for (const q of [0.01, 0.5, 0.95, 0.99, 0.999]) {
      expect(Math.abs(sketchQuantile(sketch, q) / quantileOf(values, q) - 1)).toBeLessThan(0.025);
    }
    expect(sketchQuantile(newSketch(), 0.5)).toBeNaN();
  });

  test('shift: alike arms stay under the limit at every size, others do not', () => {
    const random = createRandom(11);
    let falseAlarms = 0;
    for (let run = 0; run < 60; run++) {
      const bins = newScoreBins();
      let alarmed = false;
      let checks = 0;
      for (let i = 0; i < 1500; i++) {
        addScores(bins, i % 5 === 0, [random(), random()]);
        // Nothing is measured between two checks.
        if (bins.checks > checks) alarmed ||= exceedsShift(bins, 0, 0.05);
        checks = bins.checks;
      }
      if (alarmed) falseAlarms++;
    }
    expect(falseAlarms).toBeLessThanOrEqual(9);
    const bins = newScoreBins();
    for (let i = 0; i < 3000; i++) addScores(bins, i % 2 === 0, [i % 2 === 0 ? random() ** 3 : random()]);
    expect(exceedsShift(bins, 0.25, 0.01)).toBe(true);
    const { psi, jensenShannon, ks } = scoreDistances(bins)!;
    expect(psi).toBeGreaterThan(0.5);
    expect(jensenShannon).toBeGreaterThan(0.05);
    // max over u of u^(1/3) - u is 2/(3·√3).
    expect(ks).toBeCloseTo(0.385, 1);
  });
});

describe('hard limits', () => {
  const request = { candidate: true, latencyMs: 5, isError: false, isRefused: false, nonFinite: false };
  test('break in as many windows as the rules say, not by one bad window', () => {
    const slo = newSlo();
    const run = (from: number, isError: boolean) => {
      for (let i = 0; i < 20; i++) foldSlo(slo, { ...request, loggedAt: from + i * 100, isError }, rules.slo);
    };
    run(0, true);
    run(2000, false);
    expect(slo.broken).toBeUndefined();
    run(4000, true);
    run(6000, true);
    expect(slo.broken).toMatchObject({ kind: 'errors', share: 1 });
  });

  test('what callers send wrongly to both arms is not the candidate’s', () => {
    const slo = newSlo();
    for (let i = 0; i < 200; i++) {
      foldSlo(slo, { ...request, candidate: i % 2 === 0, isRefused: true, loggedAt: i * 50 }, rules.slo);
    }
    expect(slo.broken).toBeUndefined();
  });
});

describe('the comparison by intervals', () => {
  function filled(factor: number) {
    const random = createRandom(21);
    const series = newIntervals(1000);
    for (let i = 0; i < 40_000; i++) {
      const candidate = random() < 0.3;
      const latencyMs = 10 * Math.exp(0.5 * normal(random)) * (candidate ? factor : 1);
      const fate = { isError: false, isInvalid: false, isAnswered: true, isSlow: latencyMs > 23 };
      foldInterval(series, { candidate, loggedAt: i, latencyMs, ...fate, score: random() });
    }
    return series;
  }
  test('alike arms score 100, a slow candidate loses its group, a critical metric makes it 0', () => {
    const same = compareIntervals(filled(1), rules.comparison);
    expect(same).toMatchObject({ verdict: 'pass', score: 100 });
    const slow = compareIntervals(filled(1.3), rules.comparison);
    expect(slow.metrics.find(({ name }) => name === 'latency')).toMatchObject({ class: 'high', isWorse: true });
    expect(slow.groups.find(({ name }) => name === 'latency')!.score).toBe(0);
    expect(slow.score).toBeCloseTo(200 / 3, 6);
    const critical = { ...rules.comparison, metrics: [{ ...rules.comparison.metrics[2]!, critical: true }] };
    expect(compareIntervals(filled(1.3), critical)).toMatchObject({ verdict: 'fail', score: 0 });
  });

  test('intervals never become many, and little data says nothing', () => {
    const series = filled(1);
    expect(series.intervals.length).toBe(40);
    const fate = { isError: false, isInvalid: false, isAnswered: true, isSlow: false };
    foldInterval(series, { candidate: true, loggedAt: 86_400_000, latencyMs: 1, ...fate, score: 1 });
    expect(series.intervals.length).toBeLessThanOrEqual(48);
    expect(compareIntervals(newIntervals(1000), rules.comparison)).toMatchObject({
      verdict: 'inconclusive',
      score: null,
    });
  });
});

test('a state that went through JSON goes on as if it had not', () => {
  const random = createRandom(31);
  let [kept, stored] = [newJudgeState(rules), newJudgeState(rules)];
  for (let i = 0; i < 4000; i++) {
    const candidate = random() < 0.2;
    const request = {
      ...{ id: `r${i}`, candidate, shadow: false, loggedAt: i, propensity: candidate ? 0.2 : 0.8 },
      ...{ latencyMs: heavyTailed()(random, candidate, 0), code: random() < 0.02 ? 500 : 200, nonFinite: false },
      ...{ rows: 1, scores: [random()], classes: [-1] },
    };
    foldRequest(kept, request, rules);
    foldRequest(stored, request, rules);
    if (i % 97 === 0) stored = JSON.parse(JSON.stringify(stored)) as JudgeState;
  }
  expect(verdictOf(stored, rules, { now: 0, step: 0 })).toEqual(verdictOf(kept, rules, { now: 0, step: 0 }));
  kept = watch({ ...alike, spoilt: 0, shadow: true }, rules, { seed: 1 }).state;
  expect(JSON.stringify(kept).length).toBeLessThan(40_000);
});

import { describe, expect, test } from 'vitest';
import { betaI, logBetaTail } from '../../../../kernel/beta.ts';
import { chiSquareTail, gammaP, normalCdf } from '../../../../kernel/gamma.ts';
import { createRandom } from '../../../../kernel/random.ts';
import { chiSquare, logExceeds, logMismatch } from './count-tests.ts';
import { drawBeta, drawGamma, drawMean } from './draws.ts';
import { logMixture, observationsFor, radiusOf } from './mean-sequence.ts';
import { offPolicyOf } from './off-policy.ts';
import { bucketOfValue, edgeOf, type Histogram, quantileOfHistogram, quantileSequence } from './quantile-sequence.ts';
import { betaPosterior, floorAfter, normalPosterior, probabilitiesBest, weightsOf } from './thompson.ts';

describe('figures of SciPy 1.17.1', () => {
  test.each([
    [3, 5, 0.2, -0.16020631154361248],
    [3, 5, 0.9, -8.642189681590924],
    [11, 991, 0.05, -26.643667432465122],
    [2, 2000, 0.3, -706.9512929429295],
    [501, 501, 0.55, -7.188273854895457],
    [1, 1, 0.3, -0.35667494393873245],
    [40, 2, 0.999, -7.13217359902421],
    [5, 4001, 0.15, -627.8194019755716],
  ])('the tail of the beta law (%d, %d) above %d', (a, b, x, expected) => {
    expect(logBetaTail(a, b, x)).toBeCloseTo(expected, 8);
  });

  test.each([
    [0, 10, 0.1, -2.3978952727983702],
    [3, 10, 0.1, 0.5465437063680694],
    [30, 100, 0.1, 13.300933235841958],
    [60, 1000, 0.05, -2.9992553638372477],
    [5, 1000, 0.05, -6.805738770436987],
    [9, 12, 0.5, 1.0050953718011173],
  ])('%d hits of %d against at most %d', (hits, n, limit, expected) => {
    expect(logExceeds(hits, n, limit)).toBeCloseTo(expected, 8);
  });

  test.each([
    [[500, 500], [0.5, 0.5], -0.34669859024506877, 0, 1],
    [[550, 450], [0.5, 0.5], 2.155596102306845, 10, 0.001565402258002549],
    [[5400, 4600], [0.5, 0.5], 27.920085279620253, 64, 1.2441921148543578e-15],
    [[100, 220, 680], [0.1, 0.2, 0.7], -0.07558853902492046, 2.571428571428571, 0.2764530466295643],
  ])('counts %j against shares %j', (counts, shares, log, value, p) => {
    expect(logMismatch(counts, shares)).toBeCloseTo(log, 8);
    expect(chiSquare(counts, shares).value).toBeCloseTo(value, 10);
    expect(chiSquare(counts, shares).p / p).toBeCloseTo(1, 8);
  });

  test.each([
    [100, 0.2, 0.01, 0.02, 0.7840271889992789],
    [1000, 0.05, 0.0004, 0.005, 1.7082869320526397],
    [5000, 0, 0.0002, 0.001, -0.8958797346140274],
  ])('the mixture over %d observations of mean %d', (n, value, variance, mixing, expected) => {
    expect(logMixture({ n, value, variance }, mixing)).toBeCloseTo(expected, 9);
  });

  test.each([
    [100, 0.01, 0.02, 0.05, 0.32611524425675253],
    [10_000, 0.0001, 0.001, 0.01, 0.03573382040763623],
  ])('the width of the sequence at %d observations', (n, variance, mixing, alpha, expected) => {
    const at = { n, value: expected, variance };
    expect(radiusOf(at, mixing, alpha)).toBeCloseTo(expected, 10);
    expect(logMixture(at, mixing)).toBeCloseTo(-Math.log(alpha), 9);
  });
});

test('the number of observations needed is the first at which the sequence is narrow enough', () => {
  const level = { mixing: 0.003, alpha: 0.05 };
  const needed = observationsFor(0.05, 0.25, level);
  const width = (n: number) => radiusOf({ n, value: 0, variance: 0.25 / n }, level.mixing, level.alpha);
  expect(width(needed)).toBeLessThanOrEqual(0.05);
  expect(width(needed - 1)).toBeGreaterThan(0.05);
  expect(observationsFor(0, 0.25, level)).toBe(Number.POSITIVE_INFINITY);
});

/** The Kolmogorov–Smirnov distance of draws from a distribution function. */
function distance(draws: number[], cdf: (x: number) => number): number {
  draws.sort((a, b) => a - b);
  return Math.max(
    ...draws.map((x, i) => Math.max(Math.abs(cdf(x) - i / draws.length), (i + 1) / draws.length - cdf(x))),
  );
}

test('draws follow their laws (Kolmogorov–Smirnov below its 0.1 % limit)', () => {
  const n = 20_000;
  const limit = 1.95 / Math.sqrt(n);
  const random = createRandom(7);
  const draw = (one: () => number) => Array.from({ length: n }, one);
  for (const a of [0.3, 1, 4.5, 200])
    expect(
      distance(
        draw(() => drawGamma(a, random)),
        (x) => gammaP(a, x),
      ),
    ).toBeLessThan(limit);
  for (const [a, b] of [
    [1, 1],
    [0.5, 3],
    [30, 200],
  ] as const) {
    expect(
      distance(
        draw(() => drawBeta(a, b, random)),
        (x) => betaI(a, b, x),
      ),
    ).toBeLessThan(limit);
  }
  // With many degrees of freedom Student's law of the mean is as good as normal.
  const posterior = { kind: 'normal-gamma', mean: 2, weight: 4, shape: 5000, rate: 5000 } as const;
  expect(
    distance(
      draw(() => drawMean(posterior, random)),
      (x) => normalCdf((x - 2) * 2),
    ),
  ).toBeLessThan(limit);
});

describe('shares of a bandit', () => {
  test('the chance to be best agrees with the integral, is the same for a seed, and turns round with the direction', () => {
    const posteriors = [betaPosterior({ n: 10, sum: 7, squares: 7 }), betaPosterior({ n: 10, sum: 4, squares: 4 })];
    const [first] = probabilitiesBest(posteriors, { seed: 1, draws: 40_000 });
    const exact = integrate((x) => betaDensity(8, 4, x) * betaI(5, 7, x));
    expect(first).toBeCloseTo(exact, 2);
    expect(probabilitiesBest(posteriors, { seed: 5 })).toEqual(probabilitiesBest(posteriors, { seed: 5 }));
    const down = probabilitiesBest(posteriors, { seed: 1, draws: 40_000, down: true });
    expect(down[1]).toBeCloseTo(exact, 2);
  });

  test('the posterior of reals is Murphy’s update', () => {
    const values = [1.2, 0.7, 2.4, 1.9];
    const sum = values.reduce((a, b) => a + b);
    const squares = values.reduce((a, b) => a + b * b, 0);
    const posterior = normalPosterior({ n: 4, sum, squares }, { mean: 1, variance: 2 });
    // Updating by one observation after the other comes to the same.
    let [mean, weight, shape, rate] = [1, 1, 1, 1];
    for (const value of values) {
      rate += (weight * (value - mean) ** 2) / (2 * (weight + 1));
      mean = (weight * mean + value) / (weight + 1);
      weight++;
      shape += 0.5;
    }
    expect(posterior).toMatchObject({ weight, shape });
    expect(posterior.kind === 'normal-gamma' && [posterior.mean, posterior.rate]).toEqual([
      expect.closeTo(mean, 12),
      expect.closeTo(rate, 12),
    ]);
  });

  test('weights sum to the whole and keep the floor', () => {
    const random = createRandom(3);
    for (let i = 0; i < 500; i++) {
      const raw = Array.from({ length: 2 + Math.floor(random() * 8) }, () => random() ** 6);
      const total = raw.reduce((a, b) => a + b);
      const floor = random() / raw.length;
      const weights = weightsOf(
        raw.map((x) => x / total),
        floor,
        10_000,
      );
      expect(weights.reduce((a, b) => a + b)).toBe(10_000);
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(
        Math.min(floor * 10_000, Math.floor(10_000 / raw.length)) - 1e-6,
      );
    }
    expect(floorAfter(1000, { floor: 0.2, floorDecay: { to: 0.02, halfLifeRequests: 1000 } })).toBeCloseTo(0.11, 12);
    expect(floorAfter(9e9, { floor: 0.2 })).toBe(0.2);
  });
});

function betaDensity(a: number, b: number, x: number): number {
  const step = 1e-6;
  return (betaI(a, b, Math.min(1, x + step)) - betaI(a, b, Math.max(0, x - step))) / (2 * step);
}

function integrate(f: (x: number) => number): number {
  const n = 2000;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += f((i + 0.5) / n) / n;
  return sum;
}

describe('quantiles from buckets', () => {
  test('are within the width of a bucket', () => {
    const histogram: Histogram = {};
    for (let i = 1; i <= 10_000; i++) {
      const bucket = bucketOfValue(i / 100);
      histogram[bucket] = (histogram[bucket] ?? 0) + 1;
    }
    expect(quantileOfHistogram(histogram, 0.95) / 95).toBeCloseTo(1, 1);
    expect(edgeOf(bucketOfValue(5))).toBeGreaterThanOrEqual(5);
    expect(edgeOf(bucketOfValue(5) - 1)).toBeLessThan(5);
    expect(quantileOfHistogram({}, 0.5)).toBeNaN();
  });

  test('the sequence covers the quantile at every look at once', () => {
    let misses = 0;
    for (let seed = 0; seed < 100; seed++) {
      const random = createRandom(seed + 1);
      const histogram: Histogram = {};
      let isMissed = false;
      for (let i = 1; i <= 1500; i++) {
        const bucket = bucketOfValue(-Math.log(1 - random()));
        histogram[bucket] = (histogram[bucket] ?? 0) + 1;
        if (i % 50 > 0) continue;
        const { low, high } = quantileSequence(histogram, 0.95, 0.1);
        isMissed ||= low > -Math.log(0.05) || high < -Math.log(0.05);
      }
      if (isMissed) misses++;
    }
    expect(misses / 100).toBeLessThanOrEqual(0.1);
  });
});

test('off-policy estimates find what an arm earns from requests dealt by moving chances, and cover it', () => {
  let covered = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const random = createRandom(seed);
    const sums = { w: 0, ww: 0, wr: 0, wwr: 0, wwrr: 0 };
    for (let i = 0; i < 1500; i++) {
      const propensity = 0.1 + 0.8 * random();
      if (random() >= propensity) continue;
      const reward = random() < 0.3 ? 2 : 0;
      const w = 1 / propensity;
      sums.w += w;
      sums.ww += w * w;
      sums.wr += w * reward;
      sums.wwr += w * w * reward;
      sums.wwrr += (w * reward) ** 2;
    }
    const { ips, snips } = offPolicyOf(sums, 1500);
    if (ips.low <= 0.6 && ips.high >= 0.6 && snips.low <= 0.6 && snips.high >= 0.6) covered++;
  }
  expect(covered / 200).toBeGreaterThan(0.88);
  expect(chiSquareTail(0, 1)).toBe(1);
});

import { describe, expect, test } from 'vitest';
import { compareBadEvents, exceedsMean, exceedsRate, rejects } from './e-process.ts';
import { judge } from './judge.ts';
import type { JudgedRow } from './judge-case.ts';
import { rolloutRulesSchema } from './rollout-schema.ts';
import { quantileOf } from './shift.ts';

/** mulberry32: a small seeded generator, so that simulations are the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const runs = 400;
function share(reject: (random: () => number) => boolean): number {
  let rejected = 0;
  for (let seed = 1; seed <= runs; seed++) if (reject(seeded(seed * 7919))) rejected++;
  return rejected / runs;
}

describe('e-processes', () => {
  test('watched at every step, false alarms stay under alpha', () => {
    const alpha = 0.05;
    const rate = share((random) =>
      rejects(
        exceedsRate(
          Array.from({ length: 2000 }, () => random() < 0.1),
          0.1,
        ),
        alpha,
      ),
    );
    const mean = share((random) =>
      rejects(
        exceedsMean(
          Array.from({ length: 2000 }, () => random() * 2 - 1),
          0,
        ),
        alpha,
      ),
    );
    const events = share((random) => {
      const list = Array.from({ length: 500 }, (_, i) => {
        const part = i < 250 ? 0.05 : 0.3;
        return { candidate: random() < part, share: part };
      });
      return rejects(compareBadEvents(list), alpha);
    });
    for (const falseAlarms of [rate, mean, events]) expect(falseAlarms).toBeLessThan(alpha + 0.025);
  });

  test('real harm is found', () => {
    expect(
      share((random) =>
        rejects(
          exceedsRate(
            Array.from({ length: 400 }, () => random() < 0.25),
            0.1,
          ),
          0.01,
        ),
      ),
    ).toBe(1);
    const worse = (random: () => number) => Array.from({ length: 1500 }, () => 0.1 + (random() - 0.5) * 0.6);
    expect(share((random) => rejects(exceedsMean(worse(random), 0), 0.01))).toBe(1);
    const tripled = (random: () => number) =>
      Array.from({ length: 200 }, () => ({ candidate: random() < 0.25, share: 0.1 }));
    expect(share((random) => rejects(compareBadEvents(tripled(random)), 0.01))).toBeGreaterThan(0.95);
  });

  test('the first steps are those of the formulas', () => {
    // KT after 0 of 0 is 1/2, after 1 of 1 is 3/4: E = (0.5/0.2)·(0.75/0.2).
    expect(Math.exp(exceedsRate([true, true], 0.2).logE)).toBeCloseTo(2.5 * 3.75, 12);
    expect(exceedsMean([0.9], 0).logE).toBe(0);
    // The mean over odds ratios r of r/(0.5·r + 0.5).
    const mean = [1.2, 1.5, 2, 3, 5, 10, 30, 100].reduce((sum, r) => sum + r / (0.5 * r + 0.5) / 8, 0);
    expect(Math.exp(compareBadEvents([{ candidate: true, share: 0.5 }]).logE)).toBeCloseTo(mean, 12);
  });
});

test('quantiles', () => {
  expect(quantileOf([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(quantileOf([], 0.5)).toBeNaN();
});

interface Made {
  paired: boolean;
  rows: number;
  skill: number;
  seed: number;
  errors?: number;
  slow?: number;
  nonFinite?: number;
}

/** A binary problem whose champion knows the true probability; the candidate mixes it with noise by its `skill`. */
function madeRows({ paired, rows, skill, seed, errors = 0, slow = 0, nonFinite = 0 }: Made): JudgedRow[] {
  const random = seeded(seed);
  const list: JudgedRow[] = [];
  for (let i = 0; i < rows; i++) {
    const truth = random() < 0.5 ? 0.1 : 0.35;
    const label = random() < truth ? 1 : 0;
    const guess = skill * truth + (1 - skill) * (0.2 + 0.05 * random());
    const dealt = random() < 0.2;
    const row = (candidate: boolean, shadow: boolean): JudgedRow => {
      const score = candidate ? guess : truth;
      return {
        predictionId: `p${i}`,
        candidate,
        shadow,
        loggedAt: i,
        propensity: paired ? 1 : candidate ? 0.2 : 0.8,
        latencyMs: candidate && random() < slow ? 50 : 1 + random(),
        code: candidate && random() < errors ? 500 : 200,
        nonFinite: candidate && random() < nonFinite,
        score,
        probabilities: [1 - score, score],
        label,
        labelledAt: i,
      };
    };
    if (paired) list.push(row(false, false), row(true, true));
    else list.push(row(dealt, false));
  }
  return list;
}

const rules = rolloutRulesSchema.parse({});
const verdictOf = (made: Made) => judge({ rows: madeRows(made), rules, step: 0, now: 0 });
const failed = (made: Made) =>
  verdictOf(made)
    .findings.filter((finding) => finding.verdict === 'fail')
    .map((finding) => finding.rule);

describe('the judge', () => {
  test('takes the rows of one request as one observation: one slow request of many rows is no evidence', () => {
    const rows = madeRows({ paired: true, rows: 3000, skill: 1, seed: 5 }).map((row, i) => {
      const request = Math.floor(i / 2 / 50);
      const isStall = row.candidate && request === 30;
      return { ...row, predictionId: `r${request}.${(i >> 1) % 50}`, latencyMs: isStall ? 500 : row.latencyMs };
    });
    const { findings } = judge({ rows, rules: { ...rules, minSamples: 10 }, step: 0, now: 0 });
    const latency = findings.find(({ rule }) => rule === 'latency')!;
    expect(latency.verdict).toBe('pass');
    expect(latency.message).toMatch(/^1 of \d\d requests/);
  });

  test('lets an equal candidate pass, in shadow and live', () => {
    for (const paired of [true, false]) {
      const judged = verdictOf({ paired, rows: 2000, skill: 1, seed: 5 });
      expect(judged.verdict).toBe('pass');
      expect(judged.candidateLabels).toBeGreaterThan(300);
    }
  });

  test('takes back a model that learnt nothing', () => {
    expect(failed({ paired: true, rows: 4000, skill: 0, seed: 3 })).toEqual(
      expect.arrayContaining(['quality', 'ranking']),
    );
    expect(failed({ paired: false, rows: 20_000, skill: 0, seed: 3 })).toContain('ranking');
  });

  test('takes back errors, slowness and non-finite outputs', () => {
    expect(failed({ paired: false, rows: 1000, skill: 1, seed: 1, errors: 0.3 })).toContain('errors');
    expect(failed({ paired: true, rows: 300, skill: 1, seed: 1, errors: 0.3 })).toContain('error-rate');
    expect(failed({ paired: true, rows: 300, skill: 1, seed: 1, slow: 0.5 })).toEqual(['latency']);
    expect(failed({ paired: true, rows: 300, skill: 1, seed: 1, nonFinite: 0.3 })).toContain('invalid');
  });

  test('says that it does not know yet', () => {
    const judged = verdictOf({ paired: true, rows: 10, skill: 1, seed: 1 });
    expect(judged.verdict).toBe('inconclusive');
    expect(judge({ rows: [], rules, step: 0, now: 0 }).verdict).toBe('inconclusive');
  });

  test('seldom takes back an equal candidate, however often it looks', () => {
    let rolledBack = 0;
    for (let seed = 1; seed <= 60; seed++) {
      if (failed({ paired: false, rows: 1500, skill: 1, seed: seed * 31 }).length > 0) rolledBack++;
    }
    expect(rolledBack).toBeLessThanOrEqual(4);
  });
});

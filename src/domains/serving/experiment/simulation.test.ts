import { describe, expect, test } from 'vitest';
import { chiSquareTail } from '../../../kernel/gamma.ts';
import { createRandom, normal, type Random } from '../../../kernel/random.ts';
import { bestOf } from './analyse.ts';
import { compareArms } from './compare-arms.ts';
import { decide } from './decide.ts';
import { EndpointExperimentSpec } from './experiment-schema.ts';
import { guardArms } from './guard-arms.ts';
import { logMismatch } from './maths/count-tests.ts';
import { bucketOfValue } from './maths/quantile-sequence.ts';
import { floorAfter, weightsOf } from './maths/thompson.ts';
import { addValue, noTotals, type Totals } from './totals.ts';

const specOf = (more: object = {}) =>
  EndpointExperimentSpec.parse({
    arms: [{ name: 'champion' }, { name: 'b', version: 2 }],
    metric: { kind: 'label' },
    minSamples: 100,
    ...more,
  });

interface Run {
  spec: EndpointExperimentSpec;
  seed: number;
  requests: number;
  every: number;
  reward(arm: number, random: Random): number;
}

/** Deals requests evenly and looks every so many; gives how many requests it took to a verdict, or undefined. */
function run({ spec, seed, requests, every, reward }: Run): { verdict: string; at: number } | undefined {
  const random = createRandom(seed);
  const totals = noTotals(['champion', 'b']);
  let evidence: Record<string, number> = {};
  for (let i = 1; i <= requests; i++) {
    const arm = random() < 0.5 ? 0 : 1;
    addValue(totals.arms[arm === 0 ? 'champion' : 'b']!, reward(arm, random), 0.5);
    if (i % every > 0) continue;
    const [compared] = compareArms({ spec, totals, evidence });
    evidence = { b: compared!.evidence };
    const { verdict } = compared!.comparison;
    if (verdict !== 'undecided') return { verdict, at: i };
  }
  return undefined;
}

describe('peeking', () => {
  const laws: [string, Run['reward']][] = [
    ['clicks at 30 %', (_, random) => Number(random() < 0.3)],
    ['rare clicks at 5 %', (_, random) => Number(random() < 0.05)],
    ['normal rewards', (_, random) => normal(random)],
    ['skewed rewards', (_, random) => Math.exp(normal(random))],
  ];
  test.each(laws)('at every tenth request finds no more false winners than alpha: %s', (_, reward) => {
    const spec = specOf({ alpha: 0.05 });
    let found = 0;
    for (let seed = 1; seed <= 300; seed++) if (run({ spec, seed, requests: 3000, every: 10, reward })) found++;
    expect(found / 300).toBeLessThanOrEqual(0.05);
  });

  test('a fixed test at its 5 % looked at as often would be wrong four times as often', () => {
    let found = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const random = createRandom(seed);
      const totals = noTotals(['champion', 'b']);
      for (let i = 1; i <= 3000; i++) {
        addValue(totals.arms[random() < 0.5 ? 'champion' : 'b']!, Number(random() < 0.3), 0.5);
        if (i % 10 > 0 || i < 200) continue;
        const { estimate } = compareArms({ spec: specOf(), totals, evidence: {} })[0]!;
        if (Math.abs(estimate.value) > 1.96 * Math.sqrt(estimate.variance)) {
          found++;
          break;
        }
      }
    }
    expect(found / 300).toBeGreaterThan(0.2);
  });

  test('a true difference is found, the right way round, and soon', () => {
    const times: number[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const reward = (arm: number, random: Random) => Number(random() < (arm === 0 ? 0.3 : 0.4));
      const found = run({ spec: specOf(), seed, requests: 8000, every: 20, reward });
      if (found?.verdict === 'better') times.push(found.at);
    }
    expect(times.length).toBeGreaterThanOrEqual(59);
    expect(times.sort((a, b) => a - b)[30]).toBeLessThan(2500);
  });

  test('arms that differ by less than what matters are called alike', () => {
    const spec = specOf({ minimumEffect: 0.2 });
    const found = run({ spec, seed: 4, requests: 6000, every: 20, reward: (_, random) => normal(random) });
    expect(found?.verdict).toBe('alike');
  });
});

test('guards and the test of shares raise no more false alarms than they may, looked at all the time', () => {
  const guards = [
    { metric: 'error-rate', relative: 1 },
    { metric: 'latency-p95', relative: 1 },
  ];
  const spec = specOf({ guards, guardAlpha: 0.05 });
  const alarms = { 'error-rate': 0, 'latency-p95': 0, mismatch: 0 };
  for (let seed = 1; seed <= 150; seed++) {
    const random = createRandom(seed);
    const totals = noTotals(['champion', 'b']);
    const seen = new Set<keyof typeof alarms>();
    for (let i = 1; i <= 1500; i++) {
      const arm = totals.arms[random() < 0.5 ? 'champion' : 'b']!;
      arm.requests++;
      if (random() < 0.2) arm.errors++;
      const bucket = bucketOfValue(-Math.log(1 - random()));
      arm.latency[bucket] = (arm.latency[bucket] ?? 0) + 1;
      if (i % 50 > 0) continue;
      for (const guard of guardArms(spec, totals, {})) {
        if (guard.verdict === 'tripped') seen.add(guard.metric as 'error-rate');
      }
      const counts = [totals.arms['champion']!.requests, totals.arms['b']!.requests];
      if (logMismatch(counts, [0.5, 0.5]) >= -Math.log(0.05)) seen.add('mismatch');
    }
    for (const name of seen) alarms[name]++;
  }
  for (const count of Object.values(alarms)) expect(count / 150).toBeLessThanOrEqual(0.05);
});

test('a tripled error rate and a slower arm trip their guards', () => {
  const guards = [
    { metric: 'error-rate', relative: 1.2 },
    { metric: 'latency-p95', relative: 1.5 },
  ];
  for (const kind of ['ab', 'bandit']) {
    const spec = specOf({ guards, kind });
    const random = createRandom(5);
    const totals = noTotals(['champion', 'b']);
    for (let i = 1; i <= 8000; i++) {
      const isB = random() < 0.5;
      const arm = totals.arms[isB ? 'b' : 'champion']!;
      arm.requests++;
      if (random() < (isB ? 0.15 : 0.05)) arm.errors++;
      const bucket = bucketOfValue(-Math.log(1 - random()) * (isB ? 3 : 1));
      arm.latency[bucket] = (arm.latency[bucket] ?? 0) + 1;
    }
    expect(guardArms(spec, totals, {}).map((guard) => guard.verdict)).toEqual(['tripped', 'tripped']);
  }
});

interface Played {
  /** Regret after every round. */
  regret: number[];
  shares: number[];
  best: number[];
  totals: Totals;
  /** Chi-square of dealt requests against the chances they were dealt by, summed over rounds, one degree of freedom a round and arm but one. */
  dealt: { value: number; degrees: number };
}

/** Plays rounds of 50 requests; rewards come `delay` rounds later. `uniform` deals evenly. */
function play(chances: number[], options: { seed: number; rounds: number; delay?: number; uniform?: boolean }): Played {
  const { seed, rounds, delay = 0, uniform = false } = options;
  const arms = chances.map((_, at) => ({ name: ['champion', 'b', 'c'][at]!, version: at + 1 }));
  const spec = EndpointExperimentSpec.parse({
    kind: 'bandit',
    arms: arms.map((arm, at) => (at === 0 ? { name: arm.name } : arm)),
    metric: { kind: 'label' },
    bandit: { floor: 0.02 },
  });
  const names = arms.map((arm) => arm.name);
  const totals = noTotals(names);
  const random = createRandom(seed);
  const waiting: { arm: number; value: number; p: number }[][] = [];
  let shares = chances.map(() => 1 / chances.length);
  let lost = 0;
  const regret: number[] = [];
  const dealt = { value: 0, degrees: 0 };
  for (let round = 0; round < rounds; round++) {
    const played: (typeof waiting)[number] = [];
    const counts = chances.map(() => 0);
    for (let i = 0; i < 50; i++) {
      let left = random();
      let arm = 0;
      while (arm < shares.length - 1 && left >= shares[arm]!) left -= shares[arm++]!;
      counts[arm]!++;
      lost += Math.max(...chances) - chances[arm]!;
      played.push({ arm, value: Number(random() < chances[arm]!), p: shares[arm]! });
    }
    counts.forEach((count, arm) => {
      dealt.value += (count - 50 * shares[arm]!) ** 2 / (50 * shares[arm]!);
    });
    dealt.degrees += chances.length - 1;
    regret.push(lost);
    waiting.push(played);
    const known = waiting[round - delay];
    for (const { arm, value, p } of known ?? []) addValue(totals.arms[names[arm]!]!, value, p);
    if (!uniform && known) {
      const n = names.reduce((sum, name) => sum + totals.arms[name]!.n, 0);
      const weights = weightsOf(bestOf({ id: `s${seed}`, spec, totals }, 300), floorAfter(n, spec.bandit!), 10_000);
      shares = weights.map((weight) => weight / 10_000);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.02);
      expect(weights.reduce((a, b) => a + b)).toBe(10_000);
    }
  }
  return { regret, shares, best: bestOf({ id: 'end', spec, totals }), totals, dealt };
}

describe('the bandit', () => {
  const chances = [0.1, 0.14, 0.2];

  test.each([0, 10])('finds the best arm with rewards %d rounds late; its regret slows down', (delay) => {
    const seeds = [1, 2, 3, 4, 5, 6];
    const played = seeds.map((seed) => play(chances, { seed, rounds: 120, delay }));
    const even = seeds.map((seed) => play(chances, { seed, rounds: 120, uniform: true }));
    const mean = (runs: Played[], round: number) =>
      runs.reduce((sum, one) => sum + one.regret[round]!, 0) / runs.length;
    expect(mean(played, 119)).toBeLessThan(0.6 * mean(even, 119));
    // The second half costs little of what the first did, where even dealing costs the same again.
    expect(mean(played, 119) - mean(played, 59)).toBeLessThan(0.6 * mean(played, 59));
    expect(played.filter(({ best }) => best[2]! > 0.9).length).toBeGreaterThanOrEqual(5);
  });

  test('is the same for the same seed, and its logged chances are those it deals by', () => {
    const one = play(chances, { seed: 9, rounds: 60 });
    expect(play(chances, { seed: 9, rounds: 60 })).toEqual(one);
    expect(chiSquareTail(one.dealt.value, one.dealt.degrees)).toBeGreaterThan(0.001);
  });

  test('differences of arms dealt by moving shares hold at every look', () => {
    let found = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const { totals } = play([0.3, 0.3], { seed, rounds: 40 });
      const [compared] = compareArms({ spec: specOf({ kind: 'bandit' }), totals, evidence: {} });
      if (compared!.comparison.verdict !== 'undecided') found++;
    }
    expect(found / 60).toBeLessThanOrEqual(0.05);
  });
});

test('with three arms the winner must beat what is still open', () => {
  const base = { control: 'champion', relative: 0, level: 0.95, pValue: 0.01 };
  const comparison = (arm: string, low: number, high: number, verdict: 'better' | 'undecided' | 'worse') => ({
    ...{ ...base, arm, difference: (low + high) / 2, low, high, verdict },
  });
  const spec = specOf({ arms: [{ name: 'champion' }, { name: 'b', version: 2 }, { name: 'c', version: 3 }] });
  const verdict = (...comparisons: object[]) =>
    decide(spec, { guards: [], sampleRatio: null, comparisons } as never, false)?.winner;
  expect(verdict(comparison('b', 0.2, 0.4, 'better'), comparison('c', -0.1, 0.1, 'undecided'))).toBe('b');
  expect(verdict(comparison('b', 0.2, 0.4, 'better'), comparison('c', -0.1, 0.3, 'undecided'))).toBeUndefined();
  expect(verdict(comparison('b', 0.2, 0.4, 'better'), comparison('c', 0.3, 0.6, 'better'))).toBe('c');
  expect(verdict(comparison('b', -0.4, -0.2, 'worse'), comparison('c', -0.3, -0.1, 'worse'))).toBe('champion');
});

import { describe, expect, test } from 'vitest';
import { alike, heavyTailed, type Scenario, watch } from '../../../../test/support/judge-simulation.ts';
import { rolloutRulesSchema } from './judge-rules.ts';

const alpha = 0.05;
const rules = rolloutRulesSchema.parse({ alpha, maxErrorRate: 0.5 });
const runs = 120;

/** The most of `n` rollouts that fail by chance `p` each, but once in a thousand simulations (Bernstein's inequality). */
function mostByChance(n: number, p: number): number {
  const log = Math.log(1000);
  return Math.ceil(n * p + log / 3 + Math.sqrt((log / 3) ** 2 + 2 * log * n * p * (1 - p)));
}

/** How many of the rollouts each rule took back, watched at every request. */
function takenBack(scenario: Scenario): Map<string, number> {
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= runs; seed++) {
    for (const rule of watch(scenario, rules, { seed }).failedAt.keys()) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  return counts;
}

const errorRate = (rate: number) => () => rate;
const alikeScenarios: [string, Scenario][] = [
  ['errors 0.1 %, share 50 %', { ...alike, errorRate: errorRate(0.001), share: () => 0.5 }],
  ['errors 1 %, share 1 %', { ...alike, share: () => 0.01 }],
  ['errors 10 %, share 10 %, late labels', { ...alike, errorRate: errorRate(0.1), spoilt: 0, labelDelay: 500 }],
  [
    'shares grow while errors and load come and go',
    { ...alike, share: (at) => 0.02 + 0.6 * at, errorRate: (_, at) => (at > 0.4 && at < 0.6 ? 0.3 : 0.01) },
  ],
  ['in shadow, with labels', { ...alike, requests: 1000, shadow: true, spoilt: 0 }],
];

describe('watched at every request', () => {
  test.each(alikeScenarios)('alike arms are seldom taken back: %s', (_, scenario) => {
    const most = mostByChance(runs, alpha);
    for (const [rule, count] of takenBack(scenario)) expect([rule, count <= most]).toEqual([rule, true]);
  });

  test('a z-test watched as often takes alike arms back in a quarter of all rollouts', () => {
    let alarms = 0;
    for (let seed = 1; seed <= runs; seed++)
      if (watch({ ...alike, errorRate: errorRate(0.1) }, rules, { seed }).naive) alarms++;
    expect(alarms / runs).toBeGreaterThan(0.15);
  });

  test.each<[string, string, Scenario]>([
    ['errors', 'five times the errors', { ...alike, requests: 4000, errorRate: (mine) => (mine ? 0.05 : 0.01) }],
    ['latency-margin', '+30 % latency', { ...alike, requests: 12_000, latencyMs: heavyTailed(1.3) }],
    ['accuracy', 'five points of accuracy', { ...alike, requests: 3500, shadow: true, spoilt: 0.1 }],
  ])('%s sees %s', (rule, _, scenario) => {
    let found = 0;
    for (let seed = 1; seed <= 10; seed++) if (watch(scenario, rules, { seed }).failedAt.has(rule)) found++;
    expect(found).toBeGreaterThanOrEqual(8);
  });
});

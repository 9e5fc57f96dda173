import { rejects } from '../../src/domains/serving/rollout/e-process.ts';
import type { JudgedRequest } from '../../src/domains/serving/rollout/judge-case.ts';
import { foldLabelled, foldRequest } from '../../src/domains/serving/rollout/judge-fold.ts';
import type { RolloutRules } from '../../src/domains/serving/rollout/judge-rules.ts';
import { type JudgeState, newJudgeState } from '../../src/domains/serving/rollout/judge-state.ts';
import type { LabelledAnswer } from '../../src/domains/serving/rollout/quality-fold.ts';
import { createRandom, normal, type Random } from '../../src/kernel/random.ts';

/** One kind of made-up rollout. `at` runs from 0 to 1 over it. */
export interface Scenario {
  requests: number;
  /** Whether the candidate answers unseen beside every reply. */
  shadow?: boolean;
  /** Share of the candidate's traffic. */
  share(at: number): number;
  errorRate(candidate: boolean, at: number): number;
  latencyMs(random: Random, candidate: boolean, at: number): number;
  /** Share of the candidate's predictions that are turned round; undefined: no labels. */
  spoilt?: number;
  /** Most requests between an answer and its label. */
  labelDelay?: number;
}

/** What became of a made-up rollout watched at every request. */
export interface Watched {
  /** The candidate's requests at which each rule failed first. */
  failedAt: Map<string, number>;
  /** The same for all requests, both arms together. */
  failedAtAll: Map<string, number>;
  state: JudgeState;
  /** Whether a two-proportion z-test on errors was ever below 0.05. */
  naive: boolean;
}

/** Rules that a rollout may fail by, with the evidence of each. */
function failures(state: JudgeState, rules: RolloutRules): string[] {
  const { alpha, minSamples } = rules;
  const failed: string[] = [];
  const test = (rule: string, evidence: JudgeState['errors'] | JudgeState['errorRate'], enough = true) => {
    if (enough && rejects(evidence, alpha)) failed.push(rule);
  };
  const { quality } = state;
  test('errors', state.errors);
  test('invalid', state.invalid);
  test('error-rate', state.errorRate);
  test('latency', state.slow.evidence as JudgeState['errorRate']);
  test('latency-margin', state.latency.evidence);
  const enough = quality.matches >= minSamples;
  if (enough && rejects(quality.worse, alpha)) failed.push('quality');
  if (enough && rejects(quality.wrong, alpha)) failed.push('accuracy');
  if (quality.ranking.n * 2 >= minSamples && rejects(quality.ranking, alpha)) failed.push('ranking');
  if (state.slo.broken) failed.push('slo');
  return failed;
}

/**
 * Runs a rollout request by request, asking after each whether a rule has failed; ends early when the rule `until` has.
 */
export function watch(
  scenario: Scenario,
  rules: RolloutRules,
  { seed, until }: { seed: number; until?: string },
): Watched {
  const random = createRandom(seed * 7919 + 17);
  const state = newJudgeState(rules);
  const watched: Watched = { failedAt: new Map(), failedAtAll: new Map(), state, naive: false };
  const due = new Map<number, LabelledAnswer[]>();
  for (let i = 0; i < scenario.requests; i++) {
    const at = i / scenario.requests;
    const share = scenario.shadow ? 0 : scenario.share(at);
    const isMine = random() < share;
    const live = requestOf(scenario, {
      random,
      i,
      at,
      candidate: isMine,
      propensity: scenario.shadow ? 1 : isMine ? share : 1 - share,
    });
    foldRequest(state, live, rules);
    const shadow = scenario.shadow
      ? { ...requestOf(scenario, { random, i, at, candidate: true, propensity: 1 }), shadow: true }
      : undefined;
    if (scenario.spoilt !== undefined) {
      const answer = labelOf(scenario, { random, live, shadow });
      const arrives = i + Math.floor(random() * (scenario.labelDelay ?? 1));
      due.set(arrives, [...(due.get(arrives) ?? []), answer]);
    }
    if (shadow) foldRequest(state, shadow, rules);
    for (const answer of due.get(i) ?? []) foldLabelled(state, answer, rules);
    due.delete(i);
    note(watched, rules, i + 1);
    if (until !== undefined && watched.failedAt.has(until)) break;
  }
  return watched;
}

interface Made {
  random: Random;
  i: number;
  at: number;
  candidate: boolean;
  propensity: number;
}

function requestOf(scenario: Scenario, { random, i, at, candidate, propensity }: Made): JudgedRequest {
  return {
    id: `s${i}`,
    candidate,
    shadow: false,
    loggedAt: i,
    propensity,
    latencyMs: scenario.latencyMs(random, candidate, at),
    code: random() < scenario.errorRate(candidate, at) ? 500 : 200,
    nonFinite: false,
    rows: 1,
    scores: [random()],
    classes: [-1],
  };
}

/** A binary problem whose champion knows the true chance; the candidate turns some of its answers round. */
function labelOf(
  { spoilt = 0 }: Scenario,
  { random, live, shadow }: { random: Random; live: JudgedRequest; shadow: JudgedRequest | undefined },
): LabelledAnswer {
  const truth = 0.05 + 0.9 * random() ** 1.5;
  const label = random() < truth ? 1 : 0;
  const answer = (request: JudgedRequest) => {
    const score = request.candidate && random() < spoilt ? 1 - truth : truth;
    return { ...request, code: 200, score, probabilities: [1 - score, score], label };
  };
  return { live: answer(live), ...(shadow && { shadow: answer(shadow) }) };
}

function note(watched: Watched, rules: RolloutRules, seen: number): void {
  const { state, failedAt, failedAtAll } = watched;
  const { candidate, champion } = state;
  for (const rule of failures(state, rules)) {
    if (failedAt.has(rule)) continue;
    failedAt.set(rule, candidate.requests);
    failedAtAll.set(rule, seen);
  }
  const [n, m] = [candidate.requests, champion.requests];
  if (watched.naive || n < rules.minSamples || m < rules.minSamples) return;
  const pooled = (candidate.errors + champion.errors) / (n + m);
  const z = (candidate.errors / n - champion.errors / m) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  if (Math.abs(z) > 1.96) watched.naive = true;
}

/** Log-normal latencies with a median of 20 ms and a spread; some in a hundred are many times as slow. */
export function heavyTailed(factor = 1, spread = 0.6): Scenario['latencyMs'] {
  return (random, candidate, at) => {
    const load = 1 + 0.5 * Math.sin(at * 12);
    const stall = random() < 0.01 ? 5 + 20 * random() ** -0.7 : 1;
    return 20 * load * stall * Math.exp(spread * normal(random)) * (candidate ? factor : 1);
  };
}

/** A scenario of alike arms to change. */
export const alike: Scenario = {
  requests: 2000,
  share: () => 0.1,
  errorRate: () => 0.01,
  latencyMs: heavyTailed(),
};

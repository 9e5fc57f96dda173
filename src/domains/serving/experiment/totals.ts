import type { WeightedSums } from './maths/off-policy.ts';
import { addHistogram, type Histogram } from './maths/quantile-sequence.ts';

/** What one arm has shown, as sums over requests; a request's value is the mean of its measured rows. */
export interface ArmTotals extends WeightedSums {
  /** Requests that were dealt by chance. */
  requests: number;
  rows: number;
  /** Requests that asked for the arm. */
  asked: number;
  /** Requests that failed at the model or the server. */
  errors: number;
  /** Requests that broke the signature, and those answered with numbers that are not finite. */
  invalid: number;
  /** Requests with a value, the sum of the values, and of their squares. */
  n: number;
  sum: number;
  squares: number;
  latency: Histogram;
}

/** What rows that champion and challenger both answered have shown. */
export interface PairTotals {
  pairs: number;
  unpaired: number;
  agreed: number;
  /** Pairs with a difference of scores, and the sum of its size. */
  scored: number;
  delta: number;
  /** Pairs with a value each, and the sums of challenger less champion. */
  n: number;
  sum: number;
  squares: number;
}

/** All that an experiment's analysis follows from: small, and summable over parts of the log. */
export interface Totals {
  arms: Record<string, ArmTotals>;
  pairs: Record<string, PairTotals>;
}

/** Nothing seen yet. */
export function noTotals(arms: readonly string[]): Totals {
  return {
    arms: Object.fromEntries(arms.map((name) => [name, noArm()])),
    pairs: Object.fromEntries(arms.slice(1).map((name) => [name, noPairs()])),
  };
}

function noArm(): ArmTotals {
  const counts = { requests: 0, rows: 0, asked: 0, errors: 0, invalid: 0, n: 0, sum: 0, squares: 0 };
  return { ...counts, w: 0, ww: 0, wr: 0, wwr: 0, wwrr: 0, latency: {} };
}

function noPairs(): PairTotals {
  return { pairs: 0, unpaired: 0, agreed: 0, scored: 0, delta: 0, n: 0, sum: 0, squares: 0 };
}

/** Adds the totals of one part to those of others. */
export function addTotals(to: Totals, from: Totals): void {
  for (const [name, arm] of Object.entries(from.arms)) {
    const sums = to.arms[name];
    if (!sums) continue;
    addNumbers(sums, arm);
    addHistogram(sums.latency, arm.latency);
  }
  for (const [name, pairs] of Object.entries(from.pairs)) {
    const sums = to.pairs[name];
    if (sums) addNumbers(sums, pairs);
  }
}

function addNumbers<T extends object>(to: T, from: T): void {
  const sums = to as Record<string, unknown>;
  for (const [name, value] of Object.entries(from)) {
    if (typeof value === 'number') sums[name] = (sums[name] as number) + value;
  }
}

/** Adds a request's value, dealt with this propensity, to its arm. */
export function addValue(arm: ArmTotals, value: number, propensity: number): void {
  const w = 1 / propensity;
  arm.n++;
  arm.sum += value;
  arm.squares += value * value;
  arm.w += w;
  arm.ww += w * w;
  arm.wr += w * value;
  arm.wwr += w * w * value;
  arm.wwrr += (w * value) ** 2;
}

import type { EndpointExperimentSpec } from './experiment-schema.ts';
import {
  differenceOf,
  type Estimate,
  logMixture,
  meanOf,
  mixingFor,
  observationsFor,
  radiusOf,
} from './maths/mean-sequence.ts';
import type { Comparison, ExperimentReport } from './report-schema.ts';
import type { Totals } from './totals.ts';

/** Which way is better: what was said, else down for losses. */
export function directionOf({ direction, metric }: Pick<EndpointExperimentSpec, 'direction' | 'metric'>) {
  return direction ?? (metric.kind === 'loss' ? 'down' : 'up');
}

/** What each comparison may spend of the error, and where its sequence is narrowest. */
export function levelOf(spec: EndpointExperimentSpec): { alpha: number; mixing: number } {
  const alpha = spec.alpha / (spec.arms.length - 1);
  return { alpha, mixing: mixingFor(10 * spec.minSamples, alpha) };
}

/** An arm beside the control, with the evidence of this look. */
export interface Compared {
  comparison: Comparison;
  /** ln of the e-value against "no difference", the greatest so far. */
  evidence: number;
  /** The difference with its variance, for estimates. */
  estimate: Estimate;
}

interface Comparing {
  spec: EndpointExperimentSpec;
  totals: Totals;
  /** The greatest evidence of earlier looks, by arm. */
  evidence: Readonly<Record<string, number>>;
}

/** Compares every arm with the control, each with its part of alpha (Bonferroni). */
export function compareArms(comparing: Comparing): Compared[] {
  const { spec, totals } = comparing;
  const [control, ...others] = spec.arms.map((arm) => arm.name);
  return others.map((arm) => {
    const own = meanOf(totals.arms[arm]!);
    const base = meanOf(totals.arms[control!]!);
    const estimate = spec.kind === 'shadow' ? meanOf(totals.pairs[arm]!) : differenceOf(own, base);
    const enough = Math.min(...(spec.kind === 'shadow' ? [estimate.n] : [own.n, base.n])) >= spec.minSamples;
    const { low, high, log } =
      spec.kind === 'bandit' ? apart(own, base, levelOf(spec)) : around(estimate, levelOf(spec));
    const evidence = Math.max(comparing.evidence[arm] ?? 0, enough ? log : 0);
    const comparison: Comparison = {
      arm,
      control: control!,
      difference: shown(estimate.value),
      low: shown(low),
      high: shown(high),
      relative: shown(estimate.value / Math.abs(base.value)),
      level: 1 - levelOf(spec).alpha,
      pValue: Math.min(1, Math.exp(-evidence)),
      verdict: enough ? verdictOf(spec, { low, high }) : 'undecided',
    };
    return { comparison, evidence, estimate };
  });
}

interface Sequence {
  low: number;
  high: number;
  log: number;
}

/** Requests dealt by fixed chances are exchangeable: one sequence for the difference. */
function around(estimate: Estimate, { alpha, mixing }: ReturnType<typeof levelOf>): Sequence {
  const radius = radiusOf(estimate, mixing, alpha);
  return { low: estimate.value - radius, high: estimate.value + radius, log: logMixture(estimate, mixing) };
}

/**
 * Where shares follow the rewards only each arm's own sum is a martingale: one sequence an arm, at half the error each, and
 * the difference lies between their ends. The evidence is the least error at which they part, found by halving.
 */
function apart(own: Estimate, base: Estimate, { alpha, mixing }: ReturnType<typeof levelOf>): Sequence {
  const gap = Math.abs(own.value - base.value);
  const reach = (spent: number) => radiusOf(own, mixing, spent / 2) + radiusOf(base, mixing, spent / 2);
  const radius = reach(alpha);
  let [log, top] = [0, 1000];
  if (!(reach(1) < gap)) top = 0;
  for (let i = 0; i < 50 && top > 0; i++) {
    const middle = (log + top) / 2;
    if (reach(Math.exp(-middle)) < gap) log = middle;
    else top = middle;
  }
  const value = own.value - base.value;
  return { low: value - radius, high: value + radius, log };
}

function verdictOf(spec: EndpointExperimentSpec, { low, high }: { low: number; high: number }): Comparison['verdict'] {
  const { minimumEffect } = spec;
  if (minimumEffect > 0 && low > -minimumEffect && high < minimumEffect) return 'alike';
  const isUp = directionOf(spec) === 'up';
  if (low > 0) return isUp ? 'better' : 'worse';
  if (high < 0) return isUp ? 'worse' : 'better';
  return 'undecided';
}

/** How many more requests it takes to find the effect, by the arm with the greatest difference; null while nothing is known. */
export function estimateTime(
  spec: EndpointExperimentSpec,
  compared: readonly Compared[],
  ranMs: number,
): ExperimentReport['estimate'] {
  const known = compared.filter(({ estimate }) => estimate.n >= 20 && Number.isFinite(estimate.variance));
  const [first] = known.toSorted((a, b) => Math.abs(b.estimate.value) - Math.abs(a.estimate.value));
  if (!first || ranMs <= 0) return null;
  const { estimate } = first;
  const effect = spec.minimumEffect > 0 ? spec.minimumEffect : Math.abs(estimate.value);
  const needed = observationsFor(effect, estimate.n * estimate.variance, levelOf(spec));
  const perHour = (estimate.n / ranMs) * 3_600_000;
  const left = Math.max(0, needed - estimate.n) / perHour;
  return { effect, requestsNeeded: shown(needed), requestsPerHour: shown(perHour), hoursLeft: shown(left) };
}

/** A number as a report shows it: null where there is none. */
export function shown(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

import { isoTime } from '../../../kernel/clock.ts';
import { murmur32 } from '../predict/split.ts';
import { type Compared, compareArms, directionOf, estimateTime, levelOf, shown } from './compare-arms.ts';
import type { EndpointExperimentSpec } from './experiment-schema.ts';
import { guardArms, guardKey } from './guard-arms.ts';
import { chiSquare, logMismatch } from './maths/count-tests.ts';
import { meanOf, radiusOf } from './maths/mean-sequence.ts';
import { offPolicyOf } from './maths/off-policy.ts';
import { quantileOfHistogram } from './maths/quantile-sequence.ts';
import { betaPosterior, normalPosterior, probabilitiesBest } from './maths/thompson.ts';
import { keepLook, type Progress } from './progress.ts';
import type { ArmReport, ExperimentReport, Look } from './report-schema.ts';
import type { Totals } from './totals.ts';

/** What an analysis is made of; the same gives the same report anywhere. */
export interface Analysed {
  id: string;
  endpoint: string;
  state: ExperimentReport['state'];
  spec: EndpointExperimentSpec;
  /** Names, versions and shares (percent) as dealt now, in the order of the spec. */
  arms: readonly { name: string; version: number; share: number }[];
  /** Whether the endpoint keeps callers on their arm. */
  isSticky: boolean;
  startedAt: number;
  now: number;
  totals: Totals;
  progress: Progress;
}

/** Error of the test of dealt shares; small, because a mismatch makes the whole experiment void. */
const mismatchAlpha = 0.001;

/** Looks at an experiment: its report as of now, and what is remembered for the next look. */
export function analyse(given: Analysed): { report: ExperimentReport; progress: Progress } {
  const { id, endpoint, spec, state, totals, progress, now } = given;
  const compared = compareArms({ spec, totals, evidence: progress.evidence });
  const comparisons = compared.map((one) => one.comparison);
  const guards = guardArms(spec, totals, progress.tripped);
  const ratio = sampleRatio(given);
  const arms = reportArms(given);
  const look: Look = {
    at: isoTime(now),
    arms: arms.map(({ name, measured, mean, share }) => ({ name, measured, mean, share })),
    comparisons: comparisons.map(({ arm, difference, low, high, pValue }) => ({ arm, difference, low, high, pValue })),
  };
  const tripped = guards.filter((guard) => guard.verdict === 'tripped');
  const next = keepLook(
    {
      ...progress,
      evidence: Object.fromEntries(compared.map(({ comparison, evidence }) => [comparison.arm, evidence])),
      mismatch: ratio?.log ?? 0,
      tripped: Object.fromEntries(tripped.map((guard) => [guardKey(guard), guard.message])),
    },
    look,
  );
  const report: ExperimentReport = {
    ...{ experimentId: id, endpoint, kind: spec.kind, state, at: look.at, looks: next.looks },
    ...{ metric: spec.metric, direction: directionOf(spec), alpha: spec.alpha, minimumEffect: spec.minimumEffect },
    ...{ arms, comparisons, guards, sampleRatio: ratio?.report ?? null },
    estimate: estimateTime(spec, compared, now - given.startedAt),
    paired: spec.kind === 'shadow' ? pairedOf(given) : [],
    notes: notesOf(given, compared, ratio?.report.mismatch ?? false),
    series: next.series,
  };
  return { report, progress: next };
}

function sampleRatio({ spec, arms, isSticky, totals, progress }: Analysed) {
  // Where callers are dealt, and not their requests, the counts of requests follow no law that could be tested.
  if (spec.kind !== 'ab' || isSticky) return undefined;
  const observed = spec.arms.map((arm) => totals.arms[arm.name]!.requests);
  const expected = arms.map((arm) => arm.share / 100);
  const log = Math.max(progress.mismatch, logMismatch(observed, expected));
  const { value, p } = chiSquare(observed, expected);
  const pValue = Math.min(1, Math.exp(-log));
  const mismatch = pValue <= mismatchAlpha;
  return { log, report: { expected, observed, chiSquare: shown(value), chiSquareP: shown(p), pValue, mismatch } };
}

function reportArms(given: Analysed): ArmReport[] {
  const { spec, totals } = given;
  const { alpha, mixing } = levelOf(spec);
  const measured = spec.arms.reduce((sum, arm) => sum + totals.arms[arm.name]!.n, 0);
  const best = spec.kind === 'bandit' ? bestOf(given) : undefined;
  return given.arms.map(({ name, version, share }, at) => {
    const sums = totals.arms[name]!;
    const mean = meanOf(sums);
    const radius = radiusOf(mean, mixing, alpha);
    const { ips, snips, effectiveRequests } = offPolicyOf(sums, measured);
    const quantile = (p: number) => shown(quantileOfHistogram(sums.latency, p));
    return {
      ...{ name, version, share, requests: sums.requests, rows: sums.rows, asked: sums.asked, measured: sums.n },
      ...{ mean: shown(mean.value), low: shown(mean.value - radius), high: shown(mean.value + radius) },
      errorRate: shown(sums.errors / sums.requests),
      invalidRate: shown(sums.invalid / sums.requests),
      ...{ p50Ms: quantile(0.5), p95Ms: quantile(0.95), p99Ms: quantile(0.99) },
      probabilityBest: best?.[at] ?? null,
      offPolicy: {
        ...{ ips: shown(ips.value), ipsLow: shown(ips.low), ipsHigh: shown(ips.high) },
        ...{ snips: shown(snips.value), snipsLow: shown(snips.low), snipsHigh: shown(snips.high) },
        effectiveRequests,
      },
    };
  });
}

/** The posterior probability of each arm to be best, drawn with a seed that follows from what was seen. */
export function bestOf({ id, spec, totals }: Pick<Analysed, 'id' | 'spec' | 'totals'>, draws = 4000): number[] {
  const sums = spec.arms.map((arm) => totals.arms[arm.name]!);
  const n = sums.reduce((total, one) => total + one.n, 0);
  const pooled = meanOf({
    n,
    sum: sums.reduce((total, one) => total + one.sum, 0),
    squares: sums.reduce((total, one) => total + one.squares, 0),
  });
  const prior = n < 2 ? { mean: 0, variance: 1 } : { mean: pooled.value, variance: pooled.variance * (n - 1) };
  const posteriors = sums.map((one) =>
    spec.bandit?.reward === 'real' ? normalPosterior(one, prior) : betaPosterior(one),
  );
  const seed = murmur32(`${id} ${sums.map((one) => `${one.n}/${one.sum}`).join(' ')}`, 0);
  return probabilitiesBest(posteriors, { seed, draws, down: directionOf(spec) === 'down' });
}

function pairedOf({ spec, totals }: Analysed): ExperimentReport['paired'] {
  return spec.arms.slice(1).map(({ name }) => {
    const { pairs, unpaired, agreed, scored, delta, n } = totals.pairs[name]!;
    const agreement = shown(agreed / pairs);
    return { arm: name, pairs, unpaired, agreement, meanDelta: shown(delta / scored), labelled: n };
  });
}

function notesOf(given: Analysed, compared: readonly Compared[], mismatch: boolean): string[] {
  const { spec, isSticky } = given;
  const notes: string[] = [];
  if (spec.arms.length > 2) notes.push(`Each of the ${compared.length} comparisons spends its part of alpha.`);
  if (mismatch) {
    const cure = 'Look for what loses or repeats requests of one arm; until then nothing is decided.';
    notes.push(`The arms did not get the shares they should: the comparison may be biased. ${cure}`);
  }
  if (isSticky) {
    notes.push(
      'Callers keep their arm: requests of one caller are alike, so that few heavy callers make intervals too narrow; shares of requests are not tested.',
    );
  }
  if (spec.kind === 'bandit') {
    notes.push('Shares follow the rewards: off-policy intervals are for one look; differences hold at every look.');
  }
  return notes;
}

import { isoTime } from '../../../kernel/clock.ts';
import { compareIntervals } from './comparison.ts';
import { type Evidence, rejects } from './e-process.ts';
import type { RolloutRules } from './judge-rules.ts';
import type { ArmState, JudgeState } from './judge-state.ts';
import type { Finding, Judgement } from './judgement-schema.ts';
import { sketchQuantile } from './latency-sketch.ts';
import { judgeQuality } from './quality-verdict.ts';
import { exceedsShift, scoreDistances } from './score-bins.ts';
import { sloKinds } from './slo-windows.ts';

/** When and at which step a verdict is asked for. */
export interface VerdictAt {
  now: number;
  step: number;
  look?: number;
}

/** What the state says by the rules: a pure function, so that it says the same whenever it is asked again. */
export function verdictOf(state: JudgeState, rules: RolloutRules, at: VerdictAt): Judgement {
  const comparison = compareIntervals(state.intervals, rules.comparison);
  const findings = [
    judgeSlo(state, rules),
    judgeEvents(state, rules, 'errors'),
    judgeRate(state, rules, 'error-rate'),
    judgeEvents(state, rules, 'invalid'),
    judgeRate(state, rules, 'invalid-rate'),
    judgeSlow(state, rules),
    ...judgeMargin(state, rules),
    ...judgeLatencyLimit(state, rules),
    judgeShift(state, rules),
    ...judgeDisagreement(state, rules),
    ...judgeQuality(state.quality, rules),
    ...(rules.comparison.asRule ? [ofComparison(comparison)] : []),
  ];
  return {
    at: isoTime(at.now),
    step: at.step,
    ...(at.look !== undefined && { look: at.look }),
    verdict: conclude(findings, rules),
    candidateRows: state.candidate.rows,
    championRows: state.champion.rows,
    candidateRequests: state.candidate.requests,
    championRequests: state.champion.requests,
    candidateLabels: state.quality.candidateLabels,
    findings,
    comparison,
  };
}

/**
 * One verdict of many findings: `fail` when a critical one fails, `inconclusive` while one that is demanded is undecided or an
 * advisory one fails, else `pass`. What a dry run finds does nothing.
 */
export function conclude(findings: readonly Finding[], rules: RolloutRules): Judgement['verdict'] {
  const counted = findings.filter((finding) => finding.effect !== 'dry-run');
  if (counted.some(({ verdict, effect }) => verdict === 'fail' && effect !== 'advisory')) return 'fail';
  const isOpen = (finding: Finding) =>
    finding.verdict === 'fail' || (finding.verdict === 'inconclusive' && isDemanded(finding, rules));
  return counted.some(isOpen) ? 'inconclusive' : 'pass';
}

const alwaysDemanded = new Set(['errors', 'invalid', 'error-rate', 'invalid-rate', 'comparison']);

function isDemanded({ rule, effect }: Finding, rules: RolloutRules): boolean {
  if (rule === 'quality') return rules.requireQuality;
  return alwaysDemanded.has(rule) || (rule.startsWith('metric:') && effect === 'critical');
}

function judgeSlo({ slo }: JudgeState, rules: RolloutRules): Finding {
  const { broken, windows, inARow } = slo;
  const names = { errors: 'failures', refused: 'refusals', nonFinite: 'non-finite outputs', slow: 'slow answers' };
  const numbers = {
    windows,
    badInARow: Math.max(...sloKinds.map((kind) => inARow[kind])),
    demanded: rules.slo.windows,
    share: broken?.share ?? null,
  };
  if (broken) {
    const share = `${(broken.share * 100).toFixed(1)} %`;
    const message = `${rules.slo.windows} windows in a row had too many ${names[broken.kind]}, ${share} in the last.`;
    return { rule: 'slo', verdict: 'fail', message, numbers };
  }
  const message = `No hard limit broken in ${windows} windows.`;
  return { rule: 'slo', verdict: windows === 0 ? 'inconclusive' : 'pass', message, numbers };
}

function judgeEvents(state: JudgeState, rules: RolloutRules, rule: 'errors' | 'invalid'): Finding {
  const { candidate, champion } = state;
  const what = rule === 'errors' ? 'failures' : 'refusals and non-finite outputs';
  const count = (arm: ArmState) => arm[rule];
  return find({ state, rules }, state[rule], {
    rule,
    message: `${count(candidate)} ${what} in ${candidate.requests} requests, against ${count(champion)} in ${champion.requests}.`,
    numbers: { candidateEvents: count(candidate), championEvents: count(champion) },
  });
}

function judgeRate(state: JudgeState, rules: RolloutRules, rule: 'error-rate' | 'invalid-rate'): Finding {
  const limit = rule === 'error-rate' ? rules.maxErrorRate : rules.maxInvalidRate;
  const evidence = rule === 'error-rate' ? state.errorRate : state.invalidRate;
  const { hits, n } = evidence;
  const rate = n === 0 ? null : hits / n;
  if (limit <= 0 || limit >= 1) {
    const few = state.candidate.rows < rules.minSamples;
    const verdict = limit <= 0 && hits > 0 ? 'fail' : few ? 'inconclusive' : 'pass';
    return { rule, verdict, message: `A share of ${rate ?? 0}; the limit is ${limit}.`, numbers: { rate, limit } };
  }
  return find({ state, rules }, evidence, {
    rule,
    message: `${hits} of ${n} requests; the limit is ${(limit * 100).toFixed(1)} %.`,
    numbers: { rate, limit },
  });
}

function judgeSlow(state: JudgeState, rules: RolloutRules): Finding {
  const { evidence, limitMs } = state.slow;
  const { hits, n } = evidence;
  return find({ state, rules }, evidence, {
    rule: 'latency',
    message: `${hits} of ${n} requests slower than ${rules.latencyRatio} times the champion's 95th percentile.`,
    numbers: {
      limitMs,
      candidateP95Ms: orNull(sketchQuantile(state.candidate.latencies, 0.95)),
      championP95Ms: orNull(sketchQuantile(state.champion.latencies, 0.95)),
      slowShare: n === 0 ? null : hits / n,
    },
    undecided: n < rules.minSamples,
  });
}

function judgeMargin(state: JudgeState, rules: RolloutRules): Finding[] {
  const { latencyMargin, latencySlackMs } = rules;
  if (latencyMargin === null) return [];
  const [mine, theirs] = [state.candidate.latencies, state.champion.latencies];
  const median = (arm: typeof mine) => sketchQuantile(arm, 0.5);
  const { evidence } = state.latency;
  const tolerated = `${(latencyMargin * 100).toFixed(0)} % and ${latencySlackMs} ms`;
  const message =
    evidence.n === 0
      ? 'No live answers of both arms to compare yet.'
      : `Half of the answers within ${median(mine).toFixed(2)} ms, the champion's within ${median(theirs).toFixed(2)} ms; ` +
        `${tolerated} more are allowed.`;
  return [
    find({ state, rules }, evidence, {
      rule: 'latency-margin',
      message,
      numbers: {
        candidateP50Ms: orNull(median(mine)),
        championP50Ms: orNull(median(theirs)),
        margin: latencyMargin,
        slackMs: latencySlackMs,
      },
      undecided: evidence.n < rules.minSamples,
    }),
  ];
}

function judgeLatencyLimit(state: JudgeState, rules: RolloutRules): Finding[] {
  const { maxLatencyMs } = rules;
  if (maxLatencyMs === null) return [];
  const p99 = sketchQuantile(state.candidate.latencies, 0.99);
  return [
    find({ state, rules }, state.latencyLimit, {
      rule: 'latency-limit',
      message: `The 99th percentile is ${p99.toFixed(1)} ms; the limit is ${maxLatencyMs} ms.`,
      numbers: { p99Ms: orNull(p99), limitMs: maxLatencyMs },
    }),
  ];
}

function judgeShift({ shift }: JudgeState, rules: RolloutRules): Finding {
  const { candidateRequests: mine, championRequests: theirs } = shift;
  const found = scoreDistances(shift);
  const few = !found || Math.min(mine, theirs) < rules.minSamples;
  const limit = rules.maxShift;
  const fails = limit !== null && exceedsShift(shift, limit, rules.alpha);
  const message = few
    ? `Too few scores to compare: of ${mine} and ${theirs} requests.`
    : `PSI of the scores is ${found.psi.toFixed(3)}${limit === null ? ' (not limited)' : `; the limit is ${limit}`}.`;
  const numbers = {
    psi: found?.psi ?? null,
    jensenShannon: found?.jensenShannon ?? null,
    ks: found?.ks ?? null,
    noise: shift.last?.bias ?? null,
    limit,
  };
  return { rule: 'shift', verdict: few ? 'inconclusive' : fails ? 'fail' : 'pass', message, numbers };
}

function judgeDisagreement(state: JudgeState, rules: RolloutRules): Finding[] {
  const { requests, disagreement, difference, absolute, scored } = state.pairs;
  if (requests === 0) return [];
  const share = disagreement.n === 0 ? null : disagreement.hits / disagreement.n;
  const numbers = {
    pairs: requests,
    disagreement: share,
    meanDifference: scored === 0 ? null : difference / scored,
    meanAbsoluteDifference: scored === 0 ? null : absolute / scored,
    limit: rules.maxDisagreement,
  };
  const message =
    share === null
      ? `${requests} shadowed requests beside their replies.`
      : `Another class in ${(share * 100).toFixed(1)} % of ${disagreement.n} shadowed requests.`;
  const limited = rules.maxDisagreement !== null && rules.maxDisagreement > 0 && rules.maxDisagreement < 1;
  if (!limited) return [{ rule: 'disagreement', verdict: 'pass', message, numbers }];
  const undecided = disagreement.n < rules.minSamples;
  return [find({ state, rules }, disagreement, { rule: 'disagreement', message, numbers, undecided })];
}

function ofComparison({ verdict, score, reason }: NonNullable<Judgement['comparison']>): Finding {
  return { rule: 'comparison', verdict, message: reason, numbers: { score } };
}

interface Told {
  rule: string;
  message: string;
  numbers: Record<string, number | null>;
  undecided?: boolean;
}

/** A finding of a one-sided test for harm: fails when its null is rejected, passes when enough rows showed none. */
function find({ state, rules }: { state: JudgeState; rules: RolloutRules }, evidence: Evidence, told: Told): Finding {
  const { rule, message } = told;
  const few = told.undecided ?? state.candidate.rows < rules.minSamples;
  const verdict = rejects(evidence, rules.alpha) ? 'fail' : few ? 'inconclusive' : 'pass';
  const { n, logE, maxLogE } = evidence;
  return { rule, verdict, message, numbers: { ...told.numbers, n, logE, maxLogE, alpha: rules.alpha } };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

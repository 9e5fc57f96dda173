import { isoTime } from '../../../kernel/clock.ts';
import { type BadEvent, compareBadEvents, type Evidence, exceedsRate, rejects } from './e-process.ts';
import { type Arms, type Case, type JudgedRow, tellApart } from './judge-case.ts';
import { judgeQuality } from './judge-quality.ts';
import type { Finding, Judgement, RolloutRules } from './rollout-schema.ts';
import { populationShift, quantileOf } from './shift.ts';

/** Judges a candidate against its champion by all rules; `fail` when one fails, `pass` when none is left undecided. */
export function judge(input: Case): Judgement {
  const arms = tellApart(input);
  const findings = [
    judgeEvents(arms, 'errors'),
    judgeRate(arms, 'error-rate'),
    judgeEvents(arms, 'invalid'),
    judgeRate(arms, 'invalid-rate'),
    judgeLatency(arms),
    ...judgeLatencyLimit(arms),
    judgeShift(arms),
    ...judgeQuality(arms),
  ];
  const failed = findings.some((finding) => finding.verdict === 'fail');
  const open = findings.some((finding) => finding.verdict === 'inconclusive' && isDemanded(finding, input.rules));
  return {
    at: isoTime(input.now),
    step: input.step,
    verdict: failed ? 'fail' : open ? 'inconclusive' : 'pass',
    candidateRows: arms.candidate.length,
    championRows: arms.champion.length,
    candidateLabels: arms.candidate.filter((row) => !Number.isNaN(row.labelledAt)).length,
    findings,
  };
}

function isDemanded({ rule }: Finding, rules: RolloutRules): boolean {
  if (rule === 'quality') return rules.requireQuality;
  return rule === 'errors' || rule === 'invalid' || rule === 'error-rate' || rule === 'invalid-rate';
}

type Badness = (row: JudgedRow) => boolean;
const isError: Badness = (row) => row.code >= 500;
const isInvalid: Badness = (row) => (row.code >= 400 && row.code < 500) || (row.code < 400 && row.nonFinite);

/** Bad requests of both arms as bets: live ones by the share the candidate had, shadow pairs that disagree as even chances. */
function* badEvents(arms: Arms, bad: Badness): Generator<BadEvent> {
  for (const row of arms.requests) {
    if (row.shadow) {
      const twin = arms.pairs.get(row);
      if (twin && bad(row) !== bad(twin)) yield { candidate: bad(row), share: 0.5 };
    } else if (bad(row)) {
      yield { candidate: row.candidate, share: row.candidate ? row.propensity : 1 - row.propensity };
    }
  }
}

function judgeEvents(arms: Arms, rule: 'errors' | 'invalid'): Finding {
  const bad = rule === 'errors' ? isError : isInvalid;
  const evidence = compareBadEvents(badEvents(arms, bad));
  const [candidate, champion] = [requestsOf(arms, true), requestsOf(arms, false)];
  const mine = candidate.filter(bad).length;
  const theirs = champion.filter(bad).length;
  const what = rule === 'errors' ? 'failures' : 'refusals and non-finite outputs';
  return find(arms, evidence, {
    rule,
    message: `${mine} ${what} in ${candidate.length} requests, against ${theirs} in ${champion.length}.`,
    numbers: { candidateEvents: mine, championEvents: theirs },
  });
}

function judgeRate(arms: Arms, rule: 'error-rate' | 'invalid-rate'): Finding {
  const bad = rule === 'error-rate' ? isError : isInvalid;
  const limit = rule === 'error-rate' ? arms.rules.maxErrorRate : arms.rules.maxInvalidRate;
  const outcomes = requestsOf(arms, true).map(bad);
  const hits = outcomes.filter(Boolean).length;
  const rate = outcomes.length === 0 ? null : hits / outcomes.length;
  if (limit <= 0 || limit >= 1) {
    const verdict =
      limit <= 0 && hits > 0 ? 'fail' : arms.candidate.length < arms.rules.minSamples ? 'inconclusive' : 'pass';
    return { rule, verdict, message: `A share of ${rate ?? 0}; the limit is ${limit}.`, numbers: { rate, limit } };
  }
  return find(arms, exceedsRate(outcomes, limit), {
    rule,
    message: `${hits} of ${outcomes.length} requests; the limit is ${(limit * 100).toFixed(1)} %.`,
    numbers: { rate, limit },
  });
}

const slackMs = 1;
const slowShare = 0.1;

/**
 * Requests to the candidate slower than `latencyRatio` times the champion's 95th percentile so far (plus 1 ms): alike arms have
 * fewer than 5 % of them, so the null is "at most 10 %".
 */
function judgeLatency(arms: Arms): Finding {
  const { latencyRatio, minSamples } = arms.rules;
  const seen: number[] = [];
  const slow: boolean[] = [];
  let limit = Number.NaN;
  for (const row of arms.requests) {
    if (row.code >= 400) continue;
    if (!row.candidate) {
      seen.push(row.latencyMs);
      if (seen.length >= minSamples && (seen.length % minSamples === 0 || Number.isNaN(limit))) {
        limit = quantileOf(seen, 0.95) * latencyRatio + slackMs;
      }
    } else if (!Number.isNaN(limit)) slow.push(row.latencyMs > limit);
  }
  const count = slow.filter(Boolean).length;
  return find(arms, exceedsRate(slow, slowShare), {
    rule: 'latency',
    message: `${count} of ${slow.length} requests slower than ${latencyRatio} times the champion's 95th percentile.`,
    numbers: {
      limitMs: orNull(limit),
      candidateP95Ms: orNull(quantileOf(latenciesOf(requestsOf(arms, true)), 0.95)),
      championP95Ms: orNull(quantileOf(seen, 0.95)),
      slowShare: slow.length === 0 ? null : count / slow.length,
    },
    undecided: slow.length < minSamples,
  });
}

function judgeLatencyLimit(arms: Arms): Finding[] {
  const { maxLatencyMs } = arms.rules;
  if (maxLatencyMs === null) return [];
  const latencies = latenciesOf(requestsOf(arms, true));
  const slow = latencies.map((ms) => ms > maxLatencyMs);
  const p99 = quantileOf(latencies, 0.99);
  return [
    find(arms, exceedsRate(slow, 0.01), {
      rule: 'latency-limit',
      message: `The 99th percentile is ${p99.toFixed(1)} ms; the limit is ${maxLatencyMs} ms.`,
      numbers: { p99Ms: orNull(p99), limitMs: maxLatencyMs },
    }),
  ];
}

function judgeShift(arms: Arms): Finding {
  const mine = arms.candidate.filter((row) => !row.shadow || arms.pairs.has(row)).map((row) => row.score);
  const theirs = arms.champion.map((row) => row.score);
  const a = mine.filter(Number.isFinite);
  const b = theirs.filter(Number.isFinite);
  const limit = arms.rules.maxShift;
  const few = a.length < arms.rules.minSamples || b.length < arms.rules.minSamples;
  const psi = few ? Number.NaN : populationShift(b, a);
  const verdict = few ? 'inconclusive' : limit !== null && psi > limit ? 'fail' : 'pass';
  const message = few
    ? `Too few scores to compare: ${a.length} and ${b.length}.`
    : `PSI of the scores is ${psi.toFixed(3)}${limit === null ? ' (not limited)' : `; the limit is ${limit}`}.`;
  return { rule: 'shift', verdict, message, numbers: { psi: orNull(psi), limit } };
}

interface Told {
  rule: Finding['rule'];
  message: string;
  numbers: Record<string, number | null>;
  undecided?: boolean;
}

/** A finding of a one-sided test for harm: fails when its null is rejected, passes when enough rows showed none. */
function find(arms: Arms, evidence: Evidence, told: Told): Finding {
  const { rule } = told;
  const few = told.undecided ?? arms.candidate.length < arms.rules.minSamples;
  const verdict = rejects(evidence, arms.rules.alpha) ? 'fail' : few ? 'inconclusive' : 'pass';
  const numbers = {
    ...told.numbers,
    n: evidence.n,
    logE: evidence.logE,
    maxLogE: evidence.maxLogE,
    alpha: arms.rules.alpha,
  };
  return { rule, verdict, message: told.message, numbers };
}

function requestsOf(arms: Arms, candidate: boolean): JudgedRow[] {
  return arms.requests.filter((request) => request.candidate === candidate);
}

function latenciesOf(rows: readonly JudgedRow[]): number[] {
  return rows.filter((row) => row.code < 400).map((row) => row.latencyMs);
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

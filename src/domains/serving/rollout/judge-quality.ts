import { exceedsMean, rejects } from './e-process.ts';
import type { Arms, JudgedRow } from './judge-case.ts';
import type { Finding } from './rollout-schema.ts';
import { quantileOf } from './shift.ts';

/** A labelled row of the candidate beside one of the champion: the same row where it was shadowed, else one dealt next to it. */
interface Match {
  mine: JudgedRow;
  theirs: JudgedRow;
}

/**
 * Judges quality by late labels with tests that stay valid at every look: per-row loss (Brier for classes, clipped squared
 * error for numbers) and, for two classes, ranking (does a positive score above a negative).
 */
export function judgeQuality(arms: Arms): Finding[] {
  const matches = matchLabelled(arms);
  const kind = matches[0]?.mine.probabilities ? 'classes' : 'numbers';
  const loss = kind === 'classes' ? brierLoss : squaredLoss(arms);
  const findings = [judgeLoss(arms, matches, loss)];
  if (matches[0]?.mine.probabilities?.length === 2) findings.push(judgeRanking(arms, matches));
  return findings;
}

function isLabelled(row: JudgedRow): boolean {
  return !Number.isNaN(row.label) && row.code < 400 && !Number.isNaN(row.score);
}

/**
 * Labelled rows in the order their labels were recorded, so that new labels only append to the sequence. Live rows are
 * matched with the champion's latest unmatched one: which arm a caller meets is dealt by hash, so the two are exchangeable.
 */
function matchLabelled(arms: Arms): Match[] {
  const labelled = arms.ordered.filter(isLabelled);
  labelled.sort((a, b) => a.labelledAt - b.labelledAt);
  const spare: JudgedRow[] = [];
  const waiting: JudgedRow[] = [];
  const matches: Match[] = [];
  for (const row of labelled) {
    if (row.shadow) {
      const theirs = arms.pairs.get(row);
      if (theirs && isLabelled(theirs)) matches.push({ mine: row, theirs });
    } else if (row.propensity < 1) {
      const other = (row.candidate ? spare : waiting).pop();
      if (!other) (row.candidate ? waiting : spare).push(row);
      else matches.push(row.candidate ? { mine: row, theirs: other } : { mine: other, theirs: row });
    }
  }
  return matches;
}

type Loss = (row: JudgedRow) => number;

/** Half the squared distance between the probabilities and the truth, 0 to 1 (Brier 1950). */
const brierLoss: Loss = ({ probabilities = [], label }) => {
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) sum += (probabilities[k]! - (k === label ? 1 : 0)) ** 2;
  return Math.min(1, sum / 2);
};

/** Squared error over four times the champion's squared 90th-percentile error at first sight, clipped to 1. */
function squaredLoss(arms: Arms): Loss {
  const first = arms.champion.filter(isLabelled).slice(0, 200);
  const errors = first.map((row) => Math.abs(row.score - row.label));
  const scale = Math.max(1e-12, 2 * quantileOf(errors, 0.9));
  return (row) => Math.min(1, ((row.score - row.label) / scale) ** 2);
}

function judgeLoss(arms: Arms, matches: readonly Match[], loss: Loss): Finding {
  const mine = matches.map((match) => loss(match.mine));
  const theirs = matches.map((match) => loss(match.theirs));
  const differences = mine.map((value, i) => value - theirs[i]!);
  const margin = arms.rules.qualityMargin;
  const worse = exceedsMean(differences, margin);
  const notWorse = exceedsMean(
    differences.map((difference) => -difference),
    -margin,
  );
  const { alpha } = arms.rules;
  const enough = matches.length >= arms.rules.minSamples;
  const verdict =
    enough && rejects(worse, alpha) ? 'fail' : enough && rejects(notWorse, alpha) ? 'pass' : 'inconclusive';
  return {
    rule: 'quality',
    verdict,
    message: `Mean loss ${shown(mine)} against ${shown(theirs)} on ${matches.length} labelled pairs.`,
    numbers: {
      candidateLoss: meanOf(mine),
      championLoss: meanOf(theirs),
      margin,
      n: matches.length,
      worseLogE: worse.maxLogE,
      notWorseLogE: notWorse.maxLogE,
      alpha,
    },
  };
}

/** Takes each positive with a negative next to it and asks which arm ranks its own two rightly (ties count half). */
function judgeRanking(arms: Arms, matches: readonly Match[]): Finding {
  const mine = ranks(matches.map((match) => match.mine));
  const theirs = ranks(matches.map((match) => match.theirs));
  const n = Math.min(mine.length, theirs.length);
  const differences = mine.slice(0, n).map((right, i) => theirs[i]! - right);
  const { alpha, minSamples, qualityMargin } = arms.rules;
  const evidence = exceedsMean(differences, qualityMargin);
  const few = n * 2 < minSamples;
  return {
    rule: 'ranking',
    verdict: few ? 'inconclusive' : rejects(evidence, alpha) ? 'fail' : 'pass',
    message: `Ranks ${shown(mine)} of ${n} pairs of unlike labels rightly, the champion ${shown(theirs)}.`,
    numbers: {
      candidateAuc: meanOf(mine),
      championAuc: meanOf(theirs),
      n,
      logE: evidence.logE,
      maxLogE: evidence.maxLogE,
      alpha,
    },
  };
}

/** Whether each disjoint pair of a positive and a negative row, in order, is ranked rightly: its mean estimates the AUC. */
function ranks(rows: readonly JudgedRow[]): number[] {
  const open: [JudgedRow[], JudgedRow[]] = [[], []];
  const right: number[] = [];
  for (const row of rows) {
    const label = row.label === 1 ? 1 : 0;
    const other = open[1 - label]!.pop();
    if (!other) open[label]!.push(row);
    else right.push(label === 1 ? rank(row.score, other.score) : rank(other.score, row.score));
  }
  return right;
}

function rank(positive: number, negative: number): number {
  return positive > negative ? 1 : positive === negative ? 0.5 : 0;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function shown(values: readonly number[]): string {
  return meanOf(values)?.toFixed(4) ?? 'unknown';
}

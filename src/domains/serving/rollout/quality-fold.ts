import { foldValue, type MeanEvidence, noValues } from './e-process.ts';
import type { LabelledRow } from './judge-case.ts';
import { quantileOf } from './shift.ts';

/** A labelled row as far as quality needs it. */
export interface Scored {
  score: number;
  label: number;
  loss: number;
  /** Absolute error, for numbers. */
  error: number;
  /** Whether the most probable class is another than the label; false for numbers. */
  wrong: boolean;
}

/** One arm's rows waiting to be ranked against a row of the other label, and outcomes waiting for the other arm's. */
export interface RankState {
  positives: number[];
  negatives: number[];
  outcomes: number[];
  sum: number;
  n: number;
}

/** What quality has seen: matched labelled rows of both arms, and the tests on them. */
export interface QualityState {
  kind: 'classes' | 'two-classes' | 'numbers' | undefined;
  candidateLabels: number;
  championLabels: number;
  /** Live rows of an arm that no row of the other has been matched with; only the latest are kept. */
  spare: Scored[];
  waiting: Scored[];
  /** The champion's first absolute errors, until `scale` is known: the error at which the loss is 1. */
  firstErrors: number[];
  scale: number | undefined;
  matches: number;
  candidateLoss: number;
  championLoss: number;
  candidateWrong: number;
  championWrong: number;
  worse: MeanEvidence;
  notWorse: MeanEvidence;
  wrong: MeanEvidence;
  ranks: { candidate: RankState; champion: RankState };
  ranking: MeanEvidence;
}

const mostUnmatched = 64;
const errorsForScale = 50;

/** No labels yet. */
export function newQuality(): QualityState {
  const ranks = (): RankState => ({ positives: [], negatives: [], outcomes: [], sum: 0, n: 0 });
  return {
    kind: undefined,
    candidateLabels: 0,
    championLabels: 0,
    spare: [],
    waiting: [],
    firstErrors: [],
    scale: undefined,
    matches: 0,
    candidateLoss: 0,
    championLoss: 0,
    candidateWrong: 0,
    championWrong: 0,
    worse: noValues(),
    notWorse: noValues(),
    wrong: noValues(),
    ranks: { candidate: ranks(), champion: ranks() },
    ranking: noValues(),
  };
}

/** The labelled answer a caller got and, where it was shadowed, the candidate's to the same row. */
export interface LabelledAnswer {
  live: LabelledRow;
  shadow?: LabelledRow | undefined;
}

/**
 * One label on, in the order in which labels arrived. A shadowed row is matched with the reply to it. A live row is matched
 * with the other arm's latest unmatched one: which arm a caller meets is dealt by hash, so the two are exchangeable.
 */
export function foldLabel(state: QualityState, answer: LabelledAnswer, margin: number): void {
  const { live, shadow } = answer;
  if (shadow) state.candidateLabels++;
  if (live.candidate) state.candidateLabels++;
  else state.championLabels++;
  const mine = scored(state, live);
  if (!mine) return;
  if (shadow) {
    const other = scored(state, shadow);
    if (other) match(state, { mine: other, theirs: mine }, margin);
  } else if (live.propensity < 1) {
    const other = (live.candidate ? state.spare : state.waiting).pop();
    if (other) match(state, live.candidate ? { mine, theirs: other } : { mine: other, theirs: mine }, margin);
    else keep(live.candidate ? state.waiting : state.spare, mine);
  }
}

function keep<T>(list: T[], one: T): void {
  list.push(one);
  if (list.length > mostUnmatched) list.shift();
}

function scored(state: QualityState, row: LabelledRow): Scored | undefined {
  const { probabilities, score, label, candidate, code } = row;
  if (Number.isNaN(label) || code >= 400 || !Number.isFinite(score)) return undefined;
  state.kind ??= !probabilities ? 'numbers' : probabilities.length === 2 ? 'two-classes' : 'classes';
  if (probabilities) {
    return {
      score,
      label,
      loss: brierLoss(probabilities, label),
      error: 0,
      wrong: mostProbable(probabilities) !== label,
    };
  }
  const error = Math.abs(score - label);
  if (state.scale === undefined && !candidate) {
    state.firstErrors.push(error);
    if (state.firstErrors.length >= errorsForScale) {
      state.scale = Math.max(1e-12, 2 * quantileOf(state.firstErrors, 0.9));
      state.firstErrors = [];
    }
    // What the scale was learnt from is not judged by it: a bet may only use what came before.
    return undefined;
  }
  if (state.scale === undefined) return undefined;
  return { score, label, error, loss: Math.min(1, (error / state.scale) ** 2), wrong: false };
}

/** Half the squared distance between the probabilities and the truth, 0 to 1 (Brier 1950). */
function brierLoss(probabilities: readonly number[], label: number): number {
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) sum += (probabilities[k]! - (k === label ? 1 : 0)) ** 2;
  return Math.min(1, sum / 2);
}

/** The place of the largest of some numbers, the first of equals. */
export function mostProbable(probabilities: readonly number[]): number {
  let best = 0;
  for (let k = 1; k < probabilities.length; k++) if (probabilities[k]! > probabilities[best]!) best = k;
  return best;
}

function match(state: QualityState, pair: { mine: Scored; theirs: Scored }, margin: number): void {
  const { mine, theirs } = pair;
  const difference = mine.loss - theirs.loss;
  state.matches++;
  state.candidateLoss += mine.loss;
  state.championLoss += theirs.loss;
  foldValue(state.worse, difference, margin);
  foldValue(state.notWorse, -difference, -margin);
  if (state.kind !== 'numbers') {
    if (mine.wrong) state.candidateWrong++;
    if (theirs.wrong) state.championWrong++;
    foldValue(state.wrong, Number(mine.wrong) - Number(theirs.wrong), margin);
  }
  if (state.kind !== 'two-classes') return;
  rank(state.ranks.candidate, mine);
  rank(state.ranks.champion, theirs);
  const { candidate, champion } = state.ranks;
  while (candidate.outcomes.length > 0 && champion.outcomes.length > 0) {
    foldValue(state.ranking, champion.outcomes.shift()! - candidate.outcomes.shift()!, margin);
  }
}

/** Takes each positive with a negative next to it and asks whether it scored higher (ties count half): the mean is the AUC. */
function rank(state: RankState, { score, label }: Scored): void {
  const isPositive = label === 1;
  const other = (isPositive ? state.negatives : state.positives).pop();
  if (other === undefined) {
    keep(isPositive ? state.positives : state.negatives, score);
    return;
  }
  const [positive, negative] = isPositive ? [score, other] : [other, score];
  const outcome = positive > negative ? 1 : positive === negative ? 0.5 : 0;
  state.sum += outcome;
  state.n++;
  // Dropping by arrival, never by outcome, leaves what is kept a fair sample.
  if (state.outcomes.length < mostUnmatched) state.outcomes.push(outcome);
}

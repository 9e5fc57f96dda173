import { type Mixture, noBadEvents, noOutcomes, type RateEvidence } from './e-process.ts';
import { type IntervalSeries, newIntervals } from './intervals.ts';
import type { RolloutRules } from './judge-rules.ts';
import { type LatencySketch, newSketch } from './latency-sketch.ts';
import { type LatencyTest, newLatencyTest } from './latency-test.ts';
import { newQuality, type QualityState } from './quality-fold.ts';
import { newScoreBins, type ScoreBins } from './score-bins.ts';
import { newSlo, type SloState } from './slo-windows.ts';

/** Sums of one arm over all its requests, and its latencies of answered ones. */
export interface ArmState {
  requests: number;
  rows: number;
  errors: number;
  invalid: number;
  latencies: LatencySketch;
}

/** A live request of the champion whose shadow has not come yet. */
export interface PendingReply {
  loggedAt: number;
  isError: boolean;
  isInvalid: boolean;
  scores: (number | null)[];
  classes: number[];
}

/** Shadowed requests beside the reply to them. */
export interface PairState {
  requests: number;
  disagreement: RateEvidence;
  /** Sums over requests of the mean difference of their scores, candidate minus champion, and of its absolute value. */
  difference: number;
  absolute: number;
  scored: number;
}

/** Answers of the candidate slower than a multiple of the champion's 95th percentile. */
export interface SlowState {
  evidence: RateEvidence;
  limitMs: number | null;
  /** Until then answers are not counted: what one stall held up comes at once and is one observation. */
  quietUntil: number;
  /** Champion's answers at which the limit is set again. */
  next: number;
}

/**
 * All the judge knows of a rollout: plain JSON of bounded size (some ten kilobytes), whatever the traffic. Made by folding
 * requests and labels one by one; nothing in it refers to the log.
 */
export interface JudgeState {
  format: 1;
  candidate: ArmState;
  champion: ArmState;
  errors: Mixture;
  invalid: Mixture;
  errorRate: RateEvidence;
  invalidRate: RateEvidence;
  slow: SlowState;
  latencyLimit: RateEvidence;
  latency: LatencyTest;
  shift: ScoreBins;
  pairs: PairState;
  /** Replies waiting for their shadows, by hash of their request; none while the candidate answers live. */
  pending: Record<string, PendingReply>;
  pendingCount: number;
  isShadowing: boolean;
  slo: SloState;
  intervals: IntervalSeries;
  quality: QualityState;
  /** The candidate's rows since the step began, and those of them that have labels. */
  step: { startedAt: number; rows: number; labels: number };
}

/** The state before the first request. */
export function newJudgeState(rules: RolloutRules, stepStartedAt = 0): JudgeState {
  const arm = (): ArmState => ({ requests: 0, rows: 0, errors: 0, invalid: 0, latencies: newSketch() });
  return {
    format: 1,
    candidate: arm(),
    champion: arm(),
    errors: noBadEvents(),
    invalid: noBadEvents(),
    errorRate: noOutcomes(),
    invalidRate: noOutcomes(),
    slow: { evidence: noOutcomes(), limitMs: null, quietUntil: 0, next: rules.minSamples },
    latencyLimit: noOutcomes(),
    latency: newLatencyTest(),
    shift: newScoreBins(),
    pairs: { requests: 0, disagreement: noOutcomes(), difference: 0, absolute: 0, scored: 0 },
    pending: {},
    pendingCount: 0,
    isShadowing: true,
    slo: newSlo(),
    intervals: newIntervals(rules.comparison.intervalMs),
    quality: newQuality(),
    step: { startedAt: stepStartedAt, rows: 0, labels: 0 },
  };
}

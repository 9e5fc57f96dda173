import type { RolloutRules } from './rollout-schema.ts';

/** One row of the prediction log as the judge sees it. */
export interface JudgedRow {
  predictionId: string;
  candidate: boolean;
  shadow: boolean;
  /** Wall-clock time of logging, ms UTC. */
  loggedAt: number;
  propensity: number;
  latencyMs: number;
  /** HTTP status of the row. */
  code: number;
  /** Whether an output is NaN or infinite. */
  nonFinite: boolean;
  score: number;
  /** Probability of each class, where the model gives them. */
  probabilities?: readonly number[];
  /** Number of the label, or the class's index where there are probabilities; NaN without one. */
  label: number;
  /** When the label was recorded, ms UTC; NaN without one. */
  labelledAt: number;
}

/** What the judge looks at: every row of both arms since the rollout began, in the order they were logged. */
export interface Case {
  rows: readonly JudgedRow[];
  rules: RolloutRules;
  step: number;
  now: number;
}

/** A case with its arms told apart and shadow rows paired with the reply the caller got. */
export interface Arms {
  rules: RolloutRules;
  candidate: JudgedRow[];
  champion: JudgedRow[];
  /** The champion's row of the same prediction id, for each shadow row of the candidate. */
  pairs: Map<JudgedRow, JudgedRow>;
  /** Rows in order of logging, shadow rows behind the row they shadow. */
  ordered: readonly JudgedRow[];
}

import type { ObservationQuery, Observations } from '../serving/index.ts';
import type { Column } from './drift/sample.ts';

/** What a window is compared with: a sample of rows as columns, and predictions on rows whose truth is known. */
export interface Reference {
  /** For people, such as `training profile of flights version 3`. */
  label: string;
  features: Record<string, Column>;
  outputs: Record<string, Column>;
  /** Predictions and truth of the same rows; NaN where there is none. */
  score: Float64Array;
  truth: Float64Array;
}

/** Where a model version's stored profile comes from; nothing where training stored none. */
export interface ReferenceSource {
  profile(model: string, version: number): Promise<Reference | undefined>;
}

/** Where logged predictions come from. */
export interface ObservationSource {
  observations(query: ObservationQuery): Promise<Observations>;
}

/** Scores and the truth about them, row by row, without gaps. */
export interface Scored {
  score: Float64Array;
  label: Float64Array;
}

/** Computes metrics by name. */
export interface MetricSource {
  /** The value, or why it cannot be computed, such as a single class; fails with `invalid_input` for an unknown metric. */
  measure(metric: string, scored: Scored): { value: number } | { reason: string };
  /** Fails with `invalid_input` for an unknown metric. */
  check(metric: string): void;
}

import type { ObservationQuery, Observations, Serving } from '../serving/index.ts';
import type { Column } from './drift/sample.ts';

/** What a window is compared with: a sample of rows as columns, and predictions on rows whose truth is known. */
export interface Reference {
  /** For people, such as `training profile of flights version 3`. */
  label: string;
  /** Null where nobody said. */
  task: 'regression' | 'binary' | 'multiclass' | null;
  /** The class that a score is the probability of, as text; null unless there are two classes and they are known. */
  positive: string | null;
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
  logSpan: Serving['logSpan'];
  countLabels: Serving['countLabels'];
}

/** Values of one logged column, one a row: numbers with NaN where missing, or strings with null where missing. */
export type ObservedColumn = { type: 'number'; values: Float64Array } | { type: 'string'; values: (string | null)[] };

/** Which logged predictions to read. Times are event times, `from` included, `to` not; milliseconds UTC. */
export interface ObservationQuery {
  endpoint: string;
  from?: number;
  to?: number;
  /** Wall-clock time of logging, where event time is replayed. */
  loggedFrom?: number;
  variant?: string;
  version?: number;
  /** Shadow rows are left out unless asked for. */
  includeShadow?: boolean;
  /** Rows that failed (code 400 and above) are included with empty outputs, unless `false`. */
  includeFailed?: boolean;
  /** The columns to read; all unless said, `[]` reads none. */
  features?: readonly string[];
  /** Join feedback; true unless said. */
  labels?: boolean;
  /** At most this many rows: an even sample by hash of the prediction id, the same for every reader. */
  limit?: number;
}

/** Logged predictions as columns of equal length, ordered by event time. */
export interface Observations {
  rows: number;
  /** How many rows matched before `limit` took a sample. */
  matched: number;
  predictionId: string[];
  /** Event time, ms UTC. */
  at: Float64Array;
  /** Wall-clock time of logging, ms UTC. */
  loggedAt: Float64Array;
  model: string[];
  version: Float64Array;
  variant: string[];
  /** 1 for shadow rows. */
  shadow: Uint8Array;
  /** Probability with which the request was dealt to its variant, 0 to 1. */
  propensity: Float64Array;
  latencyMs: Float64Array;
  /** HTTP status: 200, 400 (refused by the signature), 500 (the model failed), 504 … */
  code: Float64Array;
  features: Record<string, ObservedColumn>;
  /** By output column; a tensor of width k > 1 gives `name.0` … `name.k-1`. */
  outputs: Record<string, ObservedColumn>;
  /** Probability of the positive class (binary), or the predicted number (regression); NaN where there is neither. */
  score: Float64Array;
  /** Named values that feedback gave, `reward` among them; NaN or null where a row has none. */
  feedback: Record<string, ObservedColumn>;
  /** Label as a number: numbers as they are, true 1, false 0, the index of a class that is text; NaN without. */
  label: Float64Array;
  /** Label as it came, as text; null without a label. */
  labelText: (string | null)[];
  /** When the label became known (event time), NaN without one. */
  labelledAt: Float64Array;
  /** When the label arrived (wall-clock time), NaN without one. */
  labelRecordedAt: Float64Array;
  /** Probability of each class, one column a class, where the model gives them; NaN in rows without. */
  probabilities: Float64Array[];
}

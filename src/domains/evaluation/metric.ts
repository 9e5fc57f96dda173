/** The value of a metric, or why it has none on these rows (one class only, no rows, …). Never NaN. */
export type MetricValue = { value: number; reason?: undefined } | { value: null; reason: string };

/** A value; one that is not finite becomes "not computable". */
export function computed(value: number): MetricValue {
  return Number.isFinite(value) ? { value } : notComputable('the values are too large to compute with');
}

/** No value, and why. */
export function notComputable(reason: string): MetricValue {
  return { value: null, reason: `not computable: ${reason}` };
}

/** Whether larger is better, for every metric there is. Names are those of scikit-learn's functions and scorers. */
export const metricDirections = {
  mean_absolute_error: 'lower',
  mean_squared_error: 'lower',
  root_mean_squared_error: 'lower',
  median_absolute_error: 'lower',
  mean_absolute_percentage_error: 'lower',
  r2_score: 'higher',
  accuracy_score: 'higher',
  balanced_accuracy_score: 'higher',
  precision_score: 'higher',
  recall_score: 'higher',
  f1_score: 'higher',
  matthews_corrcoef: 'higher',
  log_loss: 'lower',
  brier_score_loss: 'lower',
  roc_auc_score: 'higher',
  average_precision_score: 'higher',
  expected_calibration_error: 'lower',
  precision_macro: 'higher',
  precision_micro: 'higher',
  precision_weighted: 'higher',
  recall_macro: 'higher',
  recall_micro: 'higher',
  recall_weighted: 'higher',
  f1_macro: 'higher',
  f1_micro: 'higher',
  f1_weighted: 'higher',
  roc_auc_ovr: 'higher',
} as const satisfies Record<string, 'higher' | 'lower'>;

/** The name of a metric. */
export type MetricName = keyof typeof metricDirections;

/** What to compute, and how much each row counts beyond its own weight. */
export interface ComputeOptions<Name extends string> {
  /** The metrics wanted; all when left out. */
  only?: readonly Name[];
  /** One factor a row (0 leaves it out); this is how resamples are drawn without copying rows. */
  weights?: Float64Array;
}

/** Truth and predictions for a number of rows, ready to be measured in whole, in part, or resampled. */
export interface Evaluation<Name extends string = MetricName> {
  readonly rows: number;
  readonly names: readonly Name[];
  /** Computes metrics; O(rows) after the first call, which may sort. */
  compute(options?: ComputeOptions<Name>): Record<Name, MetricValue>;
  /** The same for some of the rows. */
  take(rows: Int32Array): Evaluation<Name>;
}

/** Computes the metrics asked for from a table of functions. */
export function computeFrom<Name extends string>(
  table: Record<Name, () => MetricValue>,
  only: readonly Name[] | undefined,
): Record<Name, MetricValue> {
  const names = only ?? (Object.keys(table) as Name[]);
  return Object.fromEntries(names.map((name) => [name, table[name]()])) as Record<Name, MetricValue>;
}

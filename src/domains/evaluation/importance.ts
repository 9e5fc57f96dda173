import { fail } from '../../kernel/errors.ts';
import { type MetricName, type MetricValue, metricDirections } from './metric.ts';
import { createRandom, permutation } from './random.ts';

/** Values of one feature, one a row. */
export type FeatureValues = Float64Array | Float32Array | Int32Array | readonly unknown[];

/** Features by name. */
export type FeatureColumns = Record<string, FeatureValues>;

/** What permutation importance needs. */
export interface ImportanceOptions {
  columns: FeatureColumns;
  /** Scores of the model for columns like these. */
  predict(columns: FeatureColumns): Float64Array | Promise<Float64Array>;
  /** The metric of scores against the truth. */
  measure(scores: Float64Array): MetricValue;
  metric: MetricName;
  seed: number;
  /** How often each feature is shuffled; 5 when left out. */
  repeats?: number;
  signal?: AbortSignal;
}

/** How much worse the model gets when one feature says nothing; positive means it was needed. */
export interface FeatureImportance {
  feature: string;
  mean: number;
  /** Population standard deviation over the repeats. */
  deviation: number;
}

/** Importances, the largest first, or why there are none. */
export type Importances =
  | { baseline: number; features: FeatureImportance[]; reason?: undefined }
  | { baseline: null; reason: string };

/**
 * Permutation importance (Breiman 2001; Fisher, Rudin, Dominici 2019): the loss of the metric when a feature's values are
 * shuffled among the rows, averaged over repeats. Costs `features × repeats + 1` predictions.
 */
export async function permutationImportance(options: ImportanceOptions): Promise<Importances> {
  const { columns, repeats = 5 } = options;
  if (!Number.isInteger(repeats) || repeats < 1 || repeats > 1000) {
    fail('invalid_input', `'repeats' is ${repeats}.`, { field: 'repeats', value: repeats, cure: 'Give 1 to 1000.' });
  }
  const baseline = options.measure(await options.predict(columns));
  if (baseline.value === null) return { baseline: null, reason: baseline.reason };
  const random = createRandom(options.seed);
  const sign = metricDirections[options.metric] === 'higher' ? 1 : -1;
  const features: FeatureImportance[] = [];
  for (const [feature, values] of Object.entries(columns)) {
    const drops: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      if (options.signal?.aborted) fail('cancelled', 'Permutation importance was cancelled.');
      const shuffled = reorder(values, permutation(values.length, random));
      const { value } = options.measure(await options.predict({ ...columns, [feature]: shuffled }));
      if (value !== null) drops.push(sign * (baseline.value - value));
    }
    features.push({ feature, ...momentsOf(drops) });
  }
  features.sort((a, b) => b.mean - a.mean);
  return { baseline: baseline.value, features };
}

function reorder(values: FeatureValues, order: Int32Array): FeatureValues {
  if (values instanceof Float64Array || values instanceof Float32Array || values instanceof Int32Array) {
    return values.map((_, row) => values[order[row]!]!);
  }
  return values.map((_, row) => values[order[row]!]);
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  if (values.length === 0) return { mean: 0, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

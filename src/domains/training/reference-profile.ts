import { createRandom, sampleSorted } from '../../kernel/random.ts';
import { type Column, columnOf, type Table } from './columns.ts';
import type { Label, Task } from './fitted.ts';
import type { Prediction } from './predict.ts';

/** The name of the artifact a training run keeps its profile under. */
export const referenceProfilePath = 'reference-profile.json';

/** How a column of numbers was spread over all rows. */
export interface NumericProfile {
  name: string;
  kind: 'numeric';
  missing: number;
  /** Values at 0 %, 5 %, … 100 % (21 of them); empty when all are missing. */
  quantiles: number[];
  /** Equal-width bins between the finite least and largest value. */
  histogram: { edges: number[]; counts: number[] };
  /** Values of the sampled rows; null is missing. ±Infinity are kept out of JSON as null. */
  sample: (number | null)[];
}

/** How often each category came over all rows, most frequent first. */
export interface CategoricalProfile {
  name: string;
  kind: 'categorical';
  missing: number;
  categories: { value: string | number | boolean; count: number }[];
  sample: (string | number | boolean | null)[];
}

/** One feature or output, as it was. */
export type ColumnProfile = NumericProfile | CategoricalProfile;

/**
 * What a model saw and said on its holdout: monitors compare live windows with it. Samples of all columns are of the
 * same rows, in the same order, drawn with a seed; counts, quantiles and histograms are over all `rows`.
 */
export interface ReferenceProfile {
  format: 'tidemill-reference-profile/1';
  task: Task;
  target: string;
  classes: Label[] | null;
  rows: number;
  sampleRows: number;
  seed: number;
  features: ColumnProfile[];
  /**
   * Regression: one numeric `prediction`. Otherwise categorical `label`, and a numeric `probability` (binary: that of
   * the second class; multiclass: the largest).
   */
  predictions: ColumnProfile[];
  /** The truth of the sampled rows: numeric for regression, categorical otherwise. */
  truth: ColumnProfile;
}

/** The rows and answers a profile is made of; `target` holds numbers or class indexes. */
export interface ProfileSource {
  task: Task;
  target: string;
  classes: Label[] | null;
  features: Table;
  prediction: Prediction;
  truth: Float64Array;
  seed: number;
}

/** The most rows a profile keeps as they are. */
export const maxSampleRows = 20_000;

/** Profiles a holdout. */
export function profileReference(source: ProfileSource): ReferenceProfile {
  const { task, target, classes, features, seed } = source;
  const sampled = sampleSorted(features.rows, maxSampleRows, createRandom(seed));
  const columns = features.columns.map((column) => profileColumn(column, sampled));
  return {
    format: 'tidemill-reference-profile/1',
    task,
    target,
    classes,
    rows: features.rows,
    sampleRows: sampled.length,
    seed,
    features: columns,
    predictions: profileAnswers(source, sampled),
    truth:
      classes === null ? numbers(target, source.truth, sampled) : labels(target, source.truth, { classes, sampled }),
  };
}

function profileAnswers({ task, classes, prediction }: ProfileSource, sampled: Int32Array): ColumnProfile[] {
  const { rows, width, values } = prediction;
  if (task === 'regression') return [numbers('prediction', values, sampled)];
  const best = new Float64Array(rows);
  const top = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let k = 1; k < width; k++) {
      if (values[row * width + k]! > values[row * width + best[row]!]!) best[row] = k;
    }
    top[row] = values[row * width + (task === 'binary' ? 1 : best[row]!)]!;
  }
  return [labels('label', best, { classes: classes!, sampled }), numbers('probability', top, sampled)];
}

function profileColumn(column: Column, sampled: Int32Array): ColumnProfile {
  if (column.kind === 'numeric') return numbers(column.name, column.values, sampled);
  return labels(column.name, column.codes, { classes: column.levels, sampled });
}

function numbers(name: string, values: Float64Array, sampled: Int32Array): NumericProfile {
  const present = values.filter(Number.isFinite).sort();
  const quantiles = Array.from({ length: present.length === 0 ? 0 : 21 }, (_, i) => quantile(present, i / 20));
  const sample = Array.from(sampled, (row) => (Number.isFinite(values[row]!) ? values[row]! : null));
  return { name, kind: 'numeric', missing: values.length - present.length, quantiles, histogram: bin(present), sample };
}

/** Linear interpolation between the closest ranks (Hyndman and Fan 1996, type 7). */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - low);
}

const bins = 30;

function bin(sorted: Float64Array): { edges: number[]; counts: number[] } {
  if (sorted.length === 0) return { edges: [], counts: [] };
  const low = sorted[0]!;
  const span = sorted.at(-1)! - low;
  if (span === 0) return { edges: [low, low], counts: [sorted.length] };
  const counts = new Array<number>(bins).fill(0);
  for (const value of sorted) counts[Math.min(bins - 1, Math.floor(((value - low) / span) * bins))]!++;
  return { edges: Array.from({ length: bins + 1 }, (_, i) => low + (span * i) / bins), counts };
}

/** Codes of categories; a code of -1 is missing. */
function labels(
  name: string,
  codes: ArrayLike<number>,
  { classes, sampled }: { classes: readonly Label[]; sampled: Int32Array },
): CategoricalProfile {
  const counts = new Float64Array(classes.length);
  let missing = 0;
  for (let row = 0; row < codes.length; row++) codes[row]! < 0 ? missing++ : counts[codes[row]!]!++;
  const categories = classes.map((value, code) => ({ value, count: counts[code]! })).filter(({ count }) => count > 0);
  categories.sort((a, b) => b.count - a.count);
  const sample = Array.from(sampled, (row) => (codes[row]! < 0 ? null : classes[codes[row]!]!));
  return { name, kind: 'categorical', missing, categories, sample };
}

/** The features of a model among the columns of a table, in the model's order. */
export function featureTable(table: Table, names: readonly string[]): Table {
  return { rows: table.rows, columns: names.map((name) => columnOf(table, name)!) };
}

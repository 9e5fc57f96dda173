import { createRandom, sampleSorted } from '../../kernel/random.ts';
import {
  type EvaluationReport,
  evaluate,
  type FeatureColumns,
  type Importances,
  type MetricName,
  permutationImportance,
  type Slice,
  type Subject,
  sliceByQuantile,
  sliceByValue,
} from '../evaluation/index.ts';
import { type Column, columnOf, type Table, takeRows } from './columns.ts';
import type { Sample } from './fit.ts';
import type { FittedModel } from './fitted.ts';
import type { TrainingJob } from './job.ts';
import { lossOf } from './loss.ts';
import { type Prediction, predict } from './predict.ts';

/** Metrics that get a bootstrap interval. */
const intervals: Record<TrainingJob['task'], MetricName[]> = {
  regression: ['root_mean_squared_error', 'mean_absolute_error', 'r2_score'],
  binary: ['roc_auc_score', 'log_loss', 'accuracy_score', 'f1_score'],
  multiclass: ['log_loss', 'accuracy_score', 'f1_macro'],
};

/** Rows whose truth and prediction are known; `rows` says which of the job's table they are. */
export interface Judged {
  rows: Int32Array;
  truth: Float64Array;
  weights: Float64Array | null;
  prediction: Prediction;
}

/** Measures predictions: metrics with intervals, curves, calibration, confusion and slices. */
export function judge(job: TrainingJob, judged: Judged): EvaluationReport {
  const { bootstrap } = job.evaluation;
  return evaluate(subjectOf(job, judged), {
    seed: job.seed,
    intervals: bootstrap > 0 ? intervals[job.task] : [],
    resamples: bootstrap > 0 ? bootstrap : undefined,
    slices: job.evaluation.slices.flatMap((name) => slicesOf(columnOf(job.table, name)!, judged.rows)),
  });
}

function subjectOf({ task, classes }: TrainingJob, { truth, weights, prediction }: Judged): Subject {
  const shared = { weights: weights ?? undefined };
  const { values, width } = prediction;
  if (task === 'regression') return { task, truth, predicted: values, ...shared };
  const labels = classes!.map(String);
  if (task === 'multiclass') {
    return { task, labels, truth: Int32Array.from(truth), probabilities: values, classes: width, ...shared };
  }
  const scores = values.filter((_, i) => i % 2 === 1);
  return { task, labels, truth: Uint8Array.from(truth), scores, ...shared };
}

/** A column of few values is sliced by value, others by quartile. */
function slicesOf(column: Column, rows: Int32Array): Slice[] {
  const [taken] = takeRows({ rows: 0, columns: [column] }, rows).columns;
  if (taken!.kind === 'categorical') {
    const { codes, levels } = taken!;
    return sliceByValue(
      column.name,
      Array.from(codes, (code) => (code < 0 ? null : levels[code]!)),
    );
  }
  const { values } = taken!;
  return new Set(values).size <= 20 ? sliceByValue(column.name, values) : sliceByQuantile(column.name, values);
}

/** Rows that permutation importance is measured on, at most. */
const importanceRows = 4_000;

/** How much the model's loss grows when a feature says nothing, on a seeded sample of rows it did not learn from. */
export async function importanceOf(job: TrainingJob, model: FittedModel, sample: Sample): Promise<Importances> {
  const drawn = sampleSorted(sample.target.length, importanceRows, createRandom(job.seed));
  const table = takeRows(sample.table, drawn);
  const target = Float64Array.from(drawn, (row) => sample.target[row]!);
  const columns: FeatureColumns = Object.fromEntries(
    table.columns.map((column) => [column.name, column.kind === 'numeric' ? column.values : column.codes]),
  );
  return permutationImportance({
    columns,
    predict: (shuffled) => predict(model, withValues(table, shuffled)).values,
    measure: (values) => ({
      value: lossOf(
        job.task,
        { rows: target.length, width: values.length / target.length, values },
        { target, weights: null },
      ),
    }),
    metric: job.task === 'regression' ? 'mean_squared_error' : 'log_loss',
    seed: job.seed,
    repeats: 3,
  });
}

function withValues(table: Table, values: FeatureColumns): Table {
  const columns = table.columns.map(
    (column): Column =>
      column.kind === 'numeric'
        ? { ...column, values: values[column.name] as Float64Array }
        : { ...column, codes: values[column.name] as Int32Array },
  );
  return { rows: table.rows, columns };
}

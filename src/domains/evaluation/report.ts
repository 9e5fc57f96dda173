import { type BinaryRows, binary } from './binary.ts';
import { bootstrapIntervals, type Interval } from './bootstrap.ts';
import { calibrationBins } from './calibration.ts';
import { bestF1Threshold, precisionRecallCurve, rocCurve } from './curves.ts';
import type { Evaluation, MetricName } from './metric.ts';
import { type MulticlassRows, multiclass } from './multiclass.ts';
import { type RegressionRows, regression } from './regression.ts';
import type { EvaluationReport } from './schema.ts';
import { evaluateSlices, type Slice } from './slices.ts';

/** Truth and predictions of one of the three tasks; `labels` name the classes (binary: negative, positive). */
export type Subject =
  | ({ task: 'regression' } & RegressionRows)
  | ({ task: 'binary'; labels: readonly string[] } & BinaryRows)
  | ({ task: 'multiclass'; labels: readonly string[] } & MulticlassRows);

/** What to put into a report beside the metrics. */
export interface ReportOptions {
  seed: number;
  /** Metrics that get a bootstrap interval; none when left out. */
  intervals?: readonly MetricName[];
  resamples?: number;
  slices?: readonly Slice[];
  minSliceRows?: number;
}

/** Measures a model: all metrics of its task, intervals, curves, calibration, confusion matrix and slices. */
export function evaluate(subject: Subject, options: ReportOptions): EvaluationReport {
  switch (subject.task) {
    case 'regression':
      return reportOf(subject, regression(subject) as Evaluation<MetricName>, options);
    case 'binary':
      return { ...reportOf(subject, binary(subject) as Evaluation<MetricName>, options), ...binaryParts(subject) };
    case 'multiclass': {
      const evaluation = multiclass(subject);
      const confusion = { labels: [...subject.labels], counts: evaluation.confusion() };
      return { ...reportOf(subject, evaluation as Evaluation<MetricName>, options), confusion };
    }
  }
}

function reportOf(subject: Subject, evaluation: Evaluation<MetricName>, options: ReportOptions): EvaluationReport {
  const wanted = (options.intervals ?? []).filter((name) => evaluation.names.includes(name));
  const { seed, resamples } = options;
  const intervals: Partial<Record<string, Interval>> =
    wanted.length === 0 ? {} : bootstrapIntervals(evaluation, { only: wanted, seed, resamples });
  const metrics: EvaluationReport['metrics'] = { ...evaluation.compute() };
  for (const [name, interval] of Object.entries(intervals)) if (interval?.value != null) metrics[name] = interval;
  const slices = evaluateSlices(evaluation, options.slices ?? [], { minRows: options.minSliceRows });
  return { task: subject.task, rows: evaluation.rows, metrics, slices };
}

function binaryParts(subject: BinaryRows & { labels: readonly string[] }): Partial<EvaluationReport> {
  const cells = binary(subject).confusion();
  const counts = [
    [cells.trueNegatives, cells.falsePositives],
    [cells.falseNegatives, cells.truePositives],
  ];
  const confusion = { labels: [...subject.labels], counts };
  if (subject.scores.some((score) => Number.isNaN(score))) return { confusion };
  const probabilities = subject.scores.every((score) => score >= 0 && score <= 1);
  return {
    confusion,
    rocCurve: rocCurve(subject) ?? undefined,
    precisionRecallCurve: precisionRecallCurve(subject) ?? undefined,
    bestThreshold: bestF1Threshold(subject) ?? undefined,
    calibration: probabilities ? calibrationBins(subject, subject.weights ?? null) : undefined,
  };
}

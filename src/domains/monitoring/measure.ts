import { fail } from '../../kernel/errors.ts';
import {
  type BinaryMetric,
  binary,
  binaryMetrics,
  type RegressionMetric,
  regression,
  regressionMetrics,
} from '../evaluation/index.ts';

/** Scores and the truth about them, row by row, without gaps. */
export interface Scored {
  score: Float64Array;
  label: Float64Array;
}

/** The metrics that monitors can watch: those of two classes and of regression. */
export const watchedMetrics: readonly string[] = [...binaryMetrics, ...regressionMetrics];

/** Fails with `invalid_input` for a metric that cannot be watched. */
export function checkMetric(metric: string): void {
  if (watchedMetrics.includes(metric)) return;
  fail('invalid_input', `There is no metric '${metric}' to watch; there are: ${watchedMetrics.join(', ')}.`, {
    field: 'checks.metric',
    value: metric,
  });
}

/** The value of a metric, or why it cannot be computed, such as labels of one class only. */
export function measure(metric: string, { score, label }: Scored): { value: number } | { reason: string } {
  checkMetric(metric);
  const regressing = (regressionMetrics as readonly string[]).includes(metric);
  if (!regressing && label.some((value) => value !== 0 && value !== 1)) {
    return { reason: `not computable: ${metric} needs labels of two classes, given as 0 and 1` };
  }
  const found = regressing
    ? regression({ truth: label, predicted: score }).compute({ only: [metric as RegressionMetric] })
    : binary({ truth: Uint8Array.from(label), scores: score }).compute({ only: [metric as BinaryMetric] });
  const value = Object.values(found)[0]!;
  return value.value === null ? { reason: value.reason } : { value: value.value };
}

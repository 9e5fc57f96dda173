import { computed, computeFrom, type Evaluation, type MetricValue, notComputable } from './metric.ts';
import { ascendingOrder } from './order.ts';
import { checkLengths, checkWeights, combineWeights, takeValues } from './rows.ts';

/** Metrics of regression. */
export const regressionMetrics = [
  'mean_absolute_error',
  'mean_squared_error',
  'root_mean_squared_error',
  'median_absolute_error',
  'mean_absolute_percentage_error',
  'r2_score',
] as const;

/** The name of a regression metric. */
export type RegressionMetric = (typeof regressionMetrics)[number];

/** True and predicted values, one a row; weights of 0 or more. */
export interface RegressionRows {
  truth: Float64Array;
  predicted: Float64Array;
  weights?: Float64Array;
}

/** Measures predictions of numbers. Fails with `invalid_input` when lengths differ or a weight is negative. */
export function regression(data: RegressionRows): Evaluation<RegressionMetric> {
  const rows = data.truth.length;
  checkLengths(rows, { predicted: data.predicted, weights: data.weights });
  checkWeights(data.weights);
  const errors = data.truth.map((truth, row) => Math.abs(truth - data.predicted[row]!));
  let order: Uint32Array | undefined;
  return {
    rows,
    names: regressionMetrics,
    compute: ({ only, weights } = {}) => {
      const sums = sumUp(data.truth, errors, combineWeights(data.weights, weights));
      if (sums.reason !== undefined) {
        return computeFrom(
          allOf(() => notComputable(sums.reason!)),
          only,
        );
      }
      return computeFrom(
        {
          mean_absolute_error: () => computed(sums.absolute / sums.weight),
          mean_squared_error: () => computed(sums.squared / sums.weight),
          root_mean_squared_error: () => computed(Math.sqrt(sums.squared / sums.weight)),
          median_absolute_error: () => {
            order ??= ascendingOrder(errors);
            return computed(weightedMedian(errors, order, combineWeights(data.weights, weights)));
          },
          mean_absolute_percentage_error: () =>
            sums.zeros ? notComputable('a true value is 0') : computed(sums.relative / sums.weight),
          r2_score: () => r2(sums),
        },
        only,
      );
    },
    take: (some) =>
      regression({
        truth: takeValues(data.truth, some),
        predicted: takeValues(data.predicted, some),
        weights: data.weights && takeValues(data.weights, some),
      }),
  };
}

function allOf(value: () => MetricValue): Record<RegressionMetric, () => MetricValue> {
  return Object.fromEntries(regressionMetrics.map((name) => [name, value])) as Record<
    RegressionMetric,
    () => MetricValue
  >;
}

interface Sums {
  reason?: string;
  weight: number;
  absolute: number;
  squared: number;
  relative: number;
  /** Whether a row that counts has a true value of 0. */
  zeros: boolean;
  /** Weighted squares of the true values around their mean. */
  spread: number;
  counted: number;
}

function sumUp(truth: Float64Array, errors: Float64Array, weights: Float64Array | null): Sums {
  const sums: Sums = { weight: 0, absolute: 0, squared: 0, relative: 0, zeros: false, spread: 0, counted: 0 };
  let total = 0;
  for (let row = 0; row < truth.length; row++) {
    const weight = weights === null ? 1 : weights[row]!;
    if (weight === 0) continue;
    const y = truth[row]!;
    const error = errors[row]!;
    if (!Number.isFinite(error))
      return { ...sums, reason: `row ${row} has a true or predicted value that is not a finite number` };
    sums.counted++;
    sums.weight += weight;
    sums.absolute += weight * error;
    sums.squared += weight * error * error;
    if (y === 0) sums.zeros = true;
    else sums.relative += (weight * error) / Math.abs(y);
    total += weight * y;
  }
  if (sums.counted === 0) return { ...sums, reason: 'there are no rows' };
  const mean = total / sums.weight;
  for (let row = 0; row < truth.length; row++) {
    const weight = weights === null ? 1 : weights[row]!;
    if (weight > 0) sums.spread += weight * (truth[row]! - mean) ** 2;
  }
  return sums;
}

function r2(sums: Sums): MetricValue {
  if (sums.counted < 2) return notComputable('there are fewer than two rows');
  if (sums.spread === 0) return notComputable('the true values are all equal');
  return computed(1 - sums.squared / sums.spread);
}

/** The value at half the weight, the mean of the two beside it when it falls exactly between. */
function weightedMedian(values: Float64Array, order: Uint32Array, weights: Float64Array | null): number {
  if (weights === null) {
    const n = order.length;
    return (values[order[(n - 1) >> 1]!]! + values[order[n >> 1]!]!) / 2;
  }
  let half = 0;
  for (const weight of weights) half += weight / 2;
  let reached = 0;
  for (let i = 0; i < order.length; i++) {
    reached += weights[order[i]!]!;
    if (reached < half || weights[order[i]!] === 0) continue;
    if (reached > half) return values[order[i]!]!;
    const next = order.subarray(i + 1).find((row) => weights[row]! > 0);
    return (values[order[i]!]! + values[next ?? order[i]!]!) / 2;
  }
  return Number.NaN;
}

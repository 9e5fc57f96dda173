import type { Task } from './fitted.ts';
import type { Prediction } from './predict.ts';

/** The weighted mean log loss in nats (classes), or half squared error (regression): what searches minimise. */
export function lossOf(
  task: Task,
  prediction: Prediction,
  { target, weights }: { target: Float64Array; weights: Float64Array | null },
): number {
  const { values, width } = prediction;
  let sum = 0;
  let total = 0;
  for (let row = 0; row < target.length; row++) {
    const weight = weights === null ? 1 : weights[row]!;
    const loss =
      task === 'regression'
        ? 0.5 * (values[row]! - target[row]!) ** 2
        : -Math.log(Math.max(values[row * width + target[row]!]!, 1e-15));
    sum += weight * loss;
    total += weight;
  }
  return sum / total;
}

import type { Link, Task, TreesPredictor } from '../fitted.ts';
import { sigmoid, softmaxRows } from '../predict.ts';

/** A loss to boost: `target` is the value (squared) or the class index; weights may be null. */
export interface Objective {
  name: TreesPredictor['objective'];
  outputs: number;
  link: Link;
  /** The constant score of least loss. */
  baseline(target: Float64Array, weights: Float64Array | null): Float64Array;
  /** Derivatives by row for one output, from scores row-major `rows` × `outputs`. */
  derive(from: DeriveFrom, output: number, into: { gradients: Float64Array; hessians: Float64Array }): void;
  /** Mean loss: half squared error (squared), or log loss in nats. */
  loss(scores: Float64Array, target: Float64Array, weights: Float64Array | null): number;
  /** Called once an iteration before `derive`, where outputs share work. */
  refresh?(scores: Float64Array): void;
}

/** What derivatives are computed from. */
export interface DeriveFrom {
  scores: Float64Array;
  target: Float64Array;
  weights: Float64Array | null;
}

/** The objective of a task. */
export function objectiveOf(task: Task, classes: number): Objective {
  if (task === 'regression') return squared;
  return task === 'binary' ? logistic : softmax(classes);
}

function weightedMean(values: (row: number) => number, rows: number, weights: Float64Array | null): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights === null ? 1 : weights[row]!;
    sum += weight * values(row);
    total += weight;
  }
  return sum / total;
}

const squared: Objective = {
  name: 'squared',
  outputs: 1,
  link: 'identity',
  baseline: (target, weights) => Float64Array.of(weightedMean((row) => target[row]!, target.length, weights)),
  derive({ scores, target, weights }, _output, { gradients, hessians }) {
    for (let row = 0; row < target.length; row++) {
      const weight = weights === null ? 1 : weights[row]!;
      gradients[row] = weight * (scores[row]! - target[row]!);
      hessians[row] = weight;
    }
  },
  loss: (scores, target, weights) =>
    weightedMean((row) => 0.5 * (scores[row]! - target[row]!) ** 2, target.length, weights),
};

const logistic: Objective = {
  name: 'logistic',
  outputs: 1,
  link: 'sigmoid',
  baseline(target, weights) {
    const p = weightedMean((row) => target[row]!, target.length, weights);
    return Float64Array.of(Math.log(p / (1 - p)));
  },
  derive({ scores, target, weights }, _output, { gradients, hessians }) {
    for (let row = 0; row < target.length; row++) {
      const weight = weights === null ? 1 : weights[row]!;
      const p = sigmoid(scores[row]!);
      gradients[row] = weight * (p - target[row]!);
      hessians[row] = weight * p * (1 - p);
    }
  },
  loss: (scores, target, weights) =>
    weightedMean((row) => softplus(scores[row]!) - target[row]! * scores[row]!, target.length, weights),
};

/** log(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function softmax(classes: number): Objective {
  let probabilities = new Float64Array(0);
  return {
    name: 'softmax',
    outputs: classes,
    link: 'softmax',
    baseline(target, weights) {
      const logs = Float64Array.from({ length: classes }, (_, k) =>
        Math.log(weightedMean((row) => (target[row] === k ? 1 : 0), target.length, weights)),
      );
      const mean = logs.reduce((sum, value) => sum + value, 0) / classes;
      return logs.map((value) => value - mean);
    },
    refresh(scores) {
      probabilities = softmaxRows(scores, classes) as typeof probabilities;
    },
    derive({ target, weights }, output, { gradients, hessians }) {
      for (let row = 0; row < target.length; row++) {
        const weight = weights === null ? 1 : weights[row]!;
        const p = probabilities[row * classes + output]!;
        gradients[row] = weight * (p - (target[row] === output ? 1 : 0));
        hessians[row] = weight * p * (1 - p);
      }
    },
    loss: (scores, target, weights) =>
      weightedMean(
        (row) => logSumExp(scores, row * classes, classes) - scores[row * classes + target[row]!]!,
        target.length,
        weights,
      ),
  };
}

function logSumExp(scores: Float64Array, start: number, width: number): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < width; k++) max = Math.max(max, scores[start + k]!);
  let sum = 0;
  for (let k = 0; k < width; k++) sum += Math.exp(scores[start + k]! - max);
  return max + Math.log(sum);
}

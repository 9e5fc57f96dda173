import type { Task } from '../fitted.ts';
import { scoreLinear, sigmoid, softmaxRows } from '../predict.ts';
import type { Block } from '../prepare.ts';
import type { SmoothFunction } from './owl-qn.ts';

/** What the loss is taken over. */
export interface LinearLossData {
  task: Task;
  blocks: Block[];
  width: number;
  target: Float64Array;
  weights: Float64Array | null;
  params: { l2: number };
}

/**
 * The weighted mean loss plus the L2 term, at a point that holds, for each output, its coefficients and then its
 * intercept: half squared error, or log loss in nats.
 */
export function linearLoss(data: LinearLossData, outputs: number): SmoothFunction {
  const { target, width } = data;
  const rows = target.length;
  const shares = normalised(data.weights, rows);
  const residuals = new Float64Array(rows * outputs);
  return (at, gradient) => {
    const scores = scoreLinear(unpack(at, outputs, width), data.blocks, rows);
    const value = data.task === 'multiclass' ? softmaxLoss : data.task === 'binary' ? logisticLoss : squaredLoss;
    const loss = value({ scores, target, shares, residuals, outputs });
    gather(data, { residuals, outputs, gradient });
    let squares = 0;
    for (let k = 0; k < outputs; k++) {
      for (let slot = 0; slot < width; slot++) {
        const i = k * (width + 1) + slot;
        squares += at[i]! * at[i]!;
        gradient[i]! += data.params.l2 * at[i]!;
      }
    }
    return loss + 0.5 * data.params.l2 * squares;
  };
}

function normalised(weights: Float64Array | null, rows: number): Float64Array {
  if (weights === null) return new Float64Array(rows).fill(1 / rows);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** A point of the solver as a linear predictor. */
export function unpack(at: Float64Array, outputs: number, width: number) {
  const coefficients = new Float64Array(outputs * width);
  const intercepts = new Float64Array(outputs);
  for (let k = 0; k < outputs; k++) {
    coefficients.set(at.subarray(k * (width + 1), k * (width + 1) + width), k * width);
    intercepts[k] = at[k * (width + 1) + width]!;
  }
  return { kind: 'linear' as const, outputs, coefficients, intercepts, link: 'identity' as const };
}

interface Evaluation {
  scores: Float64Array;
  target: Float64Array;
  /** Weights that add up to 1. */
  shares: Float64Array;
  /** Written: the loss's derivative by each score. */
  residuals: Float64Array;
  outputs: number;
}

function squaredLoss({ scores, target, shares, residuals }: Evaluation): number {
  let loss = 0;
  for (let row = 0; row < target.length; row++) {
    const error = scores[row]! - target[row]!;
    residuals[row] = shares[row]! * error;
    loss += 0.5 * shares[row]! * error * error;
  }
  return loss;
}

function logisticLoss({ scores, target, shares, residuals }: Evaluation): number {
  let loss = 0;
  for (let row = 0; row < target.length; row++) {
    const score = scores[row]!;
    residuals[row] = shares[row]! * (sigmoid(score) - target[row]!);
    loss += shares[row]! * (Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - target[row]! * score);
  }
  return loss;
}

function softmaxLoss({ scores, target, shares, residuals, outputs }: Evaluation): number {
  const probabilities = softmaxRows(scores, outputs);
  let loss = 0;
  for (let row = 0; row < target.length; row++) {
    const share = shares[row]!;
    for (let k = 0; k < outputs; k++) {
      const i = row * outputs + k;
      residuals[i] = share * (probabilities[i]! - (target[row] === k ? 1 : 0));
    }
    loss -= share * Math.log(Math.max(probabilities[row * outputs + target[row]!]!, Number.MIN_VALUE));
  }
  return loss;
}

function gather(
  data: LinearLossData,
  into: { residuals: Float64Array; outputs: number; gradient: Float64Array },
): void {
  const { residuals, outputs, gradient } = into;
  const rows = data.target.length;
  gradient.fill(0);
  for (let k = 0; k < outputs; k++) {
    const base = k * (data.width + 1);
    let total = 0;
    for (let row = 0; row < rows; row++) total += residuals[row * outputs + k]!;
    gradient[base + data.width] = total;
    for (const block of data.blocks) {
      if (block.kind === 'dense') {
        let sum = 0;
        for (let row = 0; row < rows; row++) sum += residuals[row * outputs + k]! * block.values[row]!;
        gradient[base + block.slot] = sum;
      } else {
        for (let row = 0; row < rows; row++) {
          const code = block.codes[row]!;
          if (code >= 0) gradient[base + block.slot + code]! += residuals[row * outputs + k]!;
        }
      }
    }
  }
}

import type { InnerSession, ReadLinear, Tensor } from '../../../onnx/index.ts';
import { toFeeds } from '../batch/batch-tensors.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import type { RowBlock } from '../predict/row-block.ts';
import type { MarginShap } from './explain-trees.ts';

/** A linear model: scores that are sums over its columns. */
export interface LinearExplainer {
  kind: 'linear';
  linear: ReadLinear;
  inner: InnerSession;
}

/** What each column gives to each score, before any mean is taken off: `(row * players + player) * outputs + output`. */
export async function linearParts(
  { linear, inner }: LinearExplainer,
  plan: ModelPlan,
  block: RowBlock,
): Promise<Float64Array> {
  const { outputs } = linear;
  const players = plan.columns.length;
  const results = await inner.run(toFeeds(plan, [block]));
  const parts = new Float64Array(block.rows * players * outputs);
  for (const { tensor, origins, weights, sign } of linear.terms) {
    const { data } = results[tensor] as Tensor;
    const width = origins.length;
    for (let row = 0; row < block.rows; row++) {
      for (let column = 0; column < width; column++) {
        const player = origins[column]!;
        if (player < 0) continue;
        const value = sign * Number(data[row * width + column]);
        const at = (row * players + player) * outputs;
        if (!weights) parts[at + column]! += value;
        else for (let k = 0; k < outputs; k++) parts[at + k]! += value * weights[column * outputs + k]!;
      }
    }
  }
  return parts;
}

interface LinearTask {
  parts: Float64Array;
  row: number;
  output: number;
  /** Parts of the background's rows, and how many rows it has. */
  background: { parts: Float64Array; rows: number };
}

/** Exact interventional values of a row (Štrumbelj and Kononenko 2014): each column's part less its mean over the background. */
export function explainLinear({ linear }: LinearExplainer, players: number, task: LinearTask): MarginShap {
  const { outputs, intercept } = linear;
  const contributions = new Float64Array(players);
  let base = intercept[task.output]!;
  let value = base;
  for (let player = 0; player < players; player++) {
    let mean = 0;
    for (let row = 0; row < task.background.rows; row++) {
      mean += task.background.parts[(row * players + player) * outputs + task.output]!;
    }
    mean /= task.background.rows;
    const part = task.parts[(task.row * players + player) * outputs + task.output]!;
    contributions[player] = part - mean;
    base += mean;
    value += part;
  }
  return { base, value, contributions };
}

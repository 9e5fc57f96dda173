import type { Table } from './columns.ts';
import type { FittedModel, LinearPredictor, Link, TreesPredictor } from './fitted.ts';
import { type Block, encode } from './prepare.ts';

/** What a model answers: numbers (regression), or probabilities row-major `rows` × `classes`. */
export interface Prediction {
  rows: number;
  /** 1 for regression, the number of classes otherwise. */
  width: number;
  values: Float64Array;
}

/** Applies a fitted model to a table, in double precision: the oracle that the exported graph is checked against. */
export function predict(model: FittedModel, table: Table): Prediction {
  const blocks = encode(model.inputs, table);
  const scores =
    model.predictor.kind === 'linear'
      ? scoreLinear(model.predictor, blocks, table.rows)
      : scoreTrees(model.predictor, blocks, table.rows);
  return applyLink(scores, model.predictor.outputs, model.predictor.link);
}

/** Turns scores (row-major `rows` × `outputs`) into answers; a sigmoid's one score becomes two probabilities. */
export function applyLink(scores: Float64Array, outputs: number, link: Link): Prediction {
  const rows = scores.length / outputs;
  if (link === 'identity') return { rows, width: outputs, values: scores };
  if (link === 'softmax') return { rows, width: outputs, values: softmaxRows(scores, outputs) };
  const values = new Float64Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    const p = sigmoid(scores[row]!);
    values[2 * row] = 1 - p;
    values[2 * row + 1] = p;
  }
  return { rows, width: 2, values };
}

/** The logistic function, without overflow at either end. */
export function sigmoid(score: number): number {
  if (score >= 0) return 1 / (1 + Math.exp(-score));
  const e = Math.exp(score);
  return e / (1 + e);
}

/** Softmax of each row, in a new array. */
export function softmaxRows(scores: Float64Array, width: number): Float64Array {
  const values = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += width) {
    let max = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < width; k++) max = Math.max(max, scores[start + k]!);
    let sum = 0;
    for (let k = 0; k < width; k++) {
      const e = Math.exp(scores[start + k]! - max);
      values[start + k] = e;
      sum += e;
    }
    for (let k = 0; k < width; k++) values[start + k]! /= sum;
  }
  return values;
}

/** Scores of a linear model for encoded rows, row-major `rows` × `outputs`. */
export function scoreLinear(model: LinearPredictor, blocks: Block[], rows: number): Float64Array {
  const { outputs, coefficients, intercepts } = model;
  const width = coefficients.length / outputs;
  const scores = new Float64Array(rows * outputs);
  for (let k = 0; k < outputs; k++) {
    for (let row = 0; row < rows; row++) scores[row * outputs + k] = intercepts[k]!;
    for (const block of blocks) {
      const base = k * width + block.slot;
      if (block.kind === 'dense') {
        const weight = coefficients[base]!;
        for (let row = 0; row < rows; row++) scores[row * outputs + k]! += weight * block.values[row]!;
      } else {
        for (let row = 0; row < rows; row++) {
          const code = block.codes[row]!;
          if (code >= 0) scores[row * outputs + k]! += coefficients[base + code]!;
        }
      }
    }
  }
  return scores;
}

/** Scores of a tree ensemble for encoded rows, row-major `rows` × `outputs`. */
export function scoreTrees(model: TreesPredictor, blocks: Block[], rows: number): Float64Array {
  const slots = slotColumns(blocks, rows);
  const { outputs } = model;
  const scores = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < outputs; k++) scores[row * outputs + k] = model.baseline[k]!;
  }
  for (let tree = 0; tree < model.roots.length; tree++) addTree(model, tree, { slots, scores });
  return scores;
}

/** Adds one tree's leaf values to the scores of its output. */
export function addTree(
  model: TreesPredictor,
  tree: number,
  { slots, scores }: { slots: Float64Array[]; scores: Float64Array },
): void {
  const { feature, threshold, left, right, missingLeft, setOffset, setWords, value, outputs } = model;
  const root = model.roots[tree]!;
  const output = model.treeOutput[tree]!;
  const rows = scores.length / outputs;
  for (let row = 0; row < rows; row++) {
    let node = root;
    let slot = feature[node]!;
    while (slot >= 0) {
      const x = slots[slot]![row]!;
      const offset = setOffset[node]!;
      let goesLeft: boolean;
      if (Number.isNaN(x)) goesLeft = missingLeft[node] === 1;
      else if (offset < 0) goesLeft = x <= threshold[node]!;
      else goesLeft = ((setWords[offset + (x >> 5)]! >>> (x & 31)) & 1) === 1;
      node = goesLeft ? left[node]! : right[node]!;
      slot = feature[node]!;
    }
    scores[row * outputs + output]! += value[node]!;
  }
}

/** One float32-exact column a slot: one-hot blocks are spread out, scaled values are rounded as the graph rounds them. */
export function slotColumns(blocks: Block[], rows: number): Float64Array[] {
  const slots: Float64Array[] = [];
  for (const block of blocks) {
    if (block.kind === 'dense') {
      slots[block.slot] = block.values.map(Math.fround);
      continue;
    }
    for (let code = 0; code < block.width; code++) slots[block.slot + code] = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const code = block.codes[row]!;
      if (code >= 0) slots[block.slot + code]![row] = 1;
    }
  }
  return slots;
}

import { setImmediate as turn } from 'node:timers/promises';
import { fail } from '../../../kernel/errors.ts';
import { decide, type InnerSession, type ReadTrees } from '../../../onnx/index.ts';
import { addTreeShap, emptySum, type ShapTrees } from '../../evaluation/index.ts';
import { toFeeds } from '../batch/batch-tensors.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import type { RowBlock } from '../predict/row-block.ts';
import type { Background } from './explain-ports.ts';

/** A tree ensemble inside a model, its splits by the model's columns. */
export interface TreeExplainer {
  kind: 'trees';
  trees: ReadTrees;
  /** The model's column behind each column the trees look at. */
  players: Int32Array;
  inner: InnerSession;
}

/** The margin of a row, and what each column gave to it. */
export interface MarginShap {
  base: number;
  value: number;
  contributions: Float64Array;
}

/** How long the event loop may wait for an explanation. */
const sliceMs = 4;

/** What the trees see of some rows, and what the runtime makes of it. */
export async function seenByTrees({ trees, inner }: TreeExplainer, plan: ModelPlan, block: RowBlock) {
  const results = await inner.run(toFeeds(plan, [block]));
  const x = results[trees.input]!;
  return { x: x.data as Float32Array, width: x.dims[1]!, sums: results[trees.output]!.data as Float32Array };
}

/** Counts the rows of a background at every node. */
export async function countCovers(
  explainer: TreeExplainer,
  plan: ModelPlan,
  { block }: Background,
): Promise<Float64Array> {
  const { trees } = explainer;
  const { x, width } = await seenByTrees(explainer, plan, block);
  const cover = new Float64Array(trees.column.length);
  let since = performance.now();
  for (let row = 0; row < block.rows; row++) {
    const goesLeft = decide(trees, x, row * width);
    for (let node of trees.roots) {
      cover[node]!++;
      while (trees.column[node]! >= 0) {
        node = goesLeft[node] ? trees.left[node]! : trees.right[node]!;
        cover[node]!++;
      }
    }
    if (performance.now() - since > sliceMs) {
      await turn();
      since = performance.now();
    }
  }
  return cover;
}

interface TreeTask {
  x: ArrayLike<number>;
  /** First value of the row. */
  from: number;
  output: number;
  cover: Float64Array | undefined;
  players: number;
  deadline: number;
}

/** Exact path-dependent values of one row; lets others have their turn, and fails with `timeout` at the deadline. */
export async function explainRow({ trees, players }: TreeExplainer, task: TreeTask): Promise<MarginShap> {
  const goesLeft = decide(trees, task.x, task.from);
  const value = new Float64Array(trees.column.length);
  for (let node = 0; node < value.length; node++) value[node] = trees.values[node * trees.outputs + task.output]!;
  const game: ShapTrees = {
    roots: trees.roots,
    player: trees.column.map((column) => (column < 0 ? -1 : players[column]!)),
    left: trees.left,
    right: trees.right,
    cover: task.cover ?? new Float64Array(value.length),
    value,
    players: task.players,
  };
  const sum = emptySum(task.players);
  let since = performance.now();
  for (let tree = 0; tree < game.roots.length; tree++) {
    addTreeShap(game, goesLeft, { sum, from: tree, to: tree + 1 });
    const now = performance.now();
    if (now > task.deadline) tooLate();
    if (now - since < sliceMs) continue;
    await turn();
    since = performance.now();
  }
  const base = sum.base + trees.base[task.output]!;
  const margin = marginOf(trees, goesLeft, task.output);
  return { base, value: margin, contributions: sum.contributions };
}

function marginOf(trees: ReadTrees, goesLeft: Uint8Array, output: number): number {
  let margin = trees.base[output]!;
  for (let node of trees.roots) {
    while (trees.column[node]! >= 0) node = goesLeft[node] ? trees.left[node]! : trees.right[node]!;
    margin += trees.values[node * trees.outputs + output]!;
  }
  return margin;
}

/** All margins of a row. */
export function marginsOf(trees: ReadTrees, x: ArrayLike<number>, from: number): Float64Array {
  const goesLeft = decide(trees, x, from);
  return Float64Array.from({ length: trees.outputs }, (_, output) => marginOf(trees, goesLeft, output));
}

/** Whether the runtime says the same of a row as these trees do: what was read of the file is what it computes. */
export function agrees(trees: ReadTrees, margins: Float64Array, sums: ArrayLike<number>): boolean {
  const count = sums.length;
  const last = margins.length === 1 ? count - 1 : undefined;
  const linked = link(trees.transform, margins);
  if (!linked) return false;
  return [...linked].every((value, k) => {
    const said = sums[last ?? k]!;
    return Math.abs(said - value) <= 1e-4 * Math.max(1, Math.abs(value));
  });
}

function link(transform: string, margins: Float64Array): Float64Array | undefined {
  if (transform === 'NONE') return margins;
  if (transform === 'LOGISTIC') return margins.map((margin) => 1 / (1 + Math.exp(-margin)));
  if (transform !== 'SOFTMAX') return undefined;
  const top = Math.max(...margins);
  const raised = margins.map((margin) => Math.exp(margin - top));
  const sum = raised.reduce((all, one) => all + one, 0);
  return raised.map((one) => one / sum);
}

/** What is said where an exact explanation takes longer than the request may. */
export function tooLate(): never {
  return fail('timeout', 'The deadline passed before the explanation was ready.', {
    field: 'explain',
    cure: 'Ask for fewer rows at once, or give the endpoint a longer `timeoutMs`.',
  });
}

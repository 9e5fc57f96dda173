import { maxBins } from './bins.ts';
import type { Crew } from './crew.ts';
import { nodeField, nodeFields, setWords, splitField, splitFields, type TreeMemory } from './memory.ts';
import { clip, leafValue } from './split.ts';
import { addLeaf, type TreeArrays } from './tree.ts';

/** How far a tree may grow. */
export interface GrowthRules {
  maxLeaves: number;
  /** Levels below the root; null for no limit. */
  maxDepth: number | null;
  learningRate: number;
}

/** Derivatives of the loss by row, and the rows a tree learns from (in `memory.order`). */
export interface Derivatives {
  gradients: Float64Array;
  hessians: Float64Array;
  rows: number;
}

interface Split {
  feature: number;
  gain: number;
  bin: number;
  missingLeft: number;
  gradient: number;
  hessian: number;
  rows: number;
  leftValue: number;
  rightValue: number;
  /** Categories that go left, or null for a threshold. */
  set: Uint32Array | null;
}

interface Leaf {
  node: number;
  start: number;
  rows: number;
  depth: number;
  slot: number;
  gradient: number;
  hessian: number;
  low: number;
  high: number;
  split: Split | null;
}

/** Everything a tree under way needs. */
interface Growth {
  memory: TreeMemory;
  crew: Crew;
  rules: GrowthRules;
  from: Derivatives;
  trees: TreeArrays;
  spare: Int32Array;
}

/** A grown leaf: its part of `memory.order` and what it adds to the score (learning rate applied, float32-exact). */
export interface GrownLeaf {
  start: number;
  rows: number;
  value: number;
}

/**
 * Grows one tree leaf-wise (the leaf of the largest gain is split next) and appends it to `trees`; answers its leaves.
 * Only the smaller child's histogram is built, the other's is the parent's less it.
 */
export function growTree(growth: Growth): GrownLeaf[] {
  const { trees, rules, memory, from } = growth;
  const root = createRoot(growth);
  trees.roots.push(root.node);
  const leaves = [root];
  if (canSplit(growth, root) && rules.maxLeaves > 1) {
    gatherDerivatives(memory, from, root);
    describe(memory, 0, root);
    memory.nodes[nodeFields + nodeField.active] = 0;
    growth.crew.search();
    root.split = bestSplit(memory, 0);
  }
  while (leaves.length < rules.maxLeaves) {
    const next = largestGain(leaves);
    if (next < 0) break;
    const children = splitLeaf(growth, leaves[next]!, leaves.length);
    leaves.splice(next, 1, children[0]);
    leaves.push(children[1]);
    if (leaves.length < rules.maxLeaves) searchChildren(growth, children);
  }
  return leaves.map((leaf) => {
    const raw = clip(leafValue(leaf.gradient, leaf.hessian + memory.rules.l2), leaf.low, leaf.high);
    const value = Math.fround(raw * rules.learningRate);
    trees.value[leaf.node] = value;
    return { start: leaf.start, rows: leaf.rows, value };
  });
}

function createRoot({ memory, from, trees }: Growth): Leaf {
  let gradient = 0;
  let hessian = 0;
  for (let i = 0; i < from.rows; i++) {
    const row = memory.order[i]!;
    gradient += from.gradients[row]!;
    hessian += from.hessians[row]!;
  }
  const bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return {
    node: addLeaf(trees),
    start: 0,
    rows: from.rows,
    depth: 0,
    slot: 0,
    gradient,
    hessian,
    ...bounds,
    split: null,
  };
}

function canSplit({ memory, rules }: Growth, leaf: Leaf): boolean {
  if (rules.maxDepth !== null && leaf.depth >= rules.maxDepth) return false;
  return leaf.rows >= 2 * memory.rules.minLeafRows && leaf.hessian >= 2 * memory.rules.minLeafWeight;
}

function largestGain(leaves: Leaf[]): number {
  let best = -1;
  let gain = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < leaves.length; i++) {
    const split = leaves[i]!.split;
    if (split !== null && split.gain > gain) {
      gain = split.gain;
      best = i;
    }
  }
  return best;
}

/** Copies the node's derivatives next to each other: histograms then read them in a straight line. */
function gatherDerivatives(memory: TreeMemory, from: Derivatives, leaf: Leaf): void {
  const { order, gradients, hessians } = memory;
  for (let i = 0; i < leaf.rows; i++) {
    const row = order[leaf.start + i]!;
    gradients[i] = from.gradients[row]!;
    hessians[i] = from.hessians[row]!;
  }
  memory.control[2] = leaf.start;
  memory.control[3] = leaf.rows;
}

function describe(memory: TreeMemory, which: number, leaf: Leaf): void {
  const at = which * nodeFields;
  const { nodes } = memory;
  nodes[at + nodeField.slot] = leaf.slot;
  nodes[at + nodeField.gradient] = leaf.gradient;
  nodes[at + nodeField.hessian] = leaf.hessian;
  nodes[at + nodeField.rows] = leaf.rows;
  nodes[at + nodeField.low] = leaf.low;
  nodes[at + nodeField.high] = leaf.high;
  nodes[at + nodeField.active] = 1;
}

/** The best of all features' splits; the first of equals, whoever found it. */
function bestSplit(memory: TreeMemory, which: number): Split | null {
  const { splits, active, control, features } = memory;
  let feature = -1;
  let gain = Number.NEGATIVE_INFINITY;
  for (let a = 0; a < control[4]!; a++) {
    const f = active[a]!;
    const candidate = splits[(which * features.length + f) * splitFields + splitField.gain]!;
    if (candidate > gain) {
      gain = candidate;
      feature = f;
    }
  }
  if (feature < 0) return null;
  const at = (which * features.length + feature) * splitFields;
  const set = (which * features.length + feature) * setWords;
  return {
    feature,
    gain,
    bin: splits[at + splitField.bin]!,
    missingLeft: splits[at + splitField.missingLeft]!,
    gradient: splits[at + splitField.gradient]!,
    hessian: splits[at + splitField.hessian]!,
    rows: splits[at + splitField.rows]!,
    leftValue: splits[at + splitField.leftValue]!,
    rightValue: splits[at + splitField.rightValue]!,
    set: splits[at + splitField.categorical] === 1 ? memory.sets.slice(set, set + setWords) : null,
  };
}

function splitLeaf(growth: Growth, parent: Leaf, freeSlot: number): [Leaf, Leaf] {
  const { memory, trees } = growth;
  const split = parent.split!;
  partition(growth, parent, split);
  writeSplit(growth, parent.node, split);
  const depth = parent.depth + 1;
  const shared = { depth, split: null, low: parent.low, high: parent.high };
  const rightRows = parent.rows - split.rows;
  const leftIsSmall = split.rows <= rightRows;
  const left: Leaf = {
    ...shared,
    node: trees.left[parent.node]!,
    start: parent.start,
    rows: split.rows,
    slot: leftIsSmall ? freeSlot : parent.slot,
    gradient: split.gradient,
    hessian: split.hessian,
  };
  const right: Leaf = {
    ...shared,
    node: trees.right[parent.node]!,
    start: parent.start + split.rows,
    rows: rightRows,
    slot: leftIsSmall ? parent.slot : freeSlot,
    gradient: parent.gradient - split.gradient,
    hessian: parent.hessian - split.hessian,
  };
  boundChildren(memory, split, [left, right]);
  return [left, right];
}

/** Below a monotone split neither side may cross the middle of the two values. */
function boundChildren(memory: TreeMemory, split: Split, [left, right]: [Leaf, Leaf]): void {
  const direction = memory.features[split.feature]!.monotone;
  if (direction === 0) return;
  const middle = (split.leftValue + split.rightValue) / 2;
  if (direction > 0) {
    left.high = middle;
    right.low = middle;
  } else {
    left.low = middle;
    right.high = middle;
  }
}

function writeSplit({ memory, trees }: Growth, node: number, split: Split): void {
  const feature = memory.features[split.feature]!;
  trees.left[node] = addLeaf(trees);
  trees.right[node] = addLeaf(trees);
  trees.feature[node] = feature.slot;
  trees.missingLeft[node] = split.missingLeft;
  if (split.set === null) {
    trees.threshold[node] = feature.thresholds[split.bin] ?? Number.POSITIVE_INFINITY;
    return;
  }
  trees.setOffset[node] = trees.setWords.length;
  const words = Math.ceil((feature.bins - 1) / 32);
  for (let word = 0; word < words; word++) trees.setWords.push(split.set[word]!);
}

const goesLeft = new Uint8Array(maxBins + 1);

/** Parts the leaf's rows stably: those that go left first. */
function partition({ memory, spare }: Growth, leaf: Leaf, split: Split): void {
  const { order, bins, rows, features } = memory;
  const missing = features[split.feature]!.bins - 1;
  for (let bin = 0; bin < missing; bin++) {
    goesLeft[bin] = split.set === null ? Number(bin <= split.bin) : (split.set[bin >> 5]! >>> (bin & 31)) & 1;
  }
  goesLeft[missing] = split.missingLeft;
  const column = split.feature * rows;
  let left = leaf.start;
  let right = 0;
  const end = leaf.start + leaf.rows;
  // Both are written and one is kept: no branch for the processor to guess wrong.
  for (let i = leaf.start; i < end; i++) {
    const row = order[i]!;
    const side = goesLeft[bins[column + row]!]!;
    order[left] = row;
    spare[right] = row;
    left += side;
    right += 1 - side;
  }
  order.set(spare.subarray(0, right), left);
}

function searchChildren(growth: Growth, children: [Leaf, Leaf]): void {
  const { memory } = growth;
  const open = children.map((child) => canSplit(growth, child));
  if (!open[0] && !open[1]) return;
  const small = children[0].rows <= children[1].rows ? 0 : 1;
  const [built, sibling] = [children[small]!, children[1 - small]!];
  gatherDerivatives(memory, growth.from, built);
  describe(memory, 0, built);
  describe(memory, 1, sibling);
  growth.crew.search();
  if (open[small]) built.split = bestSplit(memory, 0);
  if (open[1 - small]) sibling.split = bestSplit(memory, 1);
}

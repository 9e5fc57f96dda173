import type { Link, TreesPredictor } from '../fitted.ts';

/** Growing flat arrays of an ensemble; `sealTrees` turns them into the typed arrays of a fitted model. */
export interface TreeArrays {
  roots: number[];
  treeOutput: number[];
  feature: number[];
  threshold: number[];
  left: number[];
  right: number[];
  missingLeft: number[];
  setOffset: number[];
  setWords: number[];
  value: number[];
}

/** Arrays without a tree. */
export function emptyTrees(): TreeArrays {
  return {
    roots: [],
    treeOutput: [],
    feature: [],
    threshold: [],
    left: [],
    right: [],
    missingLeft: [],
    setOffset: [],
    setWords: [],
    value: [],
  };
}

/** Adds a leaf and gives its index. */
export function addLeaf(trees: TreeArrays): number {
  trees.feature.push(-1);
  trees.threshold.push(0);
  trees.left.push(-1);
  trees.right.push(-1);
  trees.missingLeft.push(0);
  trees.setOffset.push(-1);
  trees.value.push(0);
  return trees.feature.length - 1;
}

/** The first `count` trees (all unless said) as a predictor. */
export function sealTrees(
  trees: TreeArrays,
  head: { objective: TreesPredictor['objective']; outputs: number; link: Link; baseline: Float64Array },
  count = trees.roots.length,
): TreesPredictor {
  const nodes = trees.roots[count] ?? trees.feature.length;
  return {
    kind: 'trees',
    ...head,
    roots: Int32Array.from(trees.roots.slice(0, count)),
    treeOutput: Int32Array.from(trees.treeOutput.slice(0, count)),
    feature: Int32Array.from(trees.feature.slice(0, nodes)),
    threshold: Float64Array.from(trees.threshold.slice(0, nodes)),
    left: Int32Array.from(trees.left.slice(0, nodes)),
    right: Int32Array.from(trees.right.slice(0, nodes)),
    missingLeft: Uint8Array.from(trees.missingLeft.slice(0, nodes)),
    setOffset: Int32Array.from(trees.setOffset.slice(0, nodes)),
    setWords: Uint32Array.from(trees.setWords),
    value: Float64Array.from(trees.value.slice(0, nodes)),
  };
}

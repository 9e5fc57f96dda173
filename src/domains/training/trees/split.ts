import { buildHistograms, subtractHistograms } from './histogram.ts';
import { nodeField, nodeFields, setWords, splitField, splitFields, type TreeMemory } from './memory.ts';

/** Builds histograms of the node at hand and its sibling, and finds each feature's best split of both, for `active[from … to-1]`. */
export function searchFeatures(memory: TreeMemory, from: number, to: number): void {
  buildHistograms(memory, from, to);
  const sibling = memory.nodes[nodeFields + nodeField.active] === 1;
  if (sibling) subtractHistograms(memory, from, to);
  for (let a = from; a < to; a++) {
    const f = memory.active[a]!;
    for (let which = 0; which <= (sibling ? 1 : 0); which++) {
      const scan = openScan(memory, f, which);
      if (memory.features[f]!.categorical) scanCategories(memory, scan);
      else scanThresholds(memory, scan);
    }
  }
}

/** A search at work: where it reads and writes, and its node's sums. */
interface Scan {
  feature: number;
  which: number;
  /** First bin in `counts`; twice that in `sums`. */
  base: number;
  /** First number in `splits`. */
  out: number;
  gradient: number;
  hessian: number;
  rows: number;
  low: number;
  high: number;
  monotone: number;
  l2: number;
  parentScore: number;
}

function openScan(memory: TreeMemory, f: number, which: number): Scan {
  const { nodes, offsets, features, splits, rules } = memory;
  const at = which * nodeFields;
  const out = (which * features.length + f) * splitFields;
  splits[out + splitField.gain] = Number.NEGATIVE_INFINITY;
  const gradient = nodes[at + nodeField.gradient]!;
  const hessian = nodes[at + nodeField.hessian]!;
  const low = nodes[at + nodeField.low]!;
  const high = nodes[at + nodeField.high]!;
  return {
    feature: f,
    which,
    base: nodes[at + nodeField.slot]! * offsets[offsets.length - 1]! + offsets[f]!,
    out,
    gradient,
    hessian,
    rows: nodes[at + nodeField.rows]!,
    low,
    high,
    monotone: features[f]!.monotone,
    l2: rules.l2,
    parentScore: scoreOf(gradient, hessian + rules.l2, clip(leafValue(gradient, hessian + rules.l2), low, high)),
  };
}

/** The Newton step of a leaf; `weight` is the sum of hessians plus L2. */
export function leafValue(gradient: number, weight: number): number {
  return -gradient / (weight + 1e-15);
}

/** Keeps a value within bounds. */
export function clip(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** Twice the loss that a leaf of this value takes away, by the second-order approximation (Chen and Guestrin 2016, eq. 6). */
function scoreOf(gradient: number, weight: number, value: number): number {
  return -(2 * gradient * value + weight * value * value);
}

/** Tries every threshold, with the missing values on the right and, where there are any, on the left. */
function scanThresholds(memory: TreeMemory, scan: Scan): void {
  const { counts, sums, features } = memory;
  const missing = features[scan.feature]!.bins - 1;
  const missingRows = counts[scan.base + missing]!;
  scanFrom(memory, scan, { gradient: 0, hessian: 0, rows: 0, last: missingRows > 0 ? missing : missing - 1, side: 0 });
  if (missingRows === 0) return;
  const at = 2 * (scan.base + missing);
  scanFrom(memory, scan, {
    gradient: sums[at]!,
    hessian: sums[at + 1]!,
    rows: missingRows,
    last: missing - 1,
    side: 1,
  });
}

/** What is left of the first threshold, the end of the scan, and whether missing values are among it (`side` 1). */
interface ScanStart {
  gradient: number;
  hessian: number;
  rows: number;
  last: number;
  side: number;
}

function scanFrom(memory: TreeMemory, scan: Scan, start: ScanStart): void {
  const { counts, sums, rules, splits, bounded } = memory;
  const { base, out, parentScore } = scan;
  const { l2, minLeafRows, minLeafWeight } = rules;
  let { gradient, hessian, rows } = start;
  let best = Math.max(splits[out + splitField.gain]!, rules.minGain);
  for (let bin = 0; bin < start.last; bin++) {
    const count = counts[base + bin]!;
    if (count === 0) continue;
    rows += count;
    gradient += sums[2 * (base + bin)]!;
    hessian += sums[2 * (base + bin) + 1]!;
    if (rows < minLeafRows) continue;
    if (scan.rows - rows < minLeafRows) break;
    const rightGradient = scan.gradient - gradient;
    const rightHessian = scan.hessian - hessian;
    if (hessian < minLeafWeight || rightHessian < minLeafWeight) continue;
    const gain = bounded
      ? boundedGain(scan, gradient, hessian)
      : (gradient * gradient) / (hessian + l2) + (rightGradient * rightGradient) / (rightHessian + l2) - parentScore;
    if (gain <= best) continue;
    best = gain;
    splits[out + splitField.gain] = gain;
    splits[out + splitField.bin] = bin;
    // Where no value is missing, those that come later follow the larger side.
    const missing = counts[base + memory.features[scan.feature]!.bins - 1]!;
    splits[out + splitField.missingLeft] = missing > 0 ? start.side : rows > scan.rows - rows ? 1 : 0;
    writeSums(memory, scan, { gradient, hessian, rows });
  }
}

/** The gain with values kept within the node's bounds; -Infinity where they would break the feature's direction. */
function boundedGain(scan: Scan, gradient: number, hessian: number): number {
  const { l2 } = scan;
  const rightGradient = scan.gradient - gradient;
  const rightWeight = scan.hessian - hessian + l2;
  const left = clip(leafValue(gradient, hessian + l2), scan.low, scan.high);
  const right = clip(leafValue(rightGradient, rightWeight), scan.low, scan.high);
  if (scan.monotone * (right - left) < 0) return Number.NEGATIVE_INFINITY;
  return scoreOf(gradient, hessian + l2, left) + scoreOf(rightGradient, rightWeight, right) - scan.parentScore;
}

interface Sums {
  gradient: number;
  hessian: number;
  rows: number;
}

function writeSums(memory: TreeMemory, scan: Scan, left: Sums): void {
  const { splits, rules } = memory;
  const { out, low, high } = scan;
  const right = leafValue(scan.gradient - left.gradient, scan.hessian - left.hessian + rules.l2);
  splits[out + splitField.gradient] = left.gradient;
  splits[out + splitField.hessian] = left.hessian;
  splits[out + splitField.rows] = left.rows;
  splits[out + splitField.leftValue] = clip(leafValue(left.gradient, left.hessian + rules.l2), low, high);
  splits[out + splitField.rightValue] = clip(right, low, high);
  splits[out + splitField.categorical] = memory.features[scan.feature]!.categorical ? 1 : 0;
}

/** Sum of hessians below which a category says too little to be sorted, and what steadies its rank. */
const categorySupport = 10;

/**
 * Sorts the node's categories (missing values are one) by gradient over hessian and tries every prefix of that order,
 * which holds the best of all subsets (Fisher 1958); rare categories of the node go right, as unseen ones do, so the
 * order is tried from both ends.
 */
function scanCategories(memory: TreeMemory, scan: Scan): void {
  const { counts, sums, features } = memory;
  const { base } = scan;
  const bins = features[scan.feature]!.bins;
  const support = (scan.hessian / scan.rows) * categorySupport;
  const ranked: { bin: number; rank: number }[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const hessian = sums[2 * (base + bin) + 1]!;
    if (counts[base + bin]! < categorySupport) continue;
    ranked.push({ bin, rank: sums[2 * (base + bin)]! / (hessian + support) });
  }
  if (ranked.length < 1) return;
  ranked.sort((a, b) => a.rank - b.rank || a.bin - b.bin);
  const order = ranked.map((category) => category.bin);
  scanPrefixes(memory, scan, order);
  scanPrefixes(memory, scan, order.toReversed());
}

function scanPrefixes(memory: TreeMemory, scan: Scan, order: number[]): void {
  const { counts, sums, rules, splits, sets, features, bounded } = memory;
  const { base, out } = scan;
  const { l2, minLeafRows, minLeafWeight } = rules;
  const left: Sums = { gradient: 0, hessian: 0, rows: 0 };
  let best = Math.max(splits[out + splitField.gain]!, rules.minGain);
  let taken = -1;
  for (let i = 0; i < order.length; i++) {
    const bin = order[i]!;
    left.rows += counts[base + bin]!;
    left.gradient += sums[2 * (base + bin)]!;
    left.hessian += sums[2 * (base + bin) + 1]!;
    if (scan.rows - left.rows < minLeafRows) break;
    const rightHessian = scan.hessian - left.hessian;
    if (left.rows < minLeafRows || left.hessian < minLeafWeight || rightHessian < minLeafWeight) continue;
    const rightGradient = scan.gradient - left.gradient;
    const gain = bounded
      ? boundedGain(scan, left.gradient, left.hessian)
      : left.gradient ** 2 / (left.hessian + l2) + rightGradient ** 2 / (rightHessian + l2) - scan.parentScore;
    if (gain <= best) continue;
    best = gain;
    taken = i;
    splits[out + splitField.gain] = gain;
    writeSums(memory, scan, left);
  }
  if (taken < 0) return;
  const words = sets
    .subarray((scan.which * features.length + scan.feature) * setWords)
    .subarray(0, setWords)
    .fill(0);
  const missing = features[scan.feature]!.bins - 1;
  splits[out + splitField.missingLeft] = 0;
  for (const bin of order.slice(0, taken + 1)) {
    if (bin === missing) splits[out + splitField.missingLeft] = 1;
    else words[bin >> 5]! |= 1 << (bin & 31);
  }
}

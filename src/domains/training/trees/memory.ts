import { type BinnedFeature, binColumn, chooseBins, maxBins, type SlotColumn } from './bins.ts';

/** What a node must satisfy to be split. */
export interface SplitRules {
  l2: number;
  minLeafRows: number;
  /** Smallest sum of second derivatives in a leaf. */
  minLeafWeight: number;
  /** Smallest gain that is worth a split. */
  minGain: number;
}

/** Numbers that describe a node for split search; see `nodeField`. */
export const nodeFields = 7;

/** Where each number of a node stands in its `nodeFields` numbers. */
export const nodeField = { slot: 0, gradient: 1, hessian: 2, rows: 3, low: 4, high: 5, active: 6 } as const;

/** Numbers that describe a feature's best split; see `splitField`. */
export const splitFields = 9;

/** Where each number of a split stands; `gain` is -Infinity where there is none. */
export const splitField = {
  gain: 0,
  bin: 1,
  missingLeft: 2,
  gradient: 3,
  hessian: 4,
  rows: 5,
  leftValue: 6,
  rightValue: 7,
  categorical: 8,
} as const;

/** Words of a set of categories: one bit a bin. */
export const setWords = 8;

/**
 * All arrays that growing trees needs, in shared memory when several threads build histograms, so that they need no
 * copies: each thread works on features of its own and writes results only there.
 */
export interface TreeMemory {
  rows: number;
  features: BinnedFeature[];
  rules: SplitRules;
  /** Whether any feature is monotone: leaf values are then kept within bounds. */
  bounded: boolean;
  /** First bin of each feature in a histogram, and the total at the end. */
  offsets: Int32Array;
  /** Column-major, features × rows. */
  bins: Uint8Array;
  /** Row indexes; a leaf owns a contiguous part. */
  order: Int32Array;
  /** Derivatives of the rows of the node at hand, in the order of `order`. */
  gradients: Float64Array;
  hessians: Float64Array;
  /** Histograms: `slot`s of interleaved sums of gradients and hessians, and of row counts. */
  sums: Float64Array;
  counts: Int32Array;
  /** Features in play for the tree at hand, and how many. */
  active: Int32Array;
  /** Command to helpers: `control[0]` ticket, `[1]` helpers done, `[2]` start, `[3]` count, `[4]` active features. */
  control: Int32Array;
  /** The node whose histogram is built, then its sibling (whose histogram is the parent's less the first). */
  nodes: Float64Array;
  /** Best split of each feature, for both nodes: 2 × features × `splitFields`. */
  splits: Float64Array;
  /** Categories that go left, for both nodes: 2 × features × `setWords`. */
  sets: Uint32Array;
}

/** Bins the columns and lays out memory for trees of up to `leaves` leaves. */
export function createMemory(
  columns: SlotColumn[],
  rules: SplitRules,
  shape: { rows: number; leaves: number; bins?: number; seed: number; shared: boolean },
): TreeMemory {
  const limit = Math.max(2, Math.min(maxBins, shape.bins ?? maxBins));
  const features = columns.map((column) => chooseBins(column, limit, shape.seed));
  const offsets = new Int32Array(features.length + 1);
  features.forEach((feature, f) => {
    offsets[f + 1] = offsets[f]! + feature.bins;
  });
  const total = offsets[features.length]!;
  const bytes = (length: number) => (shape.shared ? new SharedArrayBuffer(length) : new ArrayBuffer(length));
  const doubles = (length: number) => new Float64Array(bytes(8 * length));
  const integers = (length: number) => new Int32Array(bytes(4 * length));
  const { rows } = shape;
  const bins = new Uint8Array(bytes(features.length * rows));
  columns.forEach((column, f) => {
    binColumn(features[f]!, column.values, bins.subarray(f * rows, (f + 1) * rows));
  });
  return {
    rows,
    features,
    rules,
    bounded: features.some((feature) => feature.monotone !== 0),
    offsets,
    bins,
    order: integers(rows),
    gradients: doubles(rows),
    hessians: doubles(rows),
    sums: doubles(2 * total * shape.leaves),
    counts: integers(total * shape.leaves),
    active: integers(features.length),
    control: integers(8),
    nodes: doubles(2 * nodeFields),
    splits: doubles(2 * features.length * splitFields),
    sets: new Uint32Array(bytes(4 * 2 * features.length * setWords)),
  };
}

import { createRandom, sampleSorted } from '../../../kernel/random.ts';

/** The most bins a feature has beside the one for missing values, so that a bin's index fits a byte. */
export const maxBins = 255;

/** How the values of one slot become bin indexes; the last bin (`bins - 1`) holds the missing values, if any. */
export interface BinnedFeature {
  slot: number;
  /** Whether bins are category codes. */
  categorical: boolean;
  /** Bins including the one for missing values. */
  bins: number;
  /** Numeric: value `x` has the index of the first threshold that is >= x (float32-exact, ascending). */
  thresholds: Float64Array;
  /** 1 ascending, -1 descending, 0 free. */
  monotone: number;
}

/** What to bin: a float32-exact column a slot. */
export interface SlotColumn {
  slot: number;
  values: Float64Array;
  /** The number of category codes, or 0 for a numeric slot. */
  codes: number;
  monotone?: number;
}

const sampleRows = 50_000;

/** Chooses thresholds for a slot: between all distinct values when they are few, else at quantiles of a seeded sample. */
export function chooseBins(column: SlotColumn, limit: number, seed: number): BinnedFeature {
  const { slot, codes, monotone = 0 } = column;
  if (codes > 0) return { slot, categorical: true, bins: codes + 1, thresholds: new Float64Array(0), monotone };
  const sorted = sortedSample(column.values, seed);
  const thresholds = distinctThresholds(sorted, limit) ?? quantileThresholds(sorted, limit);
  return { slot, categorical: false, bins: thresholds.length + 2, thresholds, monotone };
}

function sortedSample(values: Float64Array, seed: number): Float32Array {
  const rows = values.length <= sampleRows ? null : sampleSorted(values.length, sampleRows, createRandom(seed));
  const sample = rows === null ? Float32Array.from(values) : Float32Array.from(rows, (row) => values[row]!);
  const sorted = sample.sort();
  let present = sorted.length;
  // Typed-array sort puts NaN last.
  while (present > 0 && Number.isNaN(sorted[present - 1]!)) present--;
  return sorted.subarray(0, present);
}

function distinctThresholds(sorted: Float32Array, limit: number): Float64Array | null {
  const thresholds: number[] = [];
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1]) continue;
    if (thresholds.length + 1 >= limit) return null;
    thresholds.push(between(sorted[i - 1]!, sorted[i]!));
  }
  return Float64Array.from(thresholds);
}

function quantileThresholds(sorted: Float32Array, limit: number): Float64Array {
  const thresholds: number[] = [];
  for (let k = 1; k < limit; k++) {
    const at = Math.floor((k * (sorted.length - 1)) / limit);
    let next = at + 1;
    while (next < sorted.length && sorted[next] === sorted[at]) next++;
    if (next === sorted.length) break;
    const threshold = between(sorted[at]!, sorted[next]!);
    if (thresholds.length === 0 || threshold > thresholds.at(-1)!) thresholds.push(threshold);
  }
  return Float64Array.from(thresholds);
}

/** A float32 `t` with `low <= t < high`: the graph compares float32 values, and must route both as the trainer does. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

/** Writes the bin index of every value of a slot into `target`. */
export function binColumn(feature: BinnedFeature, values: Float64Array, target: Uint8Array): void {
  const missing = feature.bins - 1;
  const { thresholds } = feature;
  const count = thresholds.length;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) target[row] = missing;
    else if (feature.categorical) target[row] = value;
    else {
      let low = 0;
      let high = count;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (value <= thresholds[middle]!) high = middle;
        else low = middle + 1;
      }
      target[row] = low;
    }
  }
}

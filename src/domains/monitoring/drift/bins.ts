import type { DriftBins } from './result.ts';
import { asCategories, type NumericSample, type Sample } from './sample.ts';

/** Reference columns with more distinct values than this are binned; others have a bin a value. */
export const binAbove = 20;

/** The equal-width edges of NumPy's `sturges` rule for `count` values between `min` and `max`. */
export function sturgesEdges(min: number, max: number, count: number): Float64Array {
  const [low, high] = min === max ? [min - 0.5, max + 0.5] : [min, max];
  const range = max - min;
  const bins = range === 0 ? 1 : Math.max(1, Math.ceil(range / (range / (Math.log2(count) + 1))));
  const step = (high - low) / bins;
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => i * step + low);
  edges[bins] = high;
  return edges;
}

/** The index of the first value of an ascending array that is at least (or, `after`, more than) `limit`. */
function position(sorted: Float64Array, limit: number, after: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle]!;
    if (value < limit || (after && value === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows in each bin [eᵢ, eᵢ₊₁), the last one closed; values outside the edges are in none. */
export function countBins(sorted: Float64Array, edges: Float64Array): number[] {
  const counts: number[] = [];
  let from = position(sorted, edges[0]!, false);
  for (let i = 1; i < edges.length; i++) {
    const to = position(sorted, edges[i]!, i === edges.length - 1);
    counts.push(to - from);
    from = to;
  }
  return counts;
}

/** The number of distinct values in both ascending samples together. */
export function distinctOfBoth(a: Float64Array, b: Float64Array): number {
  let i = 0;
  let j = 0;
  let distinct = 0;
  while (i < a.length || j < b.length) {
    const next = i < a.length && (j >= b.length || a[i]! <= b[j]!) ? a[i]! : b[j]!;
    distinct++;
    while (i < a.length && a[i] === next) i++;
    while (j < b.length && b[j] === next) j++;
  }
  return distinct;
}

/** Edges over both samples; `count` is what the Sturges rule is told. */
export function unionEdges(reference: NumericSample, current: NumericSample, count: number): Float64Array {
  const [a, b] = [reference.sorted, current.sorted];
  return sturgesEdges(Math.min(a[0]!, b[0]!), Math.max(a.at(-1)!, b.at(-1)!), count);
}

/** The bins in which distances are computed: Sturges over both sides, or one a value where there are few. */
export function commonBins(reference: Sample, current: Sample): DriftBins {
  if (reference.type === 'numeric' && current.type === 'numeric' && reference.distinct > binAbove) {
    const edges = unionEdges(reference, current, reference.sorted.length + current.sorted.length);
    return {
      edges: Array.from(edges),
      categories: null,
      reference: countBins(reference.sorted, edges),
      current: countBins(current.sorted, edges),
    };
  }
  return valueBins(reference, current);
}

/** One bin for every value of either side, in ascending order. */
export function valueBins(reference: Sample, current: Sample): DriftBins {
  const a = reference.type === 'numeric' ? asCategories(reference) : reference.rows;
  const b = current.type === 'numeric' ? asCategories(current) : current.rows;
  const keys = [...new Set<string | number>([...a.keys(), ...b.keys()])].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  const of = (rows: Map<string, number> | Map<number, number>) => {
    const counts = rows as Map<string | number, number>;
    return keys.map((key) => counts.get(key) ?? 0);
  };
  return { edges: null, categories: keys.map(String), reference: of(a), current: of(b) };
}

/** Counts as shares of `total`. */
export function shares(counts: readonly number[], total: number): number[] {
  return counts.map((count) => count / total);
}

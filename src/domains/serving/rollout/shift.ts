/** The `q` quantile (0 to 1) of unordered numbers, linear between neighbours (R type 7); NaN of none. */
export function quantileOf(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (sorted[Math.min(below + 1, sorted.length - 1)]! - low) * (at - below);
}

/**
 * Population stability index of two samples over the deciles of the first, shares smoothed by half a row a bin:
 * Σ (b − a)·ln(b/a). 0 for equal samples; above 0.25 is commonly called a major shift.
 */
export function populationShift(reference: readonly number[], current: readonly number[]): number {
  const sorted = Float64Array.from(reference).sort();
  const edges: number[] = [];
  for (let decile = 1; decile < 10; decile++) {
    const edge = sorted[Math.floor((sorted.length * decile) / 10)]!;
    if (edge !== edges.at(-1)) edges.push(edge);
  }
  const before = sharesOf(reference, edges);
  const after = sharesOf(current, edges);
  return before.reduce((sum, share, bin) => sum + (after[bin]! - share) * Math.log(after[bin]! / share), 0);
}

function sharesOf(values: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0.5);
  for (const value of values) {
    let bin = 0;
    while (bin < edges.length && value >= edges[bin]!) bin++;
    counts[bin]!++;
  }
  const total = values.length + counts.length / 2;
  return counts.map((count) => count / total);
}

/**
 * An exponential moving average: each value is `factor` of the average before and `1 - factor` of the new one, divided by
 * `1 - factor^n` so that the first values are not drawn towards 0 (Kingma and Ba 2015, section 3). A factor of 0 changes
 * nothing; what is not finite stays as it is and leaves the average alone.
 */
export function smooth(values: readonly number[], factor: number): number[] {
  if (factor <= 0) return [...values];
  let average = 0;
  let weight = 1;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = average * factor + value * (1 - factor);
    weight *= factor;
    return average / (1 - weight);
  });
}

/** The index of the number nearest to `x` in ascending numbers; -1 of none. */
export function nearestIndex(xs: readonly number[], x: number): number {
  let [low, high] = [0, xs.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle]! <= x) low = middle;
    else high = middle;
  }
  return high > low && Math.abs(xs[high]! - x) < Math.abs(xs[low]! - x) ? high : Math.min(low, xs.length - 1);
}

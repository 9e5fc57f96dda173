/** Upper bounds of histograms of time, in seconds; the last bucket is open. */
export const secondBounds = [
  0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5,
  5, 10,
] as const;

/** Upper bounds of histograms of rows in one run of a model; the last bucket is open. */
export const rowBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16_384] as const;

/** Counts of values by bucket, with their sum; adding one allocates nothing. */
export class Histogram {
  readonly bounds: readonly number[];
  readonly buckets: Float64Array;
  count = 0;
  sum = 0;

  constructor(bounds: readonly number[] = secondBounds) {
    this.bounds = bounds;
    this.buckets = new Float64Array(bounds.length + 1);
  }

  add(value: number): void {
    const { bounds } = this;
    let at = 0;
    while (at < bounds.length && value > bounds[at]!) at++;
    this.buckets[at]!++;
    this.count++;
    this.sum += value;
  }

  /** Adds what another of the same bounds has counted. */
  merge(other: Histogram): void {
    for (let at = 0; at < this.buckets.length; at++) this.buckets[at]! += other.buckets[at]!;
    this.count += other.count;
    this.sum += other.sum;
  }
}

/** A quantile of a histogram of seconds in milliseconds, linear inside its bucket as Prometheus does; null of none. */
export function quantileMs(buckets: ArrayLike<number>, q: number, bounds: readonly number[] = secondBounds) {
  let total = 0;
  for (let at = 0; at < buckets.length; at++) total += buckets[at]!;
  if (total === 0) return null;
  const rank = q * total;
  let before = 0;
  for (let at = 0; at < bounds.length; at++) {
    const count = buckets[at]!;
    if (before + count >= rank && count > 0) {
      const low = at === 0 ? 0 : bounds[at - 1]!;
      return (low + (bounds[at]! - low) * ((rank - before) / count)) * 1000;
    }
    before += count;
  }
  return bounds.at(-1)! * 1000;
}

/** Values counted in logarithmic buckets of 2 % width: bucket → how many. Sparse, and small enough to be stored. */
export type Histogram = Record<string, number>;

const growth = Math.log(1.02);

/** The bucket of a positive value; values of at most 1e-3 share the lowest. */
export function bucketOfValue(value: number): number {
  return Math.ceil(Math.log(Math.max(1e-3, value)) / growth);
}

/** The upper edge of a bucket; its lower edge is that of the bucket below. */
export function edgeOf(bucket: number): number {
  return Math.exp(bucket * growth);
}

/** Adds one histogram to another. */
export function addHistogram(to: Histogram, from: Histogram): void {
  for (const [bucket, count] of Object.entries(from)) to[bucket] = (to[bucket] ?? 0) + count;
}

/** The bucket in which the share `p` of the values is reached; undefined where there are none or `p` is outside (0, 1]. */
function bucketAt(histogram: Histogram, p: number): number | undefined {
  const buckets = Object.keys(histogram).map(Number);
  buckets.sort((a, b) => a - b);
  const n = buckets.reduce((sum, bucket) => sum + histogram[bucket]!, 0);
  if (n === 0 || !(p > 0) || p > 1) return undefined;
  let seen = 0;
  for (const bucket of buckets) {
    seen += histogram[bucket]!;
    if (seen >= p * n - 1e-9) return bucket;
  }
  return buckets.at(-1);
}

/** The quantile `p` of the values, to 2 %; NaN where there are none. */
export function quantileOfHistogram(histogram: Histogram, p: number): number {
  const bucket = bucketAt(histogram, p);
  return bucket === undefined ? Number.NaN : edgeOf(bucket - 0.5);
}

/**
 * A confidence sequence of level 1 − alpha for the quantile `p`: Howard & Ramdas, "Sequential estimation of quantiles with
 * applications to A/B testing and best-arm identification" (Bernoulli 2022), theorem 1(a) with its example constants
 * (stitched boundary). Widened to the buckets' edges, so that the bucketing costs width, never coverage.
 */
export function quantileSequence(histogram: Histogram, p: number, alpha: number): { low: number; high: number } {
  const n = Object.values(histogram).reduce((sum, count) => sum + count, 0);
  if (n === 0) return { low: 0, high: Number.POSITIVE_INFINITY };
  const spent = (1.4 * Math.log(Math.max(1, Math.log(2.1 * n))) + Math.log(10 / alpha)) / n;
  const off = 1.5 * Math.sqrt(p * (1 - p) * spent) + 0.8 * spent;
  const low = bucketAt(histogram, p - off);
  const high = bucketAt(histogram, p + off);
  return {
    low: low === undefined ? 0 : edgeOf(low - 1),
    high: high === undefined ? Number.POSITIVE_INFINITY : edgeOf(high),
  };
}

/**
 * Latencies counted in buckets of fixed logarithmic width, so that quantiles have a relative error of at most 2 % whatever
 * their scale (the mapping of DDSketch, Masson, Rim & Lee, VLDB 2019, with fixed bounds of 1 µs and 1000 s).
 */
export interface LatencySketch {
  n: number;
  /** Index of the first bucket in `counts`. */
  first: number;
  counts: number[];
}

const growth = 1.04;
const logGrowth = Math.log(growth);
const leastMs = 0.001;
const buckets = Math.ceil(Math.log(1e9) / logGrowth);

/** An empty sketch. */
export function newSketch(): LatencySketch {
  return { n: 0, first: 0, counts: [] };
}

/** The bucket of a latency, 0 to about 529. */
export function bucketOfMs(ms: number): number {
  if (!(ms > leastMs)) return 0;
  return Math.min(buckets, Math.ceil(Math.log(ms / leastMs) / logGrowth));
}

/** Counts a latency by its bucket. */
export function addBucket(sketch: LatencySketch, bucket: number): void {
  const { counts } = sketch;
  sketch.n++;
  if (counts.length === 0) {
    sketch.first = bucket;
    counts.push(1);
    return;
  }
  while (bucket < sketch.first) {
    counts.unshift(0);
    sketch.first--;
  }
  while (bucket - sketch.first >= counts.length) counts.push(0);
  counts[bucket - sketch.first]!++;
}

/** The `q` quantile in ms within 2 %; NaN of none. */
export function sketchQuantile({ n, first, counts }: LatencySketch, q: number): number {
  if (n === 0) return Number.NaN;
  let left = q * (n - 1) + 1;
  for (let at = 0; at < counts.length; at++) {
    left -= counts[at]!;
    if (left < 1) return middleOf(first + at);
  }
  return middleOf(first + counts.length - 1);
}

/** The value whose relative distance to both ends of its bucket is the same. */
function middleOf(bucket: number): number {
  return bucket === 0 ? leastMs : (leastMs * growth ** bucket * 2) / (growth + 1);
}

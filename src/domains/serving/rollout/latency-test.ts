import { type Mixture, newMixture, settle } from './e-process.ts';
import { addBucket, bucketOfMs, type LatencySketch } from './latency-sketch.ts';

/** Evidence that live answers of the candidate are slower than the champion's by more than a margin. */
export interface LatencyTest {
  evidence: Mixture;
  /** The champion's latencies as they were when ranks were last laid; undefined before there are enough. */
  reference: LatencySketch | undefined;
  /** Champion's requests at which ranks are laid again. */
  next: number;
}

const levels = 64;
const tail = 1 / 16;
const fewestReference = 32;

/** Alternatives by which answers may be slower: ranks of power k − 1 (all of them), or more of them in the top twentieth. */
const powers = [1.03, 1.07, 1.15, 1.3, 1.6, 2.2, 4];
const tails = [1.5, 3, 10];
const components = powers.length + tails.length;

/** No evidence yet. */
export function newLatencyTest(): LatencyTest {
  return { evidence: newMixture(components), reference: undefined, next: fewestReference };
}

/** One live request: whose it is, and the share of traffic the candidate had when it came. */
export interface TimedRequest {
  candidate: boolean;
  share: number;
  latencyMs: number;
}

/** What is not minded: a factor over the champion's latency and some milliseconds. */
export interface LatencyTolerance {
  margin: number;
  slackMs: number;
}

/**
 * One live request on. Each latency (the candidate's without what is tolerated) is ranked among the champion's so far; the
 * factor is q(rank)/share for the candidate and (1 − q(rank))/(1 − share) for the champion, with q rising in the rank. Its
 * mean is 1 + E q(candidate) − E q(champion), at most 1 whenever the candidate's latencies, tolerance taken off, are
 * stochastically no larger: an e-process for exactly that null, whatever the shapes of the tails, and whatever shares do.
 * `champion` is the sketch of all champion latencies before this one; q mixes Lehmann alternatives and tails.
 */
export function foldLatency(
  test: LatencyTest,
  request: TimedRequest,
  among: { champion: LatencySketch; tolerance: LatencyTolerance },
): void {
  const { candidate, share, latencyMs } = request;
  const { champion, tolerance } = among;
  if (champion.n >= test.next) {
    test.reference = { ...champion, counts: champion.counts.slice() };
    test.next = Math.ceil(champion.n * 1.15);
  }
  if (!test.reference || share <= 0 || share >= 1) return;
  const ms = candidate ? (latencyMs - tolerance.slackMs) / (1 + tolerance.margin) : latencyMs;
  const level = levelOf(test.reference, bucketOfMs(ms));
  const { logs } = test.evidence;
  const from = level * components;
  for (let k = 0; k < components; k++) {
    // q = share·density/(share·density + 1 − share).
    const total = share * densities[from + k]! + 1 - share;
    logs[k]! += (candidate ? logDensities[from + k]! : 0) - Math.log(total);
  }
  settle(test.evidence);
}

/** Adds an answered champion request to the sketch that ranks later ones. */
export function addLatency(sketch: LatencySketch, latencyMs: number): void {
  addBucket(sketch, bucketOfMs(latencyMs));
}

const levelTables = new WeakMap<LatencySketch, Uint8Array>();

/** The rank of a bucket among the reference's latencies, as one of 64 levels; it rises with the bucket. */
function levelOf(reference: LatencySketch, bucket: number): number {
  const { first, counts, n } = reference;
  if (bucket < first) return 0;
  if (bucket - first >= counts.length) return levels - 1;
  let table = levelTables.get(reference);
  if (!table) {
    table = new Uint8Array(counts.length);
    let below = 0;
    for (let at = 0; at < counts.length; at++) {
      const rank = (below + counts[at]! / 2) / n;
      table[at] = Math.min(levels - 1, Math.floor(rank * levels));
      below += counts[at]!;
    }
    levelTables.set(reference, table);
  }
  return table[bucket - first]!;
}

/** How much likelier each level is under each alternative than under none, and the logarithms of that. */
const densities = new Float64Array(levels * components);
const logDensities = new Float64Array(levels * components);
for (let level = 0; level < levels; level++) {
  const rank = (level + 0.5) / levels;
  const all = [...powers.map((k) => k * rank ** (k - 1)), ...tails.map((k) => tailDensity(rank, k))];
  for (const [k, density] of all.entries()) {
    densities[level * components + k] = density;
    logDensities[level * components + k] = Math.log(density);
  }
}

function tailDensity(rank: number, times: number): number {
  return rank > 1 - tail ? times : (1 - tail * times) / (1 - tail);
}

import { normalQuantile } from './normal-quantile.ts';

/** Scores of both arms in bins laid by the champion's first ones; each request has weight 1 whatever its rows. */
export interface ScoreBins {
  /** Inner edges of the bins; undefined while the first scores are gathered. */
  edges: number[] | undefined;
  /** Scores with their weights from before there were edges. */
  early: [candidate: boolean, score: number, weight: number][];
  candidate: number[];
  champion: number[];
  candidateRequests: number;
  championRequests: number;
  /** How often the shift was measured for its rule, when next, and what was found last. */
  checks: number;
  next: number;
  last: ShiftCheck | undefined;
}

/** The shift as its rule saw it last. */
export interface ShiftCheck {
  psi: number;
  bias: number;
  sd: number;
}

const bins = 10;
const earlyScores = 200;
const mostEarly = 400;
const scoresOfRequest = 16;

/** No scores yet. */
export function newScoreBins(): ScoreBins {
  return {
    edges: undefined,
    early: [],
    candidate: [],
    champion: [],
    candidateRequests: 0,
    championRequests: 0,
    checks: 0,
    next: 50,
    last: undefined,
  };
}

/** Adds the scores of one answered request. */
export function addScores(state: ScoreBins, candidate: boolean, scores: readonly number[]): void {
  let finite = 0;
  const most = Math.min(scores.length, scoresOfRequest);
  for (let i = 0; i < most; i++) if (Number.isFinite(scores[i])) finite++;
  if (finite === 0) return;
  for (let i = 0; i < most; i++) {
    if (Number.isFinite(scores[i])) addScore(state, candidate, { score: scores[i]!, weight: 1 / finite });
  }
  if (candidate) state.candidateRequests++;
  else state.championRequests++;
  measureInTime(state);
}

function addScore(state: ScoreBins, candidate: boolean, { score, weight }: { score: number; weight: number }): void {
  if (state.edges) {
    const counts = candidate ? state.candidate : state.champion;
    counts[binOf(state.edges, score)]! += weight;
    return;
  }
  if (state.early.length < mostEarly || !candidate) state.early.push([candidate, score, weight]);
  if (!candidate && state.early.length >= earlyScores) layBins(state);
}

/** Bins of equal shares of the champion's first scores; what was gathered is put into them. */
function layBins(state: ScoreBins): void {
  const first = state.early.filter(([candidate]) => !candidate).map(([, score]) => score);
  if (first.length < earlyScores / 2) return;
  first.sort((a, b) => a - b);
  const edges: number[] = [];
  for (let i = 1; i < bins; i++) {
    const edge = first[Math.floor((first.length * i) / bins)]!;
    if (edge > first[0]! && edge !== edges.at(-1)) edges.push(edge);
  }
  if (edges.length === 0) edges.push(first[0]!, first[0]! + Math.max(1e-12, Math.abs(first[0]!) * 1e-9));
  state.edges = edges;
  state.candidate = new Array<number>(edges.length + 1).fill(0);
  state.champion = new Array<number>(edges.length + 1).fill(0);
  for (const [candidate, score, weight] of state.early) addScore(state, candidate, { score, weight });
  state.early = [];
}

function binOf(edges: readonly number[], score: number): number {
  let bin = 0;
  while (bin < edges.length && score >= edges[bin]!) bin++;
  return bin;
}

/** Measures for the rule at sizes that grow by a third, so that a union bound over all of them stays small. */
function measureInTime(state: ScoreBins): void {
  const size = Math.min(state.candidateRequests, state.championRequests);
  if (!state.edges || size < state.next) return;
  state.next = Math.ceil(size * 1.33);
  state.checks++;
  state.last = shiftCheck(state);
}

/** Whether the last measurement shows more than `limit` beyond its own noise, over all measurements at level `alpha`. */
export function exceedsShift(state: ScoreBins, limit: number, alpha: number): boolean {
  const { last, checks } = state;
  if (!last) return false;
  const spent = (alpha * 6) / (Math.PI ** 2 * checks ** 2);
  return last.psi - last.bias - normalQuantile(1 - spent) * last.sd > limit;
}

/** Distances between the arms' scores over the bins; undefined before there are bins. */
export interface ScoreDistances {
  psi: number;
  /** Jensen–Shannon divergence, in bits. */
  jensenShannon: number;
  /** Kolmogorov–Smirnov distance at the edges of the bins. */
  ks: number;
}

/** Population stability index, Jensen–Shannon divergence and KS distance as they are now. */
export function scoreDistances(state: ScoreBins): ScoreDistances | undefined {
  if (!state.edges || state.candidateRequests === 0 || state.championRequests === 0) return undefined;
  const [a, b] = [sharesOf(state.candidate), sharesOf(state.champion)];
  let [psi, jensenShannon, ks, ahead] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const middle = (a[i]! + b[i]!) / 2;
    psi += (a[i]! - b[i]!) * Math.log(a[i]! / b[i]!);
    jensenShannon += (a[i]! * Math.log2(a[i]! / middle) + b[i]! * Math.log2(b[i]! / middle)) / 2;
    ahead += a[i]! - b[i]!;
    ks = Math.max(ks, Math.abs(ahead));
  }
  return { psi, jensenShannon, ks };
}

/** PSI with its bias and standard deviation: (B − 1)(1/n + 1/m) where arms are alike, and the delta method. */
function shiftCheck(state: ScoreBins): ShiftCheck {
  const [a, b] = [sharesOf(state.candidate), sharesOf(state.champion)];
  const [n, m] = [state.candidateRequests, state.championRequests];
  const noise = 1 / n + 1 / m;
  const variance =
    varianceOf(a, (i) => Math.log(a[i]! / b[i]!) + 1 - b[i]! / a[i]!) / n +
    varianceOf(b, (i) => Math.log(b[i]! / a[i]!) + 1 - a[i]! / b[i]!) / m +
    2 * (a.length - 1) * noise * noise;
  return { psi: scoreDistances(state)!.psi, bias: (a.length - 1) * noise, sd: Math.sqrt(variance) };
}

function varianceOf(shares: readonly number[], gradient: (bin: number) => number): number {
  let [mean, square] = [0, 0];
  for (const [i, share] of shares.entries()) {
    const slope = gradient(i);
    mean += share * slope;
    square += share * slope * slope;
  }
  return square - mean * mean;
}

/** Shares smoothed by half a request a bin. */
function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, counts.length / 2);
  return counts.map((count) => (count + 0.5) / total);
}

import { murmur32 } from '../predict/split.ts';
import { foldBadEvent, foldOutcome, type RateEvidence } from './e-process.ts';
import { foldInterval } from './intervals.ts';
import type { JudgedRequest } from './judge-case.ts';
import type { RolloutRules } from './judge-rules.ts';
import type { JudgeState, PendingReply } from './judge-state.ts';
import { addBucket, bucketOfMs, sketchQuantile } from './latency-sketch.ts';
import { foldLatency } from './latency-test.ts';
import { foldLabel, type LabelledAnswer } from './quality-fold.ts';
import { addScores } from './score-bins.ts';
import { foldSlo } from './slo-windows.ts';

/** What became of a request. */
interface Fate {
  isError: boolean;
  isInvalid: boolean;
  isAnswered: boolean;
}

/** One request on: constant time, whatever came before. Requests come in the order they were logged, shadows behind replies. */
export function foldRequest(state: JudgeState, request: JudgedRequest, rules: RolloutRules): void {
  const { candidate, shadow, code, nonFinite } = request;
  if (shadow && !candidate) return;
  const isAnswered = code < 400;
  const isInvalid = (code >= 400 && code < 500) || (isAnswered && nonFinite);
  const fate: Fate = { isError: code >= 500, isInvalid, isAnswered };
  count(state, request, fate);
  foldArms(state, request, { fate, rules });
  if (candidate) foldLimits(state, fate, rules);
  const isSlow = foldLatencies(state, request, { fate, rules });
  if (isAnswered) addScores(state.shift, candidate, request.scores);
  const isRefused = code >= 400 && code < 500;
  foldSlo(state.slo, { ...fate, candidate, nonFinite, isRefused, ...timeOf(request) }, rules.slo);
  foldInterval(state.intervals, { ...fate, candidate, isSlow, score: meanOf(request.scores), ...timeOf(request) });
}

/** One label on, with the answers it is about. Labels come in the order of their first arrival. */
export function foldLabelled(state: JudgeState, answer: LabelledAnswer, rules: RolloutRules): void {
  foldLabel(state.quality, answer, rules.qualityMargin);
  const mine = answer.shadow ?? (answer.live.candidate ? answer.live : undefined);
  if (mine && mine.loggedAt >= state.step.startedAt) state.step.labels++;
}

/** Tells the state that a step has begun: what the step asks for is counted from then on. */
export function beginStep(state: JudgeState, startedAt: number): void {
  if (state.step.startedAt !== startedAt) state.step = { startedAt, rows: 0, labels: 0 };
}

function timeOf({ loggedAt, latencyMs }: JudgedRequest) {
  return { loggedAt, latencyMs };
}

function count(state: JudgeState, { candidate, rows, loggedAt }: JudgedRequest, fate: Fate): void {
  const arm = candidate ? state.candidate : state.champion;
  arm.requests++;
  arm.rows += rows;
  if (fate.isError) arm.errors++;
  if (fate.isInvalid) arm.invalid++;
  if (candidate && loggedAt >= state.step.startedAt) state.step.rows += rows;
}

/** Bad requests as bets: live ones by the share the candidate had, shadow pairs that disagree as even chances. */
function foldArms(
  state: JudgeState,
  request: JudgedRequest,
  { fate, rules }: { fate: Fate; rules: RolloutRules },
): void {
  const { candidate, shadow, propensity } = request;
  if (candidate) state.isShadowing = shadow;
  if (shadow) {
    const reply = takePending(state, request);
    if (reply) foldPair(state, { request, fate, reply }, rules);
    return;
  }
  const share = candidate ? propensity : 1 - propensity;
  if (fate.isError) foldBadEvent(state.errors, { candidate, share }, rules.maxEventRatio);
  if (fate.isInvalid) foldBadEvent(state.invalid, { candidate, share }, rules.maxEventRatio);
  if (!candidate && state.isShadowing) addPending(state, request, fate);
}

interface Pair {
  request: JudgedRequest;
  fate: Fate;
  reply: PendingReply;
}

function foldPair(state: JudgeState, { request, fate, reply }: Pair, rules: RolloutRules): void {
  const { pairs } = state;
  const even = (candidate: boolean) => ({ candidate, share: 0.5 });
  if (fate.isError !== reply.isError) foldBadEvent(state.errors, even(fate.isError), rules.maxEventRatio);
  if (fate.isInvalid !== reply.isInvalid) foldBadEvent(state.invalid, even(fate.isInvalid), rules.maxEventRatio);
  pairs.requests++;
  if (!fate.isAnswered || reply.isError || reply.isInvalid) return;
  const most = Math.min(request.scores.length, reply.scores.length);
  let [difference, absolute, differs, classed] = [0, 0, 0, 0];
  for (let i = 0; i < most; i++) {
    const delta = request.scores[i]! - (reply.scores[i] ?? Number.NaN);
    difference += delta / most;
    absolute += Math.abs(delta) / most;
    if (reply.classes[i]! < 0) continue;
    classed++;
    if (request.classes[i] !== reply.classes[i]) differs++;
  }
  // One request is one observation: it differs when most of its rows do.
  if (classed > 0) foldLimited(pairs.disagreement, 2 * differs >= classed && differs > 0, rules.maxDisagreement ?? 1);
  if (most === 0 || !Number.isFinite(absolute)) return;
  pairs.difference += difference;
  pairs.absolute += absolute;
  pairs.scored++;
}

const mostPending = 512;
const pendingMs = 5000;

function pendingKey(id: string): string {
  return `r${murmur32(id, 7).toString(36)}${murmur32(id, 11).toString(36)}`;
}

/** Remembers a reply until its shadow comes; when there is no room even without old ones, this pair is not made. */
function addPending(state: JudgeState, request: JudgedRequest, { isError, isInvalid }: Fate): void {
  const { loggedAt, id } = request;
  if (state.pendingCount >= mostPending) dropOld(state, loggedAt - pendingMs);
  if (state.pendingCount >= mostPending) return;
  const key = pendingKey(id);
  if (!state.pending[key]) state.pendingCount++;
  // NaN has no place in JSON.
  const scores = request.scores.slice(0, 8).map((score) => (Number.isFinite(score) ? score : null));
  const classes = request.classes.slice(0, 8);
  state.pending[key] = { loggedAt, isError, isInvalid, scores, classes };
}

function dropOld(state: JudgeState, before: number): void {
  for (const key in state.pending) {
    if (state.pending[key]!.loggedAt >= before) break;
    delete state.pending[key];
    state.pendingCount--;
  }
}

function takePending(state: JudgeState, { id }: JudgedRequest): PendingReply | undefined {
  const key = pendingKey(id);
  const reply = state.pending[key];
  if (!reply) return undefined;
  delete state.pending[key];
  state.pendingCount--;
  return reply;
}

function foldLimits(state: JudgeState, fate: Fate, rules: RolloutRules): void {
  foldLimited(state.errorRate, fate.isError, rules.maxErrorRate);
  foldLimited(state.invalidRate, fate.isInvalid, rules.maxInvalidRate);
}

/** A limit of 0 or 1 leaves nothing to bet on: such outcomes are only counted. */
function foldLimited(evidence: RateEvidence, hit: boolean, limit: number): void {
  if (limit > 0 && limit < 1) foldOutcome(evidence, hit, limit);
  else {
    evidence.n++;
    if (hit) evidence.hits++;
  }
}

const slackMs = 1;
const slowShare = 0.1;
const partOfStall = 0.25;

/**
 * Three questions about an answered request: is it slower than `latencyRatio` times the champion's 95th percentile so far
 * (plus 1 ms; alike arms have fewer than 5 % of them, so the null is "at most 10 %"), than the limit, and, where it is live,
 * what rank has it among the champion's. Gives whether it is slower than the champion's 95th percentile.
 */
function foldLatencies(
  state: JudgeState,
  request: JudgedRequest,
  { fate, rules }: { fate: Fate; rules: RolloutRules },
): boolean {
  if (!fate.isAnswered) return false;
  const { candidate, shadow, latencyMs, propensity } = request;
  const { slow } = state;
  if (!shadow && rules.latencyMargin !== null) {
    const share = candidate ? propensity : 1 - propensity;
    const tolerance = { margin: rules.latencyMargin, slackMs: rules.latencySlackMs };
    foldLatency(state.latency, { candidate, share, latencyMs }, { champion: state.champion.latencies, tolerance });
  }
  const p95 = slow.limitMs === null ? Number.NaN : (slow.limitMs - slackMs) / rules.latencyRatio;
  if (candidate) {
    foldSlow(slow, request);
    if (rules.maxLatencyMs !== null) foldOutcome(state.latencyLimit, latencyMs > rules.maxLatencyMs, 0.01);
  }
  const sketch = candidate ? state.candidate.latencies : state.champion.latencies;
  addBucket(sketch, bucketOfMs(latencyMs));
  if (!candidate && sketch.n >= slow.next) {
    slow.limitMs = sketchQuantile(sketch, 0.95) * rules.latencyRatio + slackMs;
    slow.next = Math.ceil(Math.max(sketch.n + rules.minSamples, sketch.n * 1.05));
  }
  return latencyMs > p95;
}

/** Counts an answer as slow or not. Whom a stall held up answers at once: after a slow answer there is a pause. */
function foldSlow(slow: JudgeState['slow'], { loggedAt, latencyMs }: JudgedRequest): void {
  if (slow.limitMs === null || loggedAt < slow.quietUntil) return;
  const isSlow = latencyMs > slow.limitMs;
  foldOutcome(slow.evidence, isSlow, slowShare);
  if (isSlow) slow.quietUntil = loggedAt + latencyMs * partOfStall;
}

function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? Number.NaN : sum / values.length;
}

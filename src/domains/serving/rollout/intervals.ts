/** Sums of one arm in one interval. */
export interface IntervalSums {
  requests: number;
  errors: number;
  invalid: number;
  answered: number;
  slow: number;
  logLatency: number;
  scored: number;
  score: number;
}

/** One interval with both arms; null where an arm had no request. */
export interface Interval {
  candidate: IntervalSums | null;
  champion: IntervalSums | null;
}

/** Metrics by interval over the whole rollout, at most 48 intervals: their length doubles when there would be more. */
export interface IntervalSeries {
  startedAt: number | undefined;
  lengthMs: number;
  intervals: Interval[];
}

const mostIntervals = 48;

/** A series whose intervals have a length to begin with. */
export function newIntervals(lengthMs: number): IntervalSeries {
  return { startedAt: undefined, lengthMs, intervals: [] };
}

/** One request as intervals see it. */
export interface IntervalRequest {
  candidate: boolean;
  loggedAt: number;
  latencyMs: number;
  isError: boolean;
  isInvalid: boolean;
  isAnswered: boolean;
  isSlow: boolean;
  /** Mean of its scores; NaN without. */
  score: number;
}

/** Adds a request to its interval. */
export function foldInterval(series: IntervalSeries, request: IntervalRequest): void {
  series.startedAt ??= request.loggedAt;
  const since = Math.max(0, request.loggedAt - series.startedAt);
  while (since >= series.lengthMs * mostIntervals) doubleLength(series);
  const at = Math.floor(since / series.lengthMs);
  while (series.intervals.length <= at) series.intervals.push({ candidate: null, champion: null });
  const arm = request.candidate ? 'candidate' : 'champion';
  series.intervals[at]![arm] ??= noSums();
  const sums = series.intervals[at]![arm]!;
  sums.requests++;
  if (request.isError) sums.errors++;
  if (request.isInvalid) sums.invalid++;
  if (request.isAnswered) {
    sums.answered++;
    sums.logLatency += Math.log(Math.max(1e-3, request.latencyMs));
    if (request.isSlow) sums.slow++;
  }
  if (Number.isFinite(request.score)) {
    sums.scored++;
    sums.score += request.score;
  }
}

function noSums(): IntervalSums {
  return { requests: 0, errors: 0, invalid: 0, answered: 0, slow: 0, logLatency: 0, scored: 0, score: 0 };
}

function doubleLength(series: IntervalSeries): void {
  const joined: Interval[] = [];
  for (let i = 0; i < series.intervals.length; i += 2) {
    const [a, b] = [series.intervals[i]!, series.intervals[i + 1]];
    joined.push({
      candidate: addUp(a.candidate, b?.candidate ?? null),
      champion: addUp(a.champion, b?.champion ?? null),
    });
  }
  series.intervals = joined;
  series.lengthMs *= 2;
}

function addUp(a: IntervalSums | null, b: IntervalSums | null): IntervalSums | null {
  if (!a || !b) return a ?? b;
  const sum = { ...a };
  for (const name of Object.keys(sum) as (keyof IntervalSums)[]) sum[name] += b[name];
  return sum;
}

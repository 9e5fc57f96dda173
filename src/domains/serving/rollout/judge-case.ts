import type { RolloutRules } from './judge-rules.ts';

/** One row of the prediction log as the judge sees it. */
export interface JudgedRow {
  predictionId: string;
  candidate: boolean;
  shadow: boolean;
  /** Wall-clock time of logging, ms UTC. */
  loggedAt: number;
  propensity: number;
  latencyMs: number;
  /** HTTP status of the row. */
  code: number;
  /** Whether an output is NaN or infinite. */
  nonFinite: boolean;
  score: number;
  /** Probability of each class, where the model gives them. */
  probabilities?: readonly number[];
  /** Number of the label, or the class's index where there are probabilities; NaN without one. */
  label: number;
  /** When the label was recorded, ms UTC; NaN without one. */
  labelledAt: number;
}

/** A row with its label, as quality sees it. */
export type LabelledRow = Pick<
  JudgedRow,
  'candidate' | 'propensity' | 'code' | 'score' | 'probabilities' | 'label' | 'loggedAt'
>;

/** One request of one arm: its rows share its fate and time, so it is one observation. */
export interface JudgedRequest {
  id: string;
  candidate: boolean;
  shadow: boolean;
  loggedAt: number;
  propensity: number;
  latencyMs: number;
  code: number;
  /** Whether any of its rows has a NaN or infinite output. */
  nonFinite: boolean;
  rows: number;
  /** Of its first rows. */
  scores: number[];
  /** The most probable class of its first rows; -1 without probabilities. */
  classes: number[];
}

/** What the judge looks at: rows of both arms in the order they were logged. */
export interface Case {
  rows: readonly JudgedRow[];
  rules: RolloutRules;
  step: number;
  now: number;
}

const rowsKept = 16;

/**
 * Rows as requests, one a request and arm. Rows of a request follow each other in the log, its first row (`<id>.0`) first;
 * rows of other requests may be in between.
 */
export function joinRequests(
  rows: Iterable<JudgedRow>,
  mostProbable: (of: readonly number[]) => number,
): JudgedRequest[] {
  const requests: JudgedRequest[] = [];
  const open = new Map<string, JudgedRequest>();
  for (const row of rows) {
    const { predictionId, candidate, shadow } = row;
    const cut = predictionId.lastIndexOf('.');
    const id = cut < 0 ? predictionId : predictionId.slice(0, cut);
    const isFirst = cut < 0 || predictionId.endsWith('.0');
    const key = `${candidate ? 'c' : 'b'}${shadow ? 's' : 'l'}${id}`;
    let request = open.get(key);
    if (!request || (isFirst && request.rows > 0)) {
      const { loggedAt, propensity, latencyMs, code } = row;
      const fate = { loggedAt, propensity, latencyMs, code };
      request = { id, candidate, shadow, ...fate, nonFinite: false, rows: 0, scores: [], classes: [] };
      requests.push(request);
      open.set(key, request);
    }
    request.rows++;
    request.nonFinite ||= row.nonFinite;
    if (request.scores.length >= rowsKept) continue;
    request.scores.push(row.score);
    request.classes.push(row.probabilities ? mostProbable(row.probabilities) : -1);
  }
  return requests;
}

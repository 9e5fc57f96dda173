import type { RolloutRules } from './rollout-schema.ts';

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

/** What the judge looks at: every row of both arms since the rollout began, in the order they were logged. */
export interface Case {
  rows: readonly JudgedRow[];
  rules: RolloutRules;
  step: number;
  now: number;
}

/** A case with its arms told apart and shadow rows paired with the reply the caller got. */
export interface Arms {
  rules: RolloutRules;
  candidate: JudgedRow[];
  champion: JudgedRow[];
  /** The champion's row of the same prediction id, for each shadow row of the candidate. */
  pairs: Map<JudgedRow, JudgedRow>;
  /** Rows in order of logging, shadow rows behind the row they shadow. */
  ordered: readonly JudgedRow[];
  /** The same as one row a request and arm: rows of one request share its fate and time, so they are one observation. */
  requests: readonly JudgedRow[];
}

/** Tells the arms of a case apart and pairs shadow rows with the reply the caller got. */
export function tellApart({ rows, rules }: Case): Arms {
  const champion = rows.filter((row) => !row.candidate);
  const candidate = rows.filter((row) => row.candidate);
  const requests = mergeRequests(rows);
  return { rules, candidate, champion, ordered: rows, requests, pairs: pairShadows([...rows, ...requests]) };
}

/** Shadow rows with their twins; rows and requests have ids of their own kinds, so both go in one map. */
function pairShadows(rows: readonly JudgedRow[]): Map<JudgedRow, JudgedRow> {
  const byId = new Map(rows.filter((row) => !row.candidate).map((row) => [row.predictionId, row]));
  const pairs = new Map<JudgedRow, JudgedRow>();
  for (const row of rows) {
    const twin = row.candidate && row.shadow ? byId.get(row.predictionId) : undefined;
    if (twin) pairs.set(row, twin);
  }
  return pairs;
}

/** One row a request and arm, in order: not finite when any of its rows is not; prediction id `request:<id>`. */
function mergeRequests(rows: readonly JudgedRow[]): JudgedRow[] {
  const merged = new Map<string, JudgedRow>();
  for (const row of rows) {
    const { predictionId, candidate, shadow } = row;
    const cut = predictionId.lastIndexOf('.');
    const id = `request:${cut < 0 ? predictionId : predictionId.slice(0, cut)}`;
    const key = `${id} ${candidate} ${shadow}`;
    const before = merged.get(key);
    if (!before) merged.set(key, { ...row, predictionId: id });
    else before.nonFinite ||= row.nonFinite;
  }
  return [...merged.values()];
}

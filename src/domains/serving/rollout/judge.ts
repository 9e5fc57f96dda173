import { type Case, type JudgedRow, joinRequests } from './judge-case.ts';
import { foldLabelled, foldRequest } from './judge-fold.ts';
import { newJudgeState } from './judge-state.ts';
import type { Judgement } from './judgement-schema.ts';
import { mostProbable } from './quality-fold.ts';
import { verdictOf } from './verdict.ts';

/** Judges a whole case at once: all its requests, then all its labels as they arrived. */
export function judge({ rows, rules, step, now }: Case): Judgement {
  const state = newJudgeState(rules);
  for (const request of joinRequests(rows, mostProbable)) foldRequest(state, request, rules);
  const shadows = new Map(rows.filter((row) => row.shadow).map((row) => [row.predictionId, row]));
  const labelled = rows.filter((row) => !row.shadow && !Number.isNaN(row.label));
  labelled.sort((a: JudgedRow, b: JudgedRow) => a.labelledAt - b.labelledAt);
  for (const live of labelled) foldLabelled(state, { live, shadow: shadows.get(live.predictionId) }, rules);
  return verdictOf(state, rules, { now, step });
}

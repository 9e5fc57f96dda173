import { fail } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { labelsSince, newLabelCursor } from '../log/labels-since.ts';
import { newLogCursor, rowsSince } from '../log/rows-since.ts';
import { drawCurve } from './curves.ts';
import { beginStep, foldLabelled, foldRequest } from './judge-fold.ts';
import { rolloutRulesSchema } from './judge-rules.ts';
import { newJudgeState } from './judge-state.ts';
import { createJudgeStore, type JudgeRecord } from './judge-store.ts';
import { judgedRequests, labelledAnswer, type Versions } from './judged-rows.ts';
import type { Judgement, RolloutStep } from './rollout-schema.ts';
import type { StoredRollout } from './rollout-store.ts';
import { verdictOf } from './verdict.ts';

/** What the judge said, and how far the current step has come. */
export interface Progress {
  judgement: Judgement;
  /** Whether the step has had all it asks for. */
  stepDone: boolean;
}

/** Folds what was logged and labelled since the last look into what the judge knows, keeps that, and asks for its verdict. */
export async function assess(deps: ServingDeps, stored: StoredRollout): Promise<Progress> {
  const { rollout, stepStartedAt } = stored;
  const store = createJudgeStore(deps.database.query);
  const now = deps.clock.now();
  const before = await store.find(rollout.id);
  const record = before ? { ...before, judgedAt: now } : firstLook(stored, now);
  beginStep(record.state, stepStartedAt);
  const news = await readOn(deps, stored, record);
  const isNew = news > 0 || !before;
  if (isNew) record.look++;
  const { state, rules, look } = record;
  const judgement = verdictOf(state, rules, { now, step: rollout.step, look });
  if (isNew) {
    await drawCurve(deps, record, { rolloutId: rollout.id, judgement });
    if (!(await store.save(rollout.id, record))) {
      fail('conflict', `Somebody else judges rollout ${rollout.id}.`, { value: rollout.id });
    }
  }
  const step = rollout.steps[rollout.step];
  const had = { ...state.step, ms: now - stepStartedAt };
  return { judgement, stepDone: step === undefined || isDone(step, had) };
}

function firstLook({ rollout, createdAt, stepStartedAt }: StoredRollout, now: number): JudgeRecord {
  const rules = rolloutRulesSchema.parse(rollout.rules);
  return {
    look: 0,
    judgedAt: now,
    state: newJudgeState(rules, stepStartedAt),
    cursor: {
      log: newLogCursor(createdAt),
      labels: newLabelCursor(createdAt - 1),
      curve: { spacingMs: 1000, points: 0, lastAt: 0 },
    },
    rules,
  };
}

const mostLooksAtOnce = 20;

/** Rows first, then labels: a label is about rows the judge has met. Gives how many of both there were. */
async function readOn(deps: ServingDeps, { rollout, createdAt }: StoredRollout, record: JudgeRecord): Promise<number> {
  const { state, rules, cursor } = record;
  const versions: Versions = rollout;
  const { endpoint } = rollout;
  const wanted = { endpoint, versions: versionsOf(versions), now: record.judgedAt };
  let news = 0;
  for (let turn = 0; turn < mostLooksAtOnce; turn++) {
    const { horizon } = cursor.log;
    const read = await rowsSince(deps, cursor.log, { ...wanted, loggedFrom: createdAt });
    const requests = judgedRequests(read.unread, versions, createdAt);
    for (const request of requests) {
      if (request.loggedAt < horizon) read.cursor.lateRows += request.rows;
      foldRequest(state, request, rules);
    }
    cursor.log = read.cursor;
    news += requests.length;
    if (!read.isBehind) break;
  }
  const labels = await labelsSince(deps, cursor.labels, wanted);
  for (const one of labels.labelled) {
    const answer = labelledAnswer(one, versions, createdAt);
    if (answer) foldLabelled(state, answer, rules);
  }
  cursor.labels = labels.cursor;
  return news + labels.labelled.length;
}

/** The versions whose rows a judge reads. */
export function versionsOf({ candidate, champion }: Versions): number[] {
  return champion === null ? [candidate] : [candidate, champion];
}

function isDone(step: RolloutStep, had: { rows: number; labels: number; ms: number }): boolean {
  if (step.kind === 'pause') return step.durationMs !== undefined && had.ms >= step.durationMs;
  const { predictions = 0, labels = 0, bakeMs = 0 } = step;
  return had.rows >= predictions && had.labels >= labels && had.ms >= bakeMs;
}

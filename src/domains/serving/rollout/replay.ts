import { setImmediate } from 'node:timers/promises';
import { isoTime } from '../../../kernel/clock.ts';
import { fail, notFound } from '../../../kernel/errors.ts';
import { parseAs } from '../../../kernel/parse.ts';
import type { ServingDeps } from '../deps.ts';
import { labelsSince, newLabelCursor } from '../log/labels-since.ts';
import { rowsUpTo, type UnreadRows } from '../log/rows-since.ts';
import { foldLabelled, foldRequest } from './judge-fold.ts';
import { type RolloutRules, rolloutRulesSchema } from './judge-rules.ts';
import { type JudgeState, newJudgeState } from './judge-state.ts';
import { createJudgeStore, type JudgeRecord } from './judge-store.ts';
import { judgedRequests, labelledAnswer } from './judged-rows.ts';
import type { Judgement } from './judgement-schema.ts';
import { withMetrics } from './metric-verdict.ts';
import type { DecisionReplay } from './replay-schema.ts';
import { versionsOf } from './rollout-case.ts';
import { createDecisionStore, createRolloutStore, type StoredRollout } from './rollout-store.ts';
import { verdictOf } from './verdict.ts';

/** How to make a decision again. */
export interface ReplayRequest {
  decisionId: string;
  /** Fold the prediction log again up to where it had been read, instead of taking the stored state. */
  fromLog?: boolean | undefined;
  /** Rules to judge by instead, over those it was judged by. */
  rules?: Record<string, unknown> | undefined;
}

const mostRows = 2_000_000;
const foldedAtOnce = 2000;

/** Makes a decision of a rollout again from what it was made on, and says whether it comes out the same. */
export async function replayDecision(deps: ServingDeps, request: ReplayRequest): Promise<DecisionReplay> {
  const { decisionId, fromLog = false } = request;
  const queries = deps.database.query;
  const decision = (await createDecisionStore(queries).find(decisionId)) ?? notFound('rollout decision', decisionId);
  const record = await createJudgeStore(queries).evidence(decisionId);
  const before = decision.judgement;
  if (!record || !before) {
    const why = before ? 'was made before the judge kept its state' : 'was made by a person, without a judgement';
    fail('conflict', `Decision ${decisionId} ${why}: there is nothing to replay.`, { value: decisionId });
  }
  const stored =
    (await createRolloutStore(queries).find(decision.rolloutId)) ?? notFound('rollout', decision.rolloutId);
  const rules = rulesOf(record, request);
  const { state, notes } = fromLog
    ? await foldAgain(deps, { stored, record, rules })
    : { state: record.state, notes: [] as string[] };
  const at = { now: Date.parse(before.at), step: before.step, look: record.look };
  const judgement = withStoredMetrics(verdictOf(state, rules, at), before);
  const otherRules = request.rules !== undefined;
  const differences = differencesOf(before, judgement);
  return {
    decision,
    same: otherRules ? before.verdict === judgement.verdict : differences.length === 0,
    fromLog,
    otherRules,
    judgement,
    differences: differences.slice(0, 100),
    look: record.look,
    stateBytes: Buffer.byteLength(JSON.stringify(record.state)),
    requests: state.candidate.requests + state.champion.requests,
    notes,
  };
}

/** Rules that decide at each request what is counted: another value of these needs the log to be read again. */
const foldedRules = [
  ...(['maxErrorRate', 'maxInvalidRate', 'maxEventRatio', 'maxLatencyMs', 'latencyRatio', 'latencyMargin'] as const),
  ...(['latencySlackMs', 'maxDisagreement', 'qualityMargin', 'slo'] as const),
];

function rulesOf(record: JudgeRecord, { rules, fromLog }: ReplayRequest): RolloutRules {
  if (rules === undefined) return record.rules;
  const wanted = parseAs(rolloutRulesSchema, over(record.rules, rules));
  const changed: string[] = foldedRules.filter(
    (name) => JSON.stringify(wanted[name]) !== JSON.stringify(record.rules[name]),
  );
  if (wanted.comparison.intervalMs !== record.rules.comparison.intervalMs) changed.push('comparison.intervalMs');
  if (changed.length > 0 && !fromLog) {
    const cure = 'Read the log again, with `fromLog` (--from-log).';
    fail('invalid_input', `'${changed.join(`', '`)}' decide what is counted at each request. ${cure}`, { cure });
  }
  return wanted;
}

/** Rules with others over them, those inside `slo` and `comparison` one by one. */
function over(rules: RolloutRules, others: Record<string, unknown>): Record<string, unknown> {
  const inside = (['slo', 'comparison'] as const).flatMap((name) => {
    const given = others[name];
    return typeof given === 'object' && given !== null ? [[name, { ...rules[name], ...given }]] : [];
  });
  return { ...rules, ...others, ...Object.fromEntries(inside) };
}

/** What the judge's own rules say now, with the metrics as they were: those were measured elsewhere. */
function withStoredMetrics(judgement: Judgement, before: Judgement): Judgement {
  const metrics = before.findings.filter((finding) => finding.rule.startsWith('metric:'));
  if (metrics.length === 0) return judgement;
  const verdict = withMetrics(judgement.verdict, metrics);
  return { ...judgement, verdict, findings: [...judgement.findings, ...metrics] };
}

interface Refold {
  stored: StoredRollout;
  record: JudgeRecord;
  rules: RolloutRules;
}

async function foldAgain(deps: ServingDeps, { stored, record, rules }: Refold) {
  const { rollout, createdAt } = stored;
  const { cursor } = record;
  const versions = versionsOf(rollout);
  const wanted = { endpoint: rollout.endpoint, versions, loggedFrom: createdAt, now: record.judgedAt };
  const unread: UnreadRows[] = [];
  let rows = 0;
  for await (const one of rowsUpTo(deps, cursor.log, wanted)) {
    rows += one.to - one.from;
    if (rows > mostRows) {
      fail('too_large', `The decision rests on more than ${mostRows} rows: replay it from its stored state.`);
    }
    unread.push(one);
  }
  const state = newJudgeState(rules, record.state.step.startedAt);
  for (const [i, request] of judgedRequests(unread, rollout, createdAt).entries()) {
    foldRequest(state, request, rules);
    // Answering requests goes before what one person asks.
    if (i % foldedAtOnce === foldedAtOnce - 1) await setImmediate();
  }
  let at = newLabelCursor(createdAt - 1);
  for (;;) {
    const read = await labelsSince(deps, at, { ...wanted, until: cursor.labels });
    for (const one of read.labelled) {
      const answer = labelledAnswer(one, rollout, createdAt);
      if (answer) foldLabelled(state, answer, rules);
    }
    at = read.cursor;
    if (!read.isBehind) break;
  }
  return { state, notes: notesOf(record, state) };
}

function notesOf({ state: before, cursor }: JudgeRecord, state: JudgeState): string[] {
  const notes: string[] = [];
  const { lateRows, horizon } = cursor.log;
  const [then, now] = [before, state].map((one) => one.candidate.rows + one.champion.rows) as [number, number];
  if (lateRows > 0) {
    notes.push(
      `${lateRows} rows were seen after later ones, as another replica’s are: they are folded in their own place now.`,
    );
  }
  if (now < then)
    notes.push(`The log has ${then - now} rows fewer than were read until ${isoTime(horizon)}: retention took them.`);
  if (before.quality.candidateLabels !== state.quality.candidateLabels) {
    notes.push('Labels have been changed or removed, or came before the shadow of their row was written.');
  }
  return notes;
}

type Told = string | number | boolean | null;

/** Where two judgements differ, as paths into them. */
export function differencesOf(stored: unknown, replayed: unknown): DecisionReplay['differences'] {
  const [before, after] = [flatten(stored), flatten(replayed)];
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({ at: path, stored: before.get(path) ?? null, replayed: after.get(path) ?? null }));
}

function flatten(value: unknown, path = '', into = new Map<string, Told>()): Map<string, Told> {
  if (typeof value !== 'object' || value === null) {
    // What JSON cannot say was stored as null.
    const isLost = value === undefined || (typeof value === 'number' && !Number.isFinite(value));
    into.set(path, isLost ? null : (value as Told));
    return into;
  }
  for (const [name, part] of Object.entries(value)) {
    const key = Array.isArray(value) && typeof (part as { rule?: unknown })?.rule === 'string' ? part.rule : name;
    flatten(part, path === '' ? key : `${path}.${key}`, into);
  }
  return into;
}

import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { fail, notFound } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { deployed, realign, saveEndpoint } from '../endpoints.ts';
import type { Routing } from '../schema.ts';
import { createEndpointStore, type StoredEndpoint } from '../store.ts';
import type { Judgement, Rollout, RolloutDecision } from './rollout-schema.ts';
import { createDecisionStore, createRolloutStore, type StoredRollout } from './rollout-store.ts';

/** A rollout as its events name it. */
export function summaryOf(rollout: Rollout) {
  const { id, endpoint, model, candidate, champion } = rollout;
  return { rolloutId: id, endpoint, model, candidate, champion };
}

/** A rollout as the subject of an event. */
export function subjectOf(rollout: Rollout) {
  return { kind: 'rollout', id: rollout.id, name: rollout.endpoint };
}

/** Replaces a rollout, or fails with `conflict` where somebody else moved it meanwhile. */
export async function replaceRollout(tx: Queries, next: StoredRollout, was: StoredRollout): Promise<void> {
  const { state, step } = was.rollout;
  if (await createRolloutStore(tx).update(next, { state, step })) return;
  fail('conflict', `Rollout ${was.rollout.id} moved on meanwhile; look again.`, { value: was.rollout.id });
}

/** A decision to keep. */
export interface Decided {
  decision: RolloutDecision['decision'];
  reason: string;
  judgement?: Judgement | undefined;
  at: number;
}

/** Keeps a decision with the numbers it was made on. */
export async function noteDecision(tx: Queries, { rollout }: StoredRollout, made: Decided): Promise<void> {
  const { decision, reason, judgement, at } = made;
  const decided = { rolloutId: rollout.id, at, step: rollout.step, decision, reason };
  await createDecisionStore(tx).decide({ ...decided, ...(judgement && { judgement }) });
}

/** Tells the ledger that a step begins. */
export async function announceStep(deps: ServingDeps, tx: Queries, { rollout, actor }: StoredRollout): Promise<void> {
  const step = rollout.steps[rollout.step];
  if (!step) return;
  const subject = subjectOf(rollout);
  const data = { ...summaryOf(rollout), step: rollout.step };
  const percent = step.kind === 'weight' ? step.percent : step.kind === 'bake' ? 100 : null;
  const started = { ...data, kind: step.kind, percent };
  await deps.ledger.append(tx, { type: 'rollout.step.started', actor, subject, data: started });
  if (step.kind === 'bake') await deps.ledger.append(tx, { type: 'rollout.bake.started', actor, subject, data });
  const { waitingFor } = rollout;
  if (!waitingFor) return;
  const paused = { ...data, waitingFor: waitingFor.kind, reason: waitingFor.reason };
  await deps.ledger.append(tx, { type: 'rollout.paused', actor, subject, data: paused });
}

/** Tells the ledger that the current step is over, and how. */
export async function announceStepEnd(
  deps: ServingDeps,
  tx: Queries,
  { stored, actor, reason }: { stored: StoredRollout; actor: Actor; reason: string },
): Promise<void> {
  const { rollout } = stored;
  const step = rollout.steps[rollout.step];
  if (!step) return;
  const data = { ...summaryOf(rollout), step: rollout.step, kind: step.kind, reason };
  await deps.ledger.append(tx, { type: 'rollout.step.finished', actor, subject: subjectOf(rollout), data });
}

/** What a transition leaves behind. */
export interface Outcome {
  routing: Routing;
  rolloutId: string | null;
  /** Whose change of version is told to the ledger. */
  announce?: Actor;
  /** Whether the endpoint shall now follow an alias that moved while the rollout was under way. */
  follow?: boolean;
}

/** One transition: rollout, decision, events and routing in one transaction, then the new routing in this process. */
export async function commitTransition(
  deps: ServingDeps,
  stored: StoredRollout,
  work: (tx: Queries, endpoint: StoredEndpoint) => Promise<Outcome>,
): Promise<void> {
  const name = stored.rollout.endpoint;
  const endpoint = await deps.database.transaction(async (tx) => {
    const before = (await createEndpointStore(tx).find(name)) ?? notFound('endpoint', name);
    const { routing, rolloutId, announce, follow } = await work(tx, before);
    const saved = await saveEndpoint(deps, tx, { before, routing, rolloutId });
    if (announce) await deployed(deps, tx, { actor: announce, stored: saved, before });
    return follow ? realign(deps, tx, saved) : saved;
  });
  await deps.table.put(endpoint);
}

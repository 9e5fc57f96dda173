import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { fail, notFound, TidemillError } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { champion, deployed, realign, saveEndpoint } from '../endpoints.ts';
import type { Routing } from '../schema.ts';
import { createEndpointStore, type StoredEndpoint } from '../store.ts';
import type { Judgement, Rollout, RolloutDecision } from './rollout-schema.ts';
import { promotedRouting, rolledBackRouting, routingAt } from './rollout-steps.ts';
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

/** Tells the ledger that a step begins. */
export async function announceStep(deps: ServingDeps, tx: Queries, { rollout, actor }: StoredRollout): Promise<void> {
  const step = rollout.steps[rollout.step];
  if (!step) return;
  const subject = subjectOf(rollout);
  const data = { ...summaryOf(rollout), step: rollout.step };
  const percent = step.kind === 'weight' ? step.percent : null;
  await deps.ledger.append(tx, {
    type: 'rollout.step.started',
    actor,
    subject,
    data: { ...data, kind: step.kind, percent },
  });
  if (step.kind === 'pause') await deps.ledger.append(tx, { type: 'rollout.paused', actor, subject, data });
}

/** Where a rollout goes next, and why. */
export interface Move {
  to: number;
  decision: RolloutDecision['decision'];
  reason: string;
  judgement?: Judgement;
  by?: Actor;
}

/** Begins another step (or the stretch before promotion, behind the last one), in one commit with its routing and events. */
export async function moveRollout(deps: ServingDeps, stored: StoredRollout, move: Move): Promise<void> {
  await commit(deps, stored, async (tx, endpoint) => {
    const now = deps.clock.now();
    const step = stored.rollout.steps[move.to];
    const rollout: Rollout = {
      ...stored.rollout,
      step: move.to,
      state: step?.kind === 'pause' ? 'paused' : 'running',
      stepStartedAt: isoTime(now),
      ...(move.judgement && { judgement: move.judgement }),
    };
    const next = { ...stored, rollout, stepStartedAt: now };
    await replace(tx, next, stored);
    await note(tx, stored, { ...move, at: now });
    const actor = move.by ?? stored.actor;
    if (move.decision === 'confirm') {
      const data = { ...summaryOf(rollout), step: stored.rollout.step };
      await deps.ledger.append(tx, { type: 'rollout.confirmed', actor, subject: subjectOf(rollout), data });
    }
    await announceStep(deps, tx, next);
    const candidate = { ...champion(endpoint.spec, rollout.candidate), name: 'candidate' };
    const routing = step ? routingAt(endpoint.routing, candidate, step) : endpoint.routing;
    return { routing, rolloutId: rollout.id };
  });
}

/** Gives the candidate all traffic and the alias, in one commit; where the registry's gate refuses, it is rolled back. */
export async function promote(
  deps: ServingDeps,
  stored: StoredRollout,
  why: { reason: string; judgement?: Judgement },
): Promise<void> {
  const { reason, judgement } = why;
  try {
    await commit(deps, stored, async (tx, endpoint) => {
      const { rollout, actor } = stored;
      const { alias } = endpoint.spec;
      const move = {
        model: rollout.model,
        alias,
        version: rollout.candidate,
        reason: `Rollout ${rollout.id}: ${reason}`,
      };
      await deps.registry.promotions.setAlias(actor, move);
      await replace(tx, ended(deps, stored, { state: 'promoted', reason, ...(judgement && { judgement }) }), stored);
      await note(tx, stored, {
        at: deps.clock.now(),
        decision: 'promote',
        reason,
        ...(judgement && { judgement }),
      });
      const data = { ...summaryOf(rollout), reason, findings: judgement?.findings ?? [] };
      await deps.ledger.append(tx, { type: 'rollout.promoted', actor, subject: subjectOf(rollout), data });
      const routing = promotedRouting(endpoint.routing, endpoint.spec, rollout.candidate);
      return { routing, rolloutId: null, announce: actor, follow: false };
    });
  } catch (error) {
    if (!(error instanceof TidemillError) || !['gate_failed', 'approval_missing', 'not_found'].includes(error.code))
      throw error;
    await endRollout(deps, stored, {
      state: 'rolled-back',
      reason: `The promotion was refused: ${error.message}`,
      ...(judgement && { judgement }),
    });
  }
}

interface Ending {
  state: 'rolled-back' | 'aborted' | 'promoted';
  reason: string;
  judgement?: Judgement;
  by?: Actor;
}

/** Takes the candidate's traffic away: the champion, warm all the while, has all of it again. */
export async function endRollout(deps: ServingDeps, stored: StoredRollout, ending: Ending): Promise<void> {
  await commit(deps, stored, async (tx, endpoint) => {
    const { rollout } = stored;
    const actor = ending.by ?? stored.actor;
    await replace(tx, ended(deps, stored, ending), stored);
    const decision = ending.state === 'aborted' ? 'abort' : 'rollback';
    await note(tx, stored, {
      at: deps.clock.now(),
      decision,
      reason: ending.reason,
      ...(ending.judgement && { judgement: ending.judgement }),
    });
    const data = { ...summaryOf(rollout), reason: ending.reason, step: rollout.step };
    const subject = subjectOf(rollout);
    if (ending.state === 'aborted') await deps.ledger.append(tx, { type: 'rollout.aborted', actor, subject, data });
    else {
      const findings = ending.judgement?.findings ?? [];
      await deps.ledger.append(tx, { type: 'rollout.rolled-back', actor, subject, data: { ...data, findings } });
    }
    return { routing: rolledBackRouting(endpoint.routing), rolloutId: null, announce: actor, follow: true };
  });
}

function ended(deps: ServingDeps, stored: StoredRollout, { state, reason, judgement }: Ending): StoredRollout {
  const endedAt = isoTime(deps.clock.now());
  return { ...stored, rollout: { ...stored.rollout, state, reason, endedAt, ...(judgement && { judgement }) } };
}

async function replace(tx: Queries, next: StoredRollout, was: StoredRollout): Promise<void> {
  const { state, step } = was.rollout;
  if (await createRolloutStore(tx).update(next, { state, step })) return;
  fail('conflict', `Rollout ${was.rollout.id} moved on meanwhile; look again.`, { value: was.rollout.id });
}

async function note(
  tx: Queries,
  { rollout }: StoredRollout,
  made: Pick<Move, 'decision' | 'reason' | 'judgement'> & { at: number },
): Promise<void> {
  const { decision, reason, judgement, at } = made;
  const decided = { rolloutId: rollout.id, at, step: rollout.step, decision, reason };
  await createDecisionStore(tx).decide({ ...decided, ...(judgement && { judgement }) });
}

interface Outcome {
  routing: Routing;
  rolloutId: string | null;
  /** Whose change of version is told to the ledger. */
  announce?: Actor;
  /** Whether the endpoint shall now follow an alias that moved while the rollout was under way. */
  follow?: boolean;
}

/** One transition: rollout, decision, events and routing in one transaction, then the new routing in this process. */
async function commit(
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

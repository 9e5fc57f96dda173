import type { Actor } from '../../../kernel/actor.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { TidemillError } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { champion } from '../endpoints.ts';
import { createEndpointStore } from '../store.ts';
import { removeCandidateAlias } from './candidate-alias.ts';
import { isAllTraffic } from './plan-steps.ts';
import { promotionRefusal } from './promotion-refusal.ts';
import {
  announceStep,
  announceStepEnd,
  commitTransition,
  noteDecision,
  replaceRollout,
  subjectOf,
  summaryOf,
} from './rollout-commit.ts';
import type { Judgement, Rollout, RolloutDecision } from './rollout-schema.ts';
import { promotedRouting, rolledBackRouting, routingAt } from './rollout-steps.ts';
import type { StoredRollout } from './rollout-store.ts';
import { waitingAt } from './rollout-waits.ts';

/** Where a rollout goes next, and why. */
export interface Move {
  to: number;
  decision: RolloutDecision['decision'];
  reason: string;
  judgement?: Judgement;
  by?: Actor;
}

/**
 * Begins another step (or the stretch before promotion, behind the last one), in one commit with its routing and events.
 * Before a step with all traffic the registry's gate is asked: what it would not promote is rolled back instead.
 */
export async function moveRollout(deps: ServingDeps, stored: StoredRollout, move: Move): Promise<void> {
  const { judgement } = move;
  const refusal = isAllTraffic(stored.rollout.steps[move.to]) ? await refusalOf(deps, stored) : undefined;
  if (refusal !== undefined) {
    const reason = `All traffic was refused: ${refusal}`;
    return endRollout(deps, stored, { state: 'rolled-back', reason, ...(judgement && { judgement }) });
  }
  await commitTransition(deps, stored, async (tx, endpoint) => {
    const now = deps.clock.now();
    const step = stored.rollout.steps[move.to];
    const next = stepAt(stored, move, now);
    const { rollout } = next;
    await replaceRollout(tx, next, stored);
    await noteDecision(tx, stored, { ...move, at: now });
    const actor = move.by ?? stored.actor;
    if (move.decision === 'confirm') {
      const data = { ...summaryOf(rollout), step: stored.rollout.step, reason: move.reason };
      await deps.ledger.append(tx, { type: 'rollout.confirmed', actor, subject: subjectOf(rollout), data });
    }
    await announceStepEnd(deps, tx, { stored, actor, reason: move.reason });
    await announceStep(deps, tx, next);
    const candidate = { ...champion(endpoint.spec, rollout.candidate), name: 'candidate' };
    const routing = step ? routingAt(endpoint.routing, candidate, step) : endpoint.routing;
    return { routing, rolloutId: rollout.id };
  });
}

function stepAt(stored: StoredRollout, { to, judgement }: Move, now: number): StoredRollout {
  const { waitingFor: _, ...before } = stored.rollout;
  const waitingFor = waitingAt(stored.rollout.steps[to], now);
  const rollout: Rollout = {
    ...before,
    step: to,
    state: waitingFor ? 'paused' : 'running',
    stepStartedAt: isoTime(now),
    ...(waitingFor && { waitingFor }),
    ...(judgement && { judgement }),
  };
  return { ...stored, rollout, stepStartedAt: now };
}

async function refusalOf(deps: ServingDeps, { rollout, actor }: StoredRollout): Promise<string | undefined> {
  const endpoint = await createEndpointStore(deps.database.query).find(rollout.endpoint);
  if (!endpoint) return undefined;
  const { model, alias } = endpoint.spec;
  return promotionRefusal(deps, actor, { model, alias, version: rollout.candidate });
}

/** Gives the candidate all traffic and the alias, in one commit; where the registry's gate refuses, it is rolled back. */
export async function promote(
  deps: ServingDeps,
  stored: StoredRollout,
  why: Pick<Move, 'reason' | 'judgement' | 'by'>,
): Promise<void> {
  const { reason, judgement } = why;
  const { rollout } = stored;
  const actor = why.by ?? stored.actor;
  try {
    await commitTransition(deps, stored, async (tx, endpoint) => {
      const { alias } = endpoint.spec;
      const { model, candidate: version, id } = rollout;
      await deps.registry.promotions.setAlias(actor, { model, alias, version, reason: `Rollout ${id}: ${reason}` });
      await removeCandidateAlias(deps, actor, stored);
      await replaceRollout(tx, ended(deps, stored, { state: 'promoted', ...why }), stored);
      await noteDecision(tx, stored, { at: deps.clock.now(), decision: 'promote', ...why });
      await announceStepEnd(deps, tx, { stored, actor, reason });
      const data = { ...summaryOf(rollout), reason, findings: judgement?.findings ?? [] };
      await deps.ledger.append(tx, { type: 'rollout.promoted', actor, subject: subjectOf(rollout), data });
      await deps.ledger.append(tx, finished(deps, stored, { state: 'promoted', reason, by: actor }));
      const routing = promotedRouting(endpoint.routing, endpoint.spec, version);
      return { routing, rolloutId: null, announce: actor, follow: true };
    });
  } catch (error) {
    if (!(error instanceof TidemillError) || !refusals.has(error.code)) throw error;
    const refused = `The promotion was refused: ${error.message}`;
    await endRollout(deps, stored, { state: 'rolled-back', ...why, reason: refused });
  }
}

const refusals = new Set(['gate_failed', 'approval_missing', 'not_found']);

interface Ending {
  state: 'rolled-back' | 'aborted' | 'promoted';
  reason: string;
  judgement?: Judgement;
  by?: Actor;
}

/** Takes the candidate's traffic away: the champion, warm all the while, has all of it again. */
export async function endRollout(deps: ServingDeps, stored: StoredRollout, ending: Ending): Promise<void> {
  const { reason, judgement, state } = ending;
  await commitTransition(deps, stored, async (tx, endpoint) => {
    const { rollout } = stored;
    const actor = ending.by ?? stored.actor;
    await removeCandidateAlias(deps, actor, stored);
    await replaceRollout(tx, ended(deps, stored, ending), stored);
    const decision = state === 'aborted' ? 'abort' : 'rollback';
    await noteDecision(tx, stored, { at: deps.clock.now(), decision, reason, judgement });
    await announceStepEnd(deps, tx, { stored, actor, reason });
    const data = { ...summaryOf(rollout), reason, step: rollout.step };
    const subject = subjectOf(rollout);
    if (state === 'aborted') await deps.ledger.append(tx, { type: 'rollout.aborted', actor, subject, data });
    else {
      const findings = judgement?.findings ?? [];
      await deps.ledger.append(tx, { type: 'rollout.rolled-back', actor, subject, data: { ...data, findings } });
    }
    await deps.ledger.append(tx, finished(deps, stored, { ...ending, by: actor }));
    return { routing: rolledBackRouting(endpoint.routing), rolloutId: null, announce: actor, follow: true };
  });
}

function finished(
  deps: ServingDeps,
  { rollout, createdAt }: StoredRollout,
  { state, reason, by }: Ending & { by: Actor },
) {
  const data = { ...summaryOf(rollout), state, reason, tookMs: deps.clock.now() - createdAt };
  return { type: 'rollout.finished' as const, actor: by, subject: subjectOf(rollout), data };
}

function ended(deps: ServingDeps, stored: StoredRollout, { state, reason, judgement }: Ending): StoredRollout {
  const endedAt = isoTime(deps.clock.now());
  const { waitingFor: _, ...rollout } = stored.rollout;
  return { ...stored, rollout: { ...rollout, state, reason, endedAt, ...(judgement && { judgement }) } };
}

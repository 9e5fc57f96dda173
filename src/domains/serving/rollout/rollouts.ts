import type { Actor } from '../../../kernel/actor.ts';
import { fail, notFound } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { createMetricStore } from './metric-store.ts';
import type { Rollout } from './rollout-schema.ts';
import { createRolloutStore, type StoredRollout } from './rollout-store.ts';
import { endRollout, moveRollout, promote } from './rollout-transitions.ts';
import { holdRollout, resumeRollout } from './rollout-waits.ts';

/** The name of the background task that moves rollouts on. */
export const rolloutTask = 'serving:rollouts';

/** What a person asks of a rollout, and why. */
export interface RolloutVerb {
  id: string;
  reason?: string | undefined;
}

/** A rollout with how its metrics stand. */
export async function showRollout(deps: Pick<ServingDeps, 'database'>, id: string): Promise<Rollout> {
  const { rollout } = (await createRolloutStore(deps.database.query).find(id)) ?? notFound('rollout', id);
  if (!rollout.metrics) return rollout;
  return { ...rollout, metricStates: await createMetricStore(deps.database.query).states(id) };
}

/** A rollout that has not ended, or the reason why it cannot be moved. */
async function underWay(deps: ServingDeps, id: string): Promise<StoredRollout> {
  const stored = (await createRolloutStore(deps.database.query).find(id)) ?? notFound('rollout', id);
  if (stored.rollout.endedAt) fail('conflict', `Rollout ${id} has ended: ${stored.rollout.state}.`, { value: id });
  return stored;
}

/** Lets a rollout go on: past its pause step, past a step nobody could judge, or on in its step. */
export async function confirmRollout(deps: ServingDeps, actor: Actor, { id, reason }: RolloutVerb): Promise<Rollout> {
  const stored = await underWay(deps, id);
  const { state, step: at, steps, waitingFor } = stored.rollout;
  const step = steps[at];
  if (state !== 'paused' && step?.kind !== 'pause') {
    fail('conflict', `Rollout ${id} does not wait for anybody.`, { value: id });
  }
  if (step?.kind === 'pause' && step.byAnother && actor.id === stored.actor.id) {
    const cure = 'Ask somebody else who may roll out.';
    fail('forbidden', `Who started a rollout may not confirm this pause. ${cure}`, { cure });
  }
  const why = words(actor, 'confirmed', reason);
  if (waitingFor?.kind === 'person' || waitingFor?.kind === 'metric') {
    await resumeRollout(deps, stored, { by: actor, reason: why });
  } else if (waitingFor?.kind === 'inconclusive' && at >= steps.length - 1) {
    await promote(deps, stored, { reason: why, by: actor });
  } else {
    await moveRollout(deps, stored, { to: at + 1, decision: 'confirm', reason: why, by: actor });
  }
  return after(deps, id);
}

/** Holds a rollout in its step because somebody says so. */
export async function pauseRollout(deps: ServingDeps, actor: Actor, { id, reason }: RolloutVerb): Promise<Rollout> {
  const stored = await underWay(deps, id);
  if (stored.rollout.state === 'paused') fail('conflict', `Rollout ${id} is paused already.`, { value: id });
  await holdRollout(deps, stored, { kind: 'person', reason: words(actor, 'paused it', reason), by: actor });
  return after(deps, id);
}

/** Lets a held rollout go on in its step. */
export async function continueRollout(deps: ServingDeps, actor: Actor, { id, reason }: RolloutVerb): Promise<Rollout> {
  const stored = await underWay(deps, id);
  if (stored.rollout.state !== 'paused') fail('conflict', `Rollout ${id} is not paused.`, { value: id });
  await resumeRollout(deps, stored, { by: actor, reason: words(actor, 'resumed it', reason) });
  return after(deps, id);
}

/** Takes the candidate back because somebody says so. */
export async function abortRollout(deps: ServingDeps, actor: Actor, { id, reason }: RolloutVerb): Promise<Rollout> {
  const stored = await underWay(deps, id);
  await endRollout(deps, stored, { state: 'aborted', reason: reason ?? `${actor.name} aborted it.`, by: actor });
  return after(deps, id);
}

/** Gives the candidate all traffic because somebody says so; the registry's gate still decides. */
export async function promoteRollout(deps: ServingDeps, actor: Actor, { id, reason }: RolloutVerb): Promise<Rollout> {
  const stored = await underWay(deps, id);
  const { step: at, steps } = stored.rollout;
  if (actor.id === stored.actor.id && steps.slice(at).some((step) => step.kind === 'pause' && step.byAnother)) {
    const cure = 'Ask somebody else who may roll out.';
    fail('forbidden', `Another than who started this rollout must confirm it before it has all traffic. ${cure}`, {
      cure,
    });
  }
  await promote(deps, stored, { reason: words(actor, 'promoted it', reason), by: actor });
  return after(deps, id);
}

function words(actor: Actor, did: string, reason: string | undefined): string {
  return reason ? `${actor.name} ${did}: ${reason}` : `${actor.name} ${did}.`;
}

async function after(deps: ServingDeps, id: string): Promise<Rollout> {
  deps.background.wake(rolloutTask);
  return showRollout(deps, id);
}

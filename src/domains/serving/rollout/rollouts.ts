import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { fail, notFound } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { ServingDeps } from '../deps.ts';
import { champion, refuseDuringExperiment, saveEndpoint } from '../endpoints.ts';
import type { Routing, Variant } from '../schema.ts';
import { createEndpointStore, type StoredEndpoint } from '../store.ts';
import { type Rollout, RolloutSpec } from './rollout-schema.ts';
import { routingAt, stepsOf } from './rollout-steps.ts';
import { createRolloutStore, type StoredRollout } from './rollout-store.ts';
import { announceStep, endRollout, moveRollout, promote, subjectOf, summaryOf } from './rollout-transitions.ts';

/** Starts a rollout: the candidate is loaded and warm before it meets its first request. */
export async function startRollout(
  deps: ServingDeps,
  actor: Actor,
  request: { endpoint: string; spec: RolloutSpec },
): Promise<Rollout> {
  const spec = RolloutSpec.parse(request.spec);
  const found =
    (await createEndpointStore(deps.database.query).find(request.endpoint)) ?? notFound('endpoint', request.endpoint);
  const { model } = found.spec;
  await deps.registry.versions.get(model, spec.version);
  // Loading may take seconds and may fail: both before anything is written.
  await deps.runtimes.load({ endpoint: found.name, model, version: spec.version, spec: found.spec });
  const { stored, endpoint } = await deps.database.transaction((tx) => begin(deps, tx, { actor, found, spec }));
  await deps.table.put(endpoint);
  deps.background.wake(rolloutTask);
  return stored.rollout;
}

/** The name of the background task that moves rollouts on. */
export const rolloutTask = 'serving:rollouts';

interface Start {
  actor: Actor;
  found: StoredEndpoint;
  spec: ReturnType<(typeof RolloutSpec)['parse']>;
}

async function begin(deps: ServingDeps, tx: Queries, { actor, found, spec }: Start) {
  const before = (await createEndpointStore(tx).find(found.name)) ?? notFound('endpoint', found.name);
  refuseStart(before, spec.version);
  const plan = spec.plan ?? before.spec.rollout;
  const stored = newRollout(deps, { actor, before, spec });
  const { rollout } = stored;
  await createRolloutStore(tx).insert(stored);
  const candidate: Variant = { ...champion(before.spec, spec.version), name: 'candidate' };
  const salted: Routing = { ...before.routing, salt: newId() };
  const step = rollout.steps[0];
  const routing = step ? routingAt(salted, candidate, step) : salted;
  const moved = { ...routing, revision: before.routing.revision + 1 };
  const endpoint = await saveEndpoint(deps, tx, { before, routing: moved, rolloutId: rollout.id });
  const data = { ...summaryOf(rollout), strategy: plan.steps ? 'steps' : plan.strategy, steps: rollout.steps };
  await deps.ledger.append(tx, { type: 'rollout.started', actor, subject: subjectOf(rollout), data });
  await announceStep(deps, tx, stored);
  return { stored, endpoint };
}

function refuseStart(endpoint: StoredEndpoint, version: number): void {
  refuseDuringExperiment(endpoint);
  const { name, routing, rolloutId, spec } = endpoint;
  if (rolloutId !== null) {
    const cure = 'Wait for its end or abort it.';
    fail('conflict', `Endpoint '${name}' has a rollout under way (${rolloutId}). ${cure}`, { value: rolloutId, cure });
  }
  if (routing.variants[0]?.version === version) {
    fail('conflict', `Version ${version} answers at '${name}' already.`, { field: 'version', value: version });
  }
  if (spec.variants.some((variant) => variant.percent > 0)) {
    const cure = 'Take the declared variants with traffic away first.';
    fail('conflict', `Endpoint '${name}' deals its traffic among declared variants. ${cure}`, { cure });
  }
}

function newRollout(
  deps: ServingDeps,
  { actor, before, spec }: { actor: Actor; before: StoredEndpoint; spec: Start['spec'] },
) {
  const plan = spec.plan ?? before.spec.rollout;
  const now = deps.clock.now();
  const steps = stepsOf(plan);
  const rollout: Rollout = {
    id: newId(now),
    endpoint: before.name,
    model: before.spec.model,
    candidate: spec.version,
    champion: before.routing.variants[0]?.version ?? null,
    state: steps[0]?.kind === 'pause' ? 'paused' : 'running',
    strategy: plan.steps ? 'steps' : plan.strategy,
    step: 0,
    steps,
    stepStartedAt: isoTime(now),
    rules: plan.rules,
    startedBy: actor.name,
    createdAt: isoTime(now),
  };
  return {
    rollout,
    actor,
    createdAt: now,
    stepStartedAt: now,
    coolDownMs: plan.coolDownMs,
    candidateAlias: plan.candidateAlias,
  } satisfies StoredRollout;
}

/** A rollout that has not ended, or the reason why it cannot be moved. */
async function underWay(deps: ServingDeps, id: string): Promise<StoredRollout> {
  const stored = (await createRolloutStore(deps.database.query).find(id)) ?? notFound('rollout', id);
  if (stored.rollout.endedAt) fail('conflict', `Rollout ${id} has ended: ${stored.rollout.state}.`, { value: id });
  return stored;
}

/** Goes on after a pause. */
export async function confirmRollout(deps: ServingDeps, actor: Actor, id: string): Promise<Rollout> {
  const stored = await underWay(deps, id);
  if (stored.rollout.state !== 'paused') fail('conflict', `Rollout ${id} does not wait for anybody.`, { value: id });
  const reason = `${actor.name} confirmed.`;
  await moveRollout(deps, stored, { to: stored.rollout.step + 1, decision: 'confirm', reason, by: actor });
  return after(deps, id);
}

/** Takes the candidate back because somebody says so. */
export async function abortRollout(
  deps: ServingDeps,
  actor: Actor,
  request: { id: string; reason: string },
): Promise<Rollout> {
  const stored = await underWay(deps, request.id);
  await endRollout(deps, stored, { state: 'aborted', reason: request.reason, by: actor });
  return after(deps, request.id);
}

/** Gives the candidate all traffic because somebody says so; the registry's gate still decides. */
export async function promoteRollout(deps: ServingDeps, actor: Actor, id: string): Promise<Rollout> {
  const stored = await underWay(deps, id);
  await promote(deps, { ...stored, actor }, { reason: `${actor.name} promoted it.` });
  return after(deps, id);
}

async function after(deps: ServingDeps, id: string): Promise<Rollout> {
  deps.background.wake(rolloutTask);
  return ((await createRolloutStore(deps.database.query).find(id)) ?? notFound('rollout', id)).rollout;
}

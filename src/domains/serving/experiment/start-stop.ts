import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { fail, notFound, TidemillError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import { parseAs } from '../../../kernel/parse.ts';
import type { ServingDeps } from '../deps.ts';
import { refuseDuringExperiment, saveEndpoint } from '../endpoints.ts';
import { createEndpointStore, type StoredEndpoint } from '../store.ts';
import { endExperiment } from './end-experiment.ts';
import { experimentRouting, firstWeights, type WeighedArm } from './experiment-routing.ts';
import { type EndpointExperiment, EndpointExperimentSpec } from './experiment-schema.ts';
import { createExperimentStore, type StoredExperiment } from './experiment-store.ts';
import { subjectOf, summaryOf, toView } from './experiment-view.ts';
import { experimentTask, lookAt } from './look.ts';
import { noProgress } from './progress.ts';

/** Starts an experiment: every arm is loaded and warm before it meets its first request. */
export async function startExperiment(
  deps: ServingDeps,
  actor: Actor,
  request: { endpoint: string; spec: unknown },
): Promise<EndpointExperiment> {
  const spec = parseAs(EndpointExperimentSpec, request.spec);
  const found =
    (await createEndpointStore(deps.database.query).find(request.endpoint)) ?? notFound('endpoint', request.endpoint);
  const weights = firstWeights(spec);
  const arms = resolveArms(found, spec).map((arm, at) => ({ ...arm, weight: weights[at]! }));
  const { model } = found.spec;
  for (const { version } of arms) {
    await deps.registry.versions.get(model, version);
    // Loading may take seconds and may fail: both before anything is written.
    await deps.runtimes.load({ endpoint: found.name, model, version, spec: found.spec });
  }
  const { stored, endpoint } = await deps.database.transaction((tx) => begin(deps, tx, { actor, found, spec, arms }));
  await deps.table.put(endpoint);
  deps.background.wake(experimentTask);
  return toView(stored);
}

/** The version of each arm: said, or that of the champion or of the declared variant of its name. */
function resolveArms({ name, routing }: StoredEndpoint, spec: EndpointExperimentSpec) {
  return spec.arms.map((arm, at) => {
    const field = `spec.arms[${at}]`;
    const known = routing.variants.find((variant) => variant.name === arm.name);
    if (at === 0 && arm.version !== undefined && arm.version !== known?.version) {
      const cure = 'Leave `version` out.';
      return fail('invalid_input', `The champion of '${name}' is version ${known?.version}. ${cure}`, { field, cure });
    }
    if (arm.version !== undefined) return { name: arm.name, version: arm.version };
    if (known) return { name: arm.name, version: known.version };
    const names = routing.variants.map((variant) => `'${variant.name}'`).join(', ') || 'none';
    const cure = 'Give the arm a `version`, or declare the variant.';
    return fail('invalid_input', `Endpoint '${name}' has no variant '${arm.name}'; it has ${names}. ${cure}`, {
      field,
      cure,
    });
  });
}

interface Start {
  actor: Actor;
  found: StoredEndpoint;
  spec: EndpointExperimentSpec;
  arms: WeighedArm[];
}

async function begin(deps: ServingDeps, tx: Queries, { actor, found, spec, arms }: Start) {
  const before = (await createEndpointStore(tx).find(found.name)) ?? notFound('endpoint', found.name);
  refuseStart(before, { spec, champion: arms[0]!.version });
  const now = deps.clock.now();
  const stored: StoredExperiment = {
    ...{ id: newId(now), endpoint: before.name, model: before.spec.model, state: 'running', frozen: false },
    ...{ revision: 1, spec, actor, createdAt: now, progress: noProgress() },
    arms: arms.map(({ name, version, weight }) => ({ name, version, share: weight / 100 })),
    ...{ report: undefined, decision: undefined, reason: undefined, lookedAt: undefined, endedAt: undefined },
  };
  await createExperimentStore(tx).insert(stored);
  const routing = experimentRouting(before, { spec, arms, salt: newId() });
  const endpoint = await saveEndpoint(deps, tx, { before, routing, experimentId: stored.id });
  const data = { ...summaryOf(stored), arms: stored.arms };
  await deps.ledger.append(tx, { type: 'endpoint-experiment.started', actor, subject: subjectOf(stored), data });
  return { stored, endpoint };
}

function refuseStart(
  endpoint: StoredEndpoint,
  { spec, champion }: { spec: EndpointExperimentSpec; champion: number },
): void {
  refuseDuringExperiment(endpoint);
  const { name, rolloutId, routing } = endpoint;
  if (rolloutId !== null) {
    const cure = `Wait for its end or abort it: tidemill endpoint abort ${rolloutId}`;
    fail('conflict', `Endpoint '${name}' has a rollout under way (${rolloutId}). ${cure}`, { value: rolloutId, cure });
  }
  if (routing.variants[0]?.version !== champion) {
    fail('conflict', `The champion of '${name}' changed meanwhile; try again.`, { value: name });
  }
  const arms = new Set(spec.arms.map((arm) => arm.name));
  const left = endpoint.spec.variants.find((variant) => variant.percent > 0 && !arms.has(variant.name));
  if (left) {
    const cure = 'Make it an arm, or take its percent away.';
    fail('conflict', `The variant '${left.name}' of '${name}' has traffic and is no arm. ${cure}`, { cure });
  }
}

/** Who ends which experiment, why, and which arm shall be given the alias. */
export interface StopExperiment {
  id: string;
  reason?: string | undefined;
  promote?: string | undefined;
}

const stopAttempts = 5;

/** Ends an experiment because somebody says so, with a last look; it is tried again where another look came between. */
export async function stopExperiment(
  deps: ServingDeps,
  actor: Actor,
  stop: StopExperiment,
): Promise<EndpointExperiment> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await stopOnce(deps, actor, stop);
    } catch (error) {
      const isConflict = error instanceof TidemillError && error.code === 'conflict';
      if (!isConflict || attempt === stopAttempts) throw error;
      // One that has ended meanwhile stays so.
      await underWay(deps, stop.id);
    }
  }
}

async function stopOnce(deps: ServingDeps, actor: Actor, { id, reason, promote }: StopExperiment) {
  const stored = await underWay(deps, id);
  if (promote !== undefined && !stored.arms.some((arm) => arm.name === promote)) {
    const names = stored.arms.map((arm) => `'${arm.name}'`).join(', ');
    fail('invalid_input', `The experiment has no arm '${promote}'; it has ${names}.`, { field: 'promote' });
  }
  const look = await lookAt(deps, stored);
  const why = reason ?? `${actor.name} stopped it.`;
  const open = { verdict: 'inconclusive', winner: promote ?? null, reason: why, promoted: false } as const;
  const decision = stored.decision ?? { at: isoTime(deps.clock.now()), ...open };
  await endExperiment(deps, { stored, look }, { state: 'ended', decision, reason: why, by: actor, promote });
  return find(deps, id);
}

/** Lets a bandit keep its shares as they are, or follow the rewards again. */
export async function freezeExperiment(
  deps: ServingDeps,
  actor: Actor,
  { id, frozen }: { id: string; frozen: boolean },
): Promise<EndpointExperiment> {
  const stored = await underWay(deps, id);
  if (stored.spec.kind !== 'bandit') {
    fail('conflict', `Experiment ${id} is no bandit; its shares are fixed.`, { value: id });
  }
  if (stored.frozen !== frozen) {
    await deps.database.transaction(async (tx) => {
      if (!(await createExperimentStore(tx).update({ ...stored, frozen }))) {
        fail('conflict', `Experiment ${id} changed meanwhile; try again.`, { value: id });
      }
      const type = frozen ? 'endpoint-experiment.frozen' : 'endpoint-experiment.thawed';
      await deps.ledger.append(tx, { type, actor, subject: subjectOf(stored), data: summaryOf(stored) });
    });
  }
  deps.background.wake(experimentTask);
  return find(deps, id);
}

/** An experiment that has not ended, or the reason why it cannot be changed. */
async function underWay(deps: ServingDeps, id: string): Promise<StoredExperiment> {
  const stored = (await createExperimentStore(deps.database.query).find(id)) ?? notFound('endpoint experiment', id);
  if (stored.endedAt !== undefined) {
    fail('conflict', `Experiment ${id} has ended: ${stored.reason ?? stored.state}.`, { value: id });
  }
  return stored;
}

async function find(deps: ServingDeps, id: string): Promise<EndpointExperiment> {
  const stored = await createExperimentStore(deps.database.query).find(id);
  return toView(stored ?? notFound('endpoint experiment', id));
}

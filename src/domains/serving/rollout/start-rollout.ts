import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { fail, notFound } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { ServingDeps } from '../deps.ts';
import { champion, refuseDuringExperiment, saveEndpoint } from '../endpoints.ts';
import type { Routing, Variant } from '../schema.ts';
import { createEndpointStore, type StoredEndpoint } from '../store.ts';
import { setCandidateAlias } from './candidate-alias.ts';
import { checkMetricSql } from './check-metric-sql.ts';
import { checkPlan } from './check-plan.ts';
import { isAllTraffic, stepsOf } from './plan-steps.ts';
import { promotionRefusal } from './promotion-refusal.ts';
import { announceStep, noteDecision, subjectOf, summaryOf } from './rollout-commit.ts';
import { type Rollout, type RolloutPlan, RolloutSpec, type RolloutStep } from './rollout-schema.ts';
import { routingAt } from './rollout-steps.ts';
import { createRolloutStore, lastRolledBack, type StoredRollout } from './rollout-store.ts';
import { promote } from './rollout-transitions.ts';
import { waitingAt } from './rollout-waits.ts';
import { rolloutTask } from './rollouts.ts';

interface Start {
  actor: Actor;
  found: StoredEndpoint;
  spec: ReturnType<(typeof RolloutSpec)['parse']>;
  plan: RolloutPlan;
}

/** Starts a rollout: the candidate is loaded and warm before it meets its first request. */
export async function startRollout(
  deps: ServingDeps,
  actor: Actor,
  request: { endpoint: string; spec: RolloutSpec },
): Promise<Rollout> {
  const spec = RolloutSpec.parse(request.spec);
  const found =
    (await createEndpointStore(deps.database.query).find(request.endpoint)) ?? notFound('endpoint', request.endpoint);
  const plan = planOf(spec, found);
  const { model } = found.spec;
  await deps.registry.versions.get(model, spec.version);
  const start: Start = { actor, found, spec, plan };
  await refuseSpec(deps, start);
  // Loading may take seconds and may fail: both before anything is written.
  const loaded = await deps.runtimes.load({ endpoint: found.name, model, version: spec.version, spec: found.spec });
  const answering = deps.table.find(found.name)?.arms.map((arm) => arm.runtime.plan) ?? [];
  await checkMetricSql(deps, plan.metrics, [...answering, loaded.plan]);
  const { stored, endpoint } = await deps.database.transaction((tx) => begin(deps, tx, start));
  await deps.table.put(endpoint);
  if (spec.skipAnalysis) await promote(deps, stored, { reason: `${actor.name} skipped the analysis: ${spec.reason}` });
  deps.background.wake(rolloutTask);
  const made = await createRolloutStore(deps.database.query).find(stored.rollout.id);
  return (made ?? stored).rollout;
}

function planOf(spec: Start['spec'], { spec: declared }: StoredEndpoint): RolloutPlan {
  const plan = spec.plan ?? declared.rollout;
  checkPlan(plan, 'plan');
  const field = 'plan.candidateAlias';
  if (plan.candidateAlias !== null && plan.candidateAlias === declared.alias) {
    const cure = 'Take another: this one says which version serves.';
    fail('invalid_input', `Field '${field}' = '${plan.candidateAlias}' is the alias the endpoint follows. ${cure}`, {
      field,
      value: plan.candidateAlias,
      cure,
    });
  }
  if (!spec.skipAnalysis) return plan;
  const { steps: _, ...rest } = plan;
  return { ...rest, strategy: 'all-at-once', shadow: undefined, bake: false, confirm: false, metrics: [] };
}

/** What is refused before a model is loaded for it. */
async function refuseSpec(deps: ServingDeps, { actor, found, spec, plan }: Start): Promise<void> {
  for (const field of ['force', 'skipAnalysis'] as const) {
    if (!spec[field] || spec.reason !== undefined) continue;
    const cure = 'Say why: it is kept with the rollout.';
    fail('invalid_input', `Field 'reason' is missing, which '${field}' needs. ${cure}`, { field: 'reason', cure });
  }
  refuseStart(found, spec.version);
  refuseUnlogged(found, stepsOf(plan));
  if (!spec.force) await refuseCoolDown(deps, found.name, spec.version);
  if (!isAllTraffic(stepsOf(plan)[0])) return;
  const { model, alias } = found.spec;
  const refusal = await promotionRefusal(deps, actor, { model, alias, version: spec.version });
  if (refusal !== undefined) fail('gate_failed', `Version ${spec.version} cannot have all traffic: ${refusal}`);
}

async function refuseCoolDown(deps: ServingDeps, endpoint: string, version: number): Promise<void> {
  const last = await lastRolledBack(deps.database.query, { endpoint, candidate: version });
  if (!last?.rollout.endedAt) return;
  const freeAt = Date.parse(last.rollout.endedAt) + last.coolDownMs;
  if (deps.clock.now() >= freeAt) return;
  const cure = `Wait until ${isoTime(freeAt)}, or force it with a reason.`;
  fail(
    'conflict',
    `Version ${version} was rolled back at '${endpoint}' lately (${last.rollout.reason ?? last.rollout.id}). ${cure}`,
    { field: 'version', value: version, rolloutId: last.rollout.id, freeAt: isoTime(freeAt), cure },
  );
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

/** The judge sees what is logged: a step that asks for rows of a log that keeps none would never end. */
function refuseUnlogged({ name, spec }: StoredEndpoint, steps: readonly RolloutStep[]): void {
  if (spec.log.sample > 0) return;
  if (!steps.some((step) => step.kind !== 'pause' && (step.predictions || step.labels))) return;
  const cure = 'Let `log.sample` be more, or let the steps ask for `bakeMs` alone.';
  fail('conflict', `The log of '${name}' keeps no requests (log.sample = 0), so that nothing can be judged. ${cure}`, {
    field: 'log.sample',
    cure,
  });
}

async function begin(deps: ServingDeps, tx: Queries, start: Start) {
  const { actor, spec, plan } = start;
  const before = (await createEndpointStore(tx).find(start.found.name)) ?? notFound('endpoint', start.found.name);
  refuseStart(before, spec.version);
  const stored = newRollout(deps, before, start);
  const { rollout } = stored;
  await createRolloutStore(tx).insert(stored);
  const candidate: Variant = { ...champion(before.spec, spec.version), name: 'candidate' };
  const salted: Routing = { ...before.routing, salt: newId() };
  const step = rollout.steps[0];
  const routing = step ? routingAt(salted, candidate, step) : salted;
  const moved = { ...routing, revision: before.routing.revision + 1 };
  const endpoint = await saveEndpoint(deps, tx, { before, routing: moved, rolloutId: rollout.id });
  await setCandidateAlias(deps, actor, stored);
  const { reason, force } = spec;
  const data = {
    ...summaryOf(rollout),
    strategy: rollout.strategy,
    steps: rollout.steps,
    metrics: plan.metrics.map((metric) => metric.name),
    ...(reason !== undefined && { reason }),
    ...(force && { forced: true }),
  };
  const subject = subjectOf(rollout);
  await deps.ledger.append(tx, { type: 'rollout.started', actor, subject, data });
  if (spec.skipAnalysis && reason !== undefined) {
    await noteDecision(tx, stored, { decision: 'skip-analysis', reason, at: stored.createdAt });
    const skipped = { ...summaryOf(rollout), reason };
    await deps.ledger.append(tx, { type: 'rollout.analysis.skipped', actor, subject, data: skipped });
  }
  await announceStep(deps, tx, stored);
  return { stored, endpoint };
}

function newRollout(deps: ServingDeps, before: StoredEndpoint, { actor, spec, plan }: Start): StoredRollout {
  const now = deps.clock.now();
  const steps = stepsOf(plan);
  const waitingFor = waitingAt(steps[0], now);
  const rollout: Rollout = {
    id: newId(now),
    endpoint: before.name,
    model: before.spec.model,
    candidate: spec.version,
    champion: before.routing.variants[0]?.version ?? null,
    state: waitingFor ? 'paused' : 'running',
    strategy: plan.steps ? 'steps' : plan.strategy,
    step: 0,
    steps,
    stepStartedAt: isoTime(now),
    rules: plan.rules,
    metrics: plan.metrics,
    ...(waitingFor && { waitingFor }),
    ...(spec.reason !== undefined && { startReason: spec.reason }),
    ...(spec.skipAnalysis && { skippedAnalysis: true }),
    startedBy: actor.name,
    createdAt: isoTime(now),
  };
  const { coolDownMs, candidateAlias } = plan;
  return { rollout, actor, createdAt: now, stepStartedAt: now, coolDownMs, candidateAlias };
}

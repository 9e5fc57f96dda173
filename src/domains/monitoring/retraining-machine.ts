import type { Database } from '../../database/database.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { type Clock, isoTime } from '../../kernel/clock.ts';
import { messageOf, TidemillError } from '../../kernel/errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { PipelineRun, Pipelines } from '../pipelines/index.ts';
import type { Registry } from '../registry/index.ts';
import type { Rollout, RolloutPlan, Serving } from '../serving/index.ts';
import { appendRetraining } from './retraining-events.ts';
import type { RetrainingState as Phase } from './retraining-schema.ts';
import { createRetrainingStore, type RetrainingState } from './retraining-store.ts';

/** What the machine drives. */
export interface Machine {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  pipelines: Pick<Pipelines, 'start' | 'run' | 'runs'>;
  serving: Pick<
    Serving,
    'startRollout' | 'rollout' | 'rollouts' | 'endpoint' | 'observations' | 'logSpan' | 'countLabels'
  >;
  registry: { versions: Pick<Registry['versions'], 'byId'> };
}

interface Move {
  to: Phase;
  /** What the step made. */
  id?: string;
  reason?: string;
  with?: Partial<Pick<RetrainingState, 'pipelineRunId' | 'version' | 'rolloutId'>>;
}

/** How many of the newest runs and rollouts are searched for one that was started just before a crash. */
const searched = 200;

/**
 * Takes a retraining as many steps as it can go now; gives its state. What a step starts elsewhere carries the retraining's
 * id or is found by what it is about, so that a crash between starting it and writing that down starts nothing twice.
 */
export async function drive(parts: Machine, retraining: RetrainingState): Promise<RetrainingState> {
  let state = retraining;
  for (;;) {
    const step = steps[state.state];
    const move = step && (await tryStep(parts, state, step));
    if (!move) return state;
    const moved = await save(parts, state, move);
    if (!moved) return state;
    state = moved;
  }
}

type Step = (parts: Machine, retraining: RetrainingState) => Promise<Move | undefined>;

const steps: Partial<Record<Phase, Step>> = {
  starting: startPipeline,
  training: awaitPipeline,
  deploying: startRollout,
  'rolling-out': awaitRollout,
};

/** A step that the user's documents make impossible ends the retraining; anything else is tried again next time. */
async function tryStep(parts: Machine, retraining: RetrainingState, step: Step): Promise<Move | undefined> {
  try {
    return await step(parts, retraining);
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error;
    if (error.code === 'gate_failed' || error.code === 'approval_missing')
      return { to: 'rejected', reason: error.message };
    if (!['invalid', 'not_found', 'gone', 'forbidden', 'unsupported'].includes(error.kind)) throw error;
    return { to: 'failed', reason: messageOf(error) };
  }
}

async function save(parts: Machine, before: RetrainingState, move: Move): Promise<RetrainingState | undefined> {
  const now = parts.clock.now();
  const reason = move.reason ?? null;
  const step = { state: move.to, at: now, id: move.id ?? null, reason };
  const after = { ...before, ...move.with, state: move.to, reason, steps: [...before.steps, step], updatedAt: now };
  return parts.database.transaction(async (tx) => {
    if (!(await createRetrainingStore(tx).move(before, after))) return undefined;
    await appendRetraining(parts.ledger, tx, after);
    return after;
  });
}

async function startPipeline(parts: Machine, retraining: RetrainingState): Promise<Move> {
  const { spec, id } = retraining;
  const started = await findRun(parts, retraining);
  const scarce = started ? undefined : await tooFewLabels(parts, retraining);
  if (scarce) return { to: 'skipped', reason: scarce };
  const run =
    started ??
    (await parts.pipelines.start(actorOf(retraining), {
      pipeline: spec.pipeline,
      params: paramsOf(retraining, parts.clock.now()),
      trigger: { kind: 'policy', name: retraining.policy, data: { retraining: id, trigger: retraining.trigger } },
    }));
  return { to: 'training', id: run.id, with: { pipelineRunId: run.id } };
}

async function findRun({ pipelines }: Machine, { id, spec }: RetrainingState): Promise<PipelineRun | undefined> {
  const page = await pipelines.runs({ pipeline: spec.pipeline, limit: searched });
  return page.items.find((run) => run.trigger.data?.['retraining'] === id);
}

async function tooFewLabels(parts: Machine, retraining: RetrainingState): Promise<string | undefined> {
  const { spec, endpoint, triggeredAt, policyId, id } = retraining;
  if (spec.minNewLabels === 0) return undefined;
  const before = await createRetrainingStore(parts.database.query).before(policyId, { triggeredAt, id });
  const from = before ? { from: before.triggeredAt } : {};
  const rows = await parts.serving.observations({ endpoint, ...from, features: [] });
  const labels = rows.labelText.reduce((count, label) => count + (label === null ? 0 : 1), 0);
  if (labels >= spec.minNewLabels) return undefined;
  const since = before ? `since ${isoTime(before.triggeredAt)}` : 'so far';
  return `${labels} labels ${since}, minNewLabels is ${spec.minNewLabels}`;
}

async function awaitPipeline(parts: Machine, retraining: RetrainingState): Promise<Move | undefined> {
  const run = await parts.pipelines.run(retraining.pipelineRunId!);
  if (run.status === 'queued' || run.status === 'running') return undefined;
  if (run.status !== 'succeeded') {
    return { to: 'failed', reason: `pipeline run ${run.id} ${run.status}${run.error ? `: ${run.error}` : ''}` };
  }
  const made = Object.values(run.outputs ?? {}).filter((output) => output.kind === 'model-version');
  for (const { id } of made) {
    const version = await parts.registry.versions.byId(id);
    if (version.model === retraining.model) return { to: 'deploying', id, with: { version: version.number } };
  }
  return { to: 'failed', reason: `pipeline run ${run.id} gave no version of the model '${retraining.model}'` };
}

async function startRollout(parts: Machine, retraining: RetrainingState): Promise<Move | undefined> {
  const { endpoint, spec } = retraining;
  const version = retraining.version!;
  const known = await findRollout(parts, retraining);
  if (known) return { to: 'rolling-out', id: known.id, with: { rolloutId: known.id } };
  const { variants, rolloutId } = await parts.serving.endpoint(endpoint);
  if (variants.some((variant) => variant.role === 'live' && variant.version === version)) {
    return { to: 'rejected', reason: `version ${version} serves already: training made the same model again` };
  }
  // One rollout at a time: the challenger waits for its turn.
  if (rolloutId) return undefined;
  const plan = spec.rollout ? { plan: spec.rollout as RolloutPlan } : {};
  const rollout = await parts.serving.startRollout(actorOf(retraining), endpoint, { version, ...plan });
  return { to: 'rolling-out', id: rollout.id, with: { rolloutId: rollout.id } };
}

async function findRollout({ serving }: Machine, retraining: RetrainingState): Promise<Rollout | undefined> {
  const page = await serving.rollouts({ endpoint: retraining.endpoint, limit: searched });
  const registeredAt = retraining.steps.find((step) => step.state === 'deploying')!.at;
  return page.items.find(
    (rollout) => rollout.candidate === retraining.version && Date.parse(rollout.createdAt) >= registeredAt,
  );
}

async function awaitRollout(parts: Machine, retraining: RetrainingState): Promise<Move | undefined> {
  const rollout = await parts.serving.rollout(retraining.rolloutId!);
  if (rollout.state === 'running' || rollout.state === 'paused') return undefined;
  if (rollout.state === 'promoted') return { to: 'promoted', id: rollout.id };
  return { to: 'rejected', id: rollout.id, reason: rollout.reason ?? `the rollout was ${rollout.state}` };
}

function actorOf(retraining: RetrainingState): Actor {
  return { ...systemActor, id: `retraining:${retraining.id}`, name: `retraining policy ${retraining.policy}` };
}

/** The pipeline's parameters with `{{…}}` filled in. */
function paramsOf(retraining: RetrainingState, now: number): Record<string, string | number | boolean> {
  const { spec, endpoint, model, windowFromAt, windowToAt, trigger, id } = retraining;
  const known: Record<string, string> = {
    'window.from': isoTime(windowFromAt),
    'window.to': isoTime(windowToAt),
    now: isoTime(now),
    endpoint,
    model,
    'alert.id': trigger.kind === 'alert' ? trigger.id : '',
    'retraining.id': id,
  };
  const fill = (text: string) => text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => known[name] ?? whole);
  const entries = Object.entries(spec.params).map(([name, value]) => {
    return [name, typeof value === 'string' ? fill(value) : value] as const;
  });
  return Object.fromEntries(entries);
}

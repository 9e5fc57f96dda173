import type { Queries } from '../../database/database.ts';
import type { Grouped } from '../../database/groups.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { newRunId } from '../../kernel/ids.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { NewEvent } from '../../ledger/index.ts';
import { activeRunOf, runOf, type TrackingDeps } from './deps.ts';
import { createExperimentStore } from './experiment-store.ts';
import { refuseConflicts } from './log-batch.ts';
import { randomRunName } from './run-names.ts';
import { createRunStore, type StoredRun } from './run-store.ts';
import {
  type DatasetInput,
  newRunSchema,
  type Run,
  type RunDetails,
  type RunInfo,
  type RunStatus,
  runChangeSchema,
} from './schema.ts';
import { createTrackingStore } from './store.ts';

/** A run as others see it. */
export function infoOf({ number: _, ...info }: StoredRun): RunInfo {
  return info;
}

const everything = { metrics: 'all', params: 'all', tags: 'all' } as const;

function subjectOf(run: RunInfo) {
  return { kind: 'run', id: run.id, name: run.name };
}

function isFinal(status: RunStatus): boolean {
  return status === 'FINISHED' || status === 'FAILED' || status === 'KILLED';
}

/** Starts a run with its first parameters, tags and inputs, in one transaction. */
export async function createRun(
  deps: TrackingDeps & { grouped: Grouped },
  actor: Actor,
  given: unknown,
): Promise<RunDetails> {
  const { database, ledger, clock, grouped } = deps;
  const asked = parseAs(newRunSchema, given);
  return grouped(async (tx) => {
    const experiment =
      (await createExperimentStore(tx).state(asked.experiment)) ?? notFound('experiment', asked.experiment);
    if (experiment.lifecycle === 'deleted') {
      fail('conflict', `The experiment '${experiment.name}' is deleted; restore it first.`, { field: 'experiment' });
    }
    if (asked.parentRunId !== undefined) await runOf(tx, asked.parentRunId);
    const now = clock.now();
    const startedAt = asked.startedAt ?? now;
    const store = createRunStore(tx);
    await database.lock(tx, 'run-numbers');
    const run = await store.insert({
      id: newRunId(now),
      experimentId: experiment.id,
      name: asked.name || randomRunName(),
      status: asked.status,
      lifecycle: 'active',
      startedAt,
      endedAt: isFinal(asked.status) ? now : null,
      parentRunId: asked.parentRunId ?? null,
      user: asked.user ?? actor.name,
      actorId: actor.id,
      code: asked.code ?? null,
      environment: asked.environment ?? null,
    });
    refuseConflicts(run.id, asked.params ?? {}, await store.addParams(run, asked.params ?? {}));
    await store.setTags(run, asked.tags ?? {});
    const { experimentId, status, parentRunId } = run;
    const data = { experimentId, status, parentRunId, commit: run.code?.commit ?? null };
    await ledger.append(tx, { type: 'run.created', actor, subject: subjectOf(run), data });
    const inputs = asked.inputs ?? [];
    if (inputs.length > 0) await addInputs(deps, actor, { tx, run, inputs });
    const made = { ...infoOf(run), metrics: {}, params: asked.params ?? {}, tags: asked.tags ?? {} };
    if (inputs.length > 0) return (await withInputs(tx, [made]))[0]!;
    return { ...made, inputs: [], modelInputs: [], modelOutputs: [] };
  });
}

/** A run with all it logged. */
export async function runDetails(queries: Queries, id: string): Promise<RunDetails> {
  const stored = await runOf(queries, id);
  const runs = await createTrackingStore(queries).search.fill([stored], everything);
  return (await withInputs(queries, runs))[0]!;
}

/** Runs with the datasets and models they read and the models they made. */
export async function withInputs(queries: Queries, runs: readonly Run[]): Promise<RunDetails[]> {
  const found = await createTrackingStore(queries).inputs.of(runs.map((run) => run.id));
  return runs.map((run) =>
    Object.assign(run, {
      inputs: found.inputs.get(run.id) ?? [],
      modelInputs: found.modelInputs.get(run.id) ?? [],
      modelOutputs: found.modelOutputs.get(run.id) ?? [],
    }),
  );
}

/** Changes a run; a final status ends it, a status that is not final opens it again. */
export async function updateRun(deps: TrackingDeps, actor: Actor, change: unknown & { id: string }): Promise<RunInfo> {
  const { database, ledger, clock } = deps;
  const asked = parseAs(runChangeSchema, change);
  return database.transaction(async (tx) => {
    await database.lock(tx, `run:${change.id}`);
    const before = await activeRunOf(tx, change.id);
    const status = asked.status ?? before.status;
    const ended = asked.endedAt ?? (asked.status === undefined ? before.endedAt : (before.endedAt ?? clock.now()));
    const after: StoredRun = {
      ...before,
      name: asked.name ?? before.name,
      status,
      endedAt: isFinal(status) ? ended : null,
      code: asked.code ?? before.code,
      environment: asked.environment ?? before.environment,
      parentRunId: asked.parentRunId === undefined ? before.parentRunId : asked.parentRunId,
    };
    if (after.parentRunId !== null && after.parentRunId !== before.parentRunId) await runOf(tx, after.parentRunId);
    await createTrackingStore(tx).runs.update(before.id, {
      name: after.name,
      status,
      ended_at: after.endedAt,
      parent_run_id: after.parentRunId,
      code: after.code && JSON.stringify(after.code),
      environment: after.environment && JSON.stringify(after.environment),
    });
    if (status !== before.status) {
      const data = { experimentId: before.experimentId, from: before.status, to: status };
      await ledger.append(tx, { type: 'run.status.changed', actor, subject: subjectOf(after), data });
    }
    return infoOf(after);
  });
}

/** Deletes a run, restorably, or restores it; doing so twice changes nothing. */
export async function moveRun(
  { database, ledger, clock }: TrackingDeps,
  actor: Actor,
  { id, to }: { id: string; to: 'active' | 'deleted' },
): Promise<void> {
  await database.transaction(async (tx) => {
    await database.lock(tx, `run:${id}`);
    const run = await runOf(tx, id);
    if (run.lifecycle === to) return;
    const deletedAt = to === 'deleted' ? clock.now() : null;
    await createTrackingStore(tx).runs.update(id, { lifecycle: to, deleted_at: deletedAt });
    const event: NewEvent = {
      type: to === 'deleted' ? 'run.deleted' : 'run.restored',
      actor,
      subject: subjectOf(run),
      data: { experimentId: run.experimentId },
    };
    await ledger.append(tx, event);
  });
}

/** Records dataset inputs; those the run has already change nothing. */
export async function addInputs(
  { ledger }: TrackingDeps,
  actor: Actor,
  { tx, run, inputs }: { tx: Queries; run: RunInfo; inputs: readonly DatasetInput[] },
): Promise<void> {
  const added = await createTrackingStore(tx).inputs.addInputs(run.id, inputs);
  if (added.length === 0) return;
  const shown = added.map(({ name, digest, context, versionId = null }) => ({ name, digest, context, versionId }));
  const data = { experimentId: run.experimentId, inputs: shown };
  await ledger.append(tx, { type: 'run.inputs.recorded', actor, subject: subjectOf(run), data });
}

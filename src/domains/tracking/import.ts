import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { parseAs } from '../../kernel/parse.ts';
import { experimentOf, type TrackingDeps } from './deps.ts';
import {
  type Imported,
  type ImportedExperiment,
  type ImportedRun,
  type ImportedRunResult,
  importedExperimentSchema,
  importedRunSchema,
} from './import-schema.ts';
import { refuseConflicts } from './log-batch.ts';
import { addInputs } from './runs.ts';
import { createTrackingStore } from './store.ts';

/** Takes over what another server kept, under its own ids and times; the same again changes nothing. */
export interface Importing {
  experiment(actor: Actor, experiment: ImportedExperiment): Promise<Imported>;
  /** Metrics and files follow by the ways of any run. */
  run(actor: Actor, run: ImportedRun): Promise<ImportedRunResult>;
}

/** Makes the import of experiments and runs. */
export function createImporting(deps: TrackingDeps): Importing {
  return {
    experiment: (actor, experiment) => importExperiment(deps, actor, experiment),
    run: (actor, run) => importRun(deps, actor, run),
  };
}

async function importExperiment(
  { database, ledger, clock }: TrackingDeps,
  actor: Actor,
  given: ImportedExperiment,
): Promise<Imported> {
  const asked = parseAs(importedExperimentSchema, given);
  return database.transaction(async (tx) => {
    await database.lock(tx, 'experiments');
    const store = createTrackingStore(tx).experiments;
    const known = await store.find(asked.name);
    if (known?.name === asked.name) {
      // Tags that somebody set here since stay as they are.
      await store.setTags(known.id, { ...asked.tags, ...known.tags });
      return { id: known.id, isNew: false };
    }
    const now = clock.now();
    const isFree = asked.id !== undefined && (await store.find(asked.id)) === undefined;
    const id = isFree ? asked.id! : newId(now);
    const createdAt = asked.createdAt ?? now;
    await store.insert({
      id,
      name: asked.name,
      description: '',
      lifecycle: asked.lifecycle,
      artifactLocation: asked.artifactLocation ?? null,
      createdAt,
      updatedAt: asked.updatedAt ?? createdAt,
    });
    if (asked.lifecycle === 'deleted') await store.update(id, { deleted_at: asked.updatedAt ?? now });
    await store.setTags(id, asked.tags);
    const subject = { kind: 'experiment', id, name: asked.name };
    await ledger.append(tx, { type: 'experiment.imported', actor, subject, data: {} });
    return { id, isNew: true };
  });
}

async function importRun(deps: TrackingDeps, actor: Actor, given: ImportedRun): Promise<ImportedRunResult> {
  const { database, ledger, clock } = deps;
  const asked = parseAs(importedRunSchema, given);
  return database.transaction(async (tx) => {
    await database.lock(tx, `run:${asked.id}`);
    const experiment = await experimentOf(tx, asked.experiment);
    const store = createTrackingStore(tx).runs;
    const before = await store.find(asked.id);
    if (before && before.experimentId !== experiment.id) {
      fail('conflict', `There is a run '${asked.id}' in another experiment.`, { field: 'id', value: asked.id });
    }
    const fields = {
      name: asked.name,
      status: asked.status,
      lifecycle: asked.lifecycle,
      startedAt: asked.startedAt,
      endedAt: asked.endedAt,
      parentRunId: await parentOf(tx, asked.parentRunId),
      user: asked.user,
    };
    if (!before) await database.lock(tx, 'run-numbers');
    const own = { id: asked.id, experimentId: experiment.id, actorId: actor.id, code: null, environment: null };
    const run = before ?? (await store.insert({ ...fields, ...own }));
    await store.update(run.id, {
      name: fields.name,
      status: fields.status,
      lifecycle: fields.lifecycle,
      ended_at: fields.endedAt,
      deleted_at: asked.lifecycle === 'deleted' ? (asked.deletedAt ?? clock.now()) : null,
      parent_run_id: fields.parentRunId,
    });
    refuseConflicts(run.id, asked.params, await store.addParams(run, asked.params));
    await store.setTags(run, asked.tags);
    if (!before) {
      const data = { experimentId: experiment.id, status: asked.status };
      const subject = { kind: 'run', id: run.id, name: asked.name };
      await ledger.append(tx, { type: 'run.imported', actor, subject, data });
    }
    await addInputs(deps, actor, { tx, run, inputs: asked.inputs });
    const { inputs } = createTrackingStore(tx);
    await inputs.addModelInputs(run.id, asked.modelInputs);
    await inputs.addModelOutputs(run.id, asked.modelOutputs);
    return { id: run.id, isNew: before === undefined, parentRunId: fields.parentRunId };
  });
}

/** A parent that is not there (yet) is left out: the run's tags still name it. */
async function parentOf(tx: Queries, id: string | undefined): Promise<string | null> {
  return id !== undefined && (await createTrackingStore(tx).runs.find(id)) ? id : null;
}

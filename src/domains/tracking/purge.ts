import type { Background } from '../../database/background.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { parseAs } from '../../kernel/parse.ts';
import { experimentOf, runOf, type TrackingDeps } from './deps.ts';
import { settlePoints } from './metric-points.ts';
import { type Purge, type Purged, purgeSchema } from './purge-schema.ts';
import { createPurgeStore, type PurgeableRun } from './purge-store.ts';

const runsAtOnce = 100;
const pointsAtOnce = 5_000;

/** Removes for good what was deleted before. */
export interface Purging {
  /** Runs and experiments that are deleted; naming one that is not is a `conflict`. A dry run only counts. */
  purge(actor: Actor, what: Purge): Promise<Purged>;
  /** Ids of active runs of an experiment that ended before a moment, oldest first. */
  endedRuns(experimentId: string, before: number, limit: number): Promise<string[]>;
}

/** What purging works with. */
export interface PurgeDeps extends TrackingDeps {
  background: Background;
  /** Who else keeps files in an experiment, such as its traces: owners of artifacts. */
  ownersIn?: (experimentId: string) => AsyncIterable<string>;
}

/** Makes the purging of runs and experiments; metric points go in the background, a few thousand at a time. */
export function createPurging(deps: PurgeDeps): Purging {
  const { database, background } = deps;
  background.add({
    name: 'purged-metrics',
    everyMs: 60_000,
    run: async () => {
      await settlePoints({ database });
      return database.transaction((tx) => createPurgeStore(tx).orphanPoints(pointsAtOnce));
    },
  });
  return {
    purge: (actor, what) => purge(deps, actor, what),
    endedRuns: (experimentId, before, limit) => createPurgeStore(database.query).endedRuns(experimentId, before, limit),
  };
}

async function purge(deps: PurgeDeps, actor: Actor, given: Purge): Promise<Purged> {
  const { dryRun, deletedBefore = deps.clock.now() + 1, runs, experiments, within } = parseAs(purgeSchema, given);
  const experimentIds = experiments ? await deletedExperiments(deps, experiments) : within;
  if (runs) await checkDeleted(deps, runs);
  const sum: Purged = { dryRun, runs: 0, experiments: 0, artifacts: 0, artifactBytes: 0 };
  const store = createPurgeStore(deps.database.query);
  for (let after: string | undefined; ; ) {
    const found = await store.runs({ experimentIds, runIds: runs, deletedBefore, after, limit: runsAtOnce });
    if (found.length === 0) break;
    after = found.at(-1)!.id;
    const { files, bytes } = dryRun ? await sizeOf(deps, found) : await purgeRuns(deps, actor, found);
    sum.runs += found.length;
    sum.artifacts += files;
    sum.artifactBytes += bytes;
  }
  if (runs === undefined) {
    for (const experiment of await store.experiments(deletedBefore, experimentIds)) {
      if (dryRun || (await purgeExperiment(deps, actor, experiment))) sum.experiments++;
    }
  }
  if (!dryRun && sum.runs > 0) deps.background.wake('purged-metrics');
  return sum;
}

async function deletedExperiments({ database }: TrackingDeps, which: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const one of which) {
    const { id, name, lifecycle } = await experimentOf(database.query, one);
    if (lifecycle !== 'deleted') refuseActive('experiment', name);
    ids.push(id);
  }
  return ids;
}

async function checkDeleted({ database }: TrackingDeps, runs: readonly string[]): Promise<void> {
  for (const id of runs) {
    const { lifecycle } = await runOf(database.query, id);
    if (lifecycle !== 'deleted') refuseActive('run', id);
  }
}

function refuseActive(what: string, name: string): never {
  const cure = 'Delete it first; until it is purged it can be restored.';
  return fail('conflict', `The ${what} '${name}' is in use. ${cure}`, { field: `${what}s`, value: name, cure });
}

function sizeOf({ database }: TrackingDeps, runs: readonly PurgeableRun[]) {
  return createPurgeStore(database.query).artifactsOf(runs.map((run) => run.id));
}

async function purgeRuns(deps: TrackingDeps, actor: Actor, runs: readonly PurgeableRun[]) {
  return deps.database.transaction(async (tx) => {
    const store = createPurgeStore(tx);
    const runIds = runs.map((run) => run.id);
    for (const id of runIds) await deps.database.lock(tx, `run:${id}`);
    // Asked again under the locks: one may have been restored since.
    const still = await store.runs({ runIds, deletedBefore: Number.MAX_SAFE_INTEGER, limit: runs.length });
    if (still.length === 0) return { files: 0, bytes: 0 };
    const owners = still.map((run) => run.id);
    const size = await store.artifactsOf(owners);
    await store.removeArtifacts(owners);
    await store.removeRuns(still);
    for (const { id, name, experimentId } of still) {
      const subject = { kind: 'run', id, name };
      await deps.ledger.append(tx, { type: 'run.purged', actor, subject, data: { experimentId } });
    }
    return size;
  });
}

async function purgeExperiment(deps: PurgeDeps, actor: Actor, { id, name }: { id: string; name: string }) {
  const owners: string[] = [];
  for await (const owner of deps.ownersIn?.(id) ?? []) owners.push(owner);
  return deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, 'experiments');
    const store = createPurgeStore(tx);
    if (!(await store.removeExperiment(id))) return false;
    for (let at = 0; at < owners.length; at += runsAtOnce) {
      await store.removeArtifacts(owners.slice(at, at + runsAtOnce));
    }
    const subject = { kind: 'experiment', id, name };
    await deps.ledger.append(tx, { type: 'experiment.purged', actor, subject, data: {} });
    return true;
  });
}

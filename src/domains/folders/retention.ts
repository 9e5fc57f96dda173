import { type Actor, systemActor } from '../../kernel/actor.ts';
import type { Purged } from '../tracking/index.ts';
import type { FoldersDeps } from './deps.ts';
import { foldersAbove, inherit } from './inherit.ts';
import type { Retention, RetentionReport } from './schema.ts';
import { createFolderStore, type StoredFolder } from './store.ts';

const dayMs = 86_400_000;
const runsAtOnce = 200;

/** Applies every folder's retention rules to the experiments below it; a dry run only counts. */
export async function applyRetention(
  deps: FoldersDeps,
  { actor = systemActor, dryRun = false }: { actor?: Actor; dryRun?: boolean } = {},
): Promise<RetentionReport> {
  const report: RetentionReport = {
    dryRun,
    deletedRuns: 0,
    purgedRuns: 0,
    purgedModels: 0,
    purgedExperiments: 0,
    artifacts: 0,
    artifactBytes: 0,
  };
  const folders = await createFolderStore(deps.database.query).all();
  if (!folders.some((folder) => folder.settings.retention)) return report;
  for await (const experiment of everyExperiment(deps)) {
    const { deleteEndedAfterDays, purgeDeletedAfterDays } = rulesFor(experiment.name, folders);
    const now = deps.clock.now();
    if (deleteEndedAfterDays != null && experiment.lifecycle === 'active') {
      const before = now - deleteEndedAfterDays * dayMs;
      report.deletedRuns += await deleteEnded(deps, { actor, dryRun, experimentId: experiment.id, before });
    }
    if (purgeDeletedAfterDays != null) {
      const deletedBefore = now - purgeDeletedAfterDays * dayMs;
      const which = { within: [experiment.id], deletedBefore, dryRun };
      const models = await deps.purgeModels?.(actor, which);
      report.purgedModels += models?.models ?? 0;
      report.artifacts += models?.artifacts ?? 0;
      report.artifactBytes += models?.artifactBytes ?? 0;
      // Of an experiment in use the deleted runs, of a deleted one everything.
      add(report, await deps.purging.purge(actor, which));
    }
  }
  return report;
}

function rulesFor(name: string, folders: readonly StoredFolder[]): Retention {
  const above = new Set(foldersAbove(name));
  return (
    inherit(
      name,
      folders.filter((folder) => above.has(folder.path)),
    ).effective.retention ?? {}
  );
}

async function* everyExperiment({ tracking }: FoldersDeps) {
  for (let pageToken: string | undefined; ; ) {
    const page = await tracking.experiments.list({ lifecycle: 'all', limit: 500, pageToken });
    yield* page.items;
    pageToken = page.nextPageToken;
    if (pageToken === undefined) return;
  }
}

interface Ended {
  actor: Actor;
  dryRun: boolean;
  experimentId: string;
  before: number;
}

async function deleteEnded({ purging, tracking }: FoldersDeps, { actor, dryRun, experimentId, before }: Ended) {
  if (dryRun) return (await purging.endedRuns(experimentId, before, 1_000_000)).length;
  let deleted = 0;
  for (;;) {
    const ids = await purging.endedRuns(experimentId, before, runsAtOnce);
    for (const id of ids) await tracking.runs.delete(actor, id);
    deleted += ids.length;
    if (ids.length < runsAtOnce) return deleted;
  }
}

function add(report: RetentionReport, purged: Purged): void {
  report.purgedRuns += purged.runs;
  report.purgedExperiments += purged.experiments;
  report.artifacts += purged.artifacts;
  report.artifactBytes += purged.artifactBytes;
}

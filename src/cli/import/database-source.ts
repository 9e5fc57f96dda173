import { folderFiles } from './artifact-folder.ts';
import { databaseLoggedModels, databaseModels, databaseVersions } from './database-models.ts';
import { isOwn, numberAt, type Rows, textOf } from './database-rows.ts';
import { databasePoints, databaseRuns } from './database-runs.ts';
import { type MlflowSource, type SourceExperiment, type Unread, Unreadable } from './source.ts';

/** Reads the database of a tracking store, and files from the folder where they lie; without one there are no files. */
export function createDatabaseSource(rows: Rows, artifacts: string | undefined): MlflowSource {
  return {
    experiments: () => experimentsOf(rows),
    countRuns: async (experimentId) => {
      const [found] = await rows.all('select count(*) as runs from runs where experiment_id = ?', [experimentId]);
      return numberAt(found!, 'runs');
    },
    runs: (experimentId) => databaseRuns(rows, experimentId),
    points: (run) => databasePoints(rows, run),
    loggedModels: (experimentId) => databaseLoggedModels(rows, experimentId),
    models: () => databaseModels(rows),
    versions: (model) => databaseVersions(rows, model),
    files: (owner, skipped) => {
      if (artifacts === undefined) throw new Unreadable(`Files at ${owner.uri} are taken with --artifacts only.`);
      return folderFiles(artifacts, owner, skipped);
    },
    unread: () => unreadOf(rows),
    close: () => rows.close(),
  };
}

async function* experimentsOf(rows: Rows): AsyncGenerator<SourceExperiment> {
  const tags = await rows.all('select experiment_id, key, value from experiment_tags');
  const tagsOf = Map.groupBy(tags, (row) => textOf(row, 'experiment_id'));
  for (const row of await rows.all('select * from experiments order by experiment_id')) {
    if (!isOwn(row)) continue;
    const id = textOf(row, 'experiment_id');
    yield {
      id,
      name: textOf(row, 'name'),
      lifecycle: row['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
      artifactLocation: textOf(row, 'artifact_location'),
      tags: Object.fromEntries((tagsOf.get(id) ?? []).map((tag) => [textOf(tag, 'key'), textOf(tag, 'value')])),
      ...(row['creation_time'] && { createdAt: numberAt(row, 'creation_time') }),
      ...(row['last_update_time'] && { updatedAt: numberAt(row, 'last_update_time') }),
    };
  }
}

const never = {
  trace_info: 'traces',
  webhooks: 'webhooks',
  evaluation_datasets: 'evaluation datasets',
  scorers: 'scorers',
} as const;

async function unreadOf(rows: Rows): Promise<Unread[]> {
  const found: Unread[] = [];
  for (const [table, what] of Object.entries(never)) {
    if (!(await rows.hasTable(table))) continue;
    const [counted] = await rows.all(`select count(*) as found from ${table}`);
    const count = numberAt(counted!, 'found');
    if (count > 0) found.push({ what: `${count} ${what}`, reason: 'This command does not take them over.' });
  }
  for (const [table, what] of Object.entries({ experiments: 'experiment', registered_models: 'registered model' })) {
    if (!(await rows.hasTable(table))) continue;
    for (const row of await rows.all(`select * from ${table}`)) {
      const reason = `It is of the workspace '${textOf(row, 'workspace')}'; only the default one is taken over.`;
      if (!isOwn(row)) found.push({ what: `${what} ${textOf(row, 'name')}`, reason });
    }
  }
  return found;
}

import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createMlflowApi } from '../../src/cli/import/mlflow-api.ts';
import { createRestSource } from '../../src/cli/import/rest-source.ts';
import type { FileOwner, MlflowSource } from '../../src/cli/import/source.ts';

/** All that a server tells MLflow clients, in an order of its own making, with every metric point and a hash of every file. */
export async function contentsOf(url: string) {
  const source = createRestSource(createMlflowApi(url, {}));
  const experiments = [];
  for (const experiment of await listOf(source.experiments())) {
    const runs = [];
    for (const run of await listOf(source.runs(experiment.id))) {
      const points = sorted(await listOf(source.points(run)));
      const files = await filesOf(source, { kind: 'run', id: run.id, uri: run.artifactUri });
      runs.push({ ...run, latest: sorted(run.latest), points, files });
    }
    const loggedModels = [];
    for (const model of await listOf(source.loggedModels(experiment.id))) {
      const files = await filesOf(source, { kind: 'logged-model', id: model.id, uri: model.artifactUri });
      loggedModels.push({ ...model, points: sorted(model.points), files });
    }
    experiments.push({ ...experiment, runs: byKey(runs, 'id'), loggedModels: byKey(loggedModels, 'id') });
  }
  const models = [];
  for (const model of await listOf(source.models())) {
    const versions = [];
    for (const version of await listOf(source.versions(model))) {
      const files = model.isPrompt ? [] : await filesOf(source, { kind: 'version', id: '', uri: version.location });
      // A version's own place is named by an id that every server makes for itself.
      versions.push({ ...version, location: '', files });
    }
    models.push({ ...model, versions });
  }
  return { experiments: byKey(experiments, 'name'), models: byKey(models, 'name') };
}

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function filesOf(source: MlflowSource, owner: FileOwner) {
  if (!owner.uri.startsWith('mlflow-artifacts:')) return [];
  const files = [];
  for (const { path, bytes, open } of await listOf(source.files(owner, () => undefined))) {
    const hash = createHash('sha256');
    await pipeline(await open(), hash);
    files.push({ path, bytes, digest: hash.digest('hex') });
  }
  return byKey(files, 'path');
}

function sorted<T>(items: T[]): T[] {
  return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function byKey<K extends string, T extends Record<K, string>>(items: T[], key: K): T[] {
  return items.toSorted((a, b) => (a[key] < b[key] ? -1 : 1));
}

import { join } from 'node:path';
import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { badFile } from './bad-file.ts';
import { type Commit, commitVersion, refuseVersion } from './commit-version.ts';
import type { NewVersion, ReadableSource } from './data.ts';
import type { DataDeps } from './deps.ts';
import { Expectation } from './expectation-schema.ts';
import { explainFailure } from './explain-failure.ts';
import { findFiles } from './find-files.ts';
import { openVersion } from './open-version.ts';
import { prepareVersion, type RowsToPrepare } from './prepare-version.ts';
import { readSource } from './read-source.ts';
import { resolveVersion } from './reference.ts';
import { type DataSource, DatasetSpec, type Ingested, IngestRequest, type Producer } from './schema.ts';
import { createDatasetStore } from './store.ts';

interface IngestOptions {
  signal?: AbortSignal;
  producer?: Producer;
}

/** Makes a version from files. Until the last step everything is in a staging folder or in blobs that nothing names. */
export async function ingest(
  deps: DataDeps,
  actor: Actor,
  { signal, producer, ...order }: IngestOptions & { request: IngestRequest },
): Promise<Ingested> {
  const request = parse(IngestRequest, order.request);
  const spec = await specOf(deps, request.dataset);
  const source = request.source ?? spec?.source;
  if (!source) {
    return fail('invalid_input', `The ingest into '${request.dataset}' names no source, and none is declared.`, {
      field: 'source',
      cure: 'Give `source`, or declare it in the project.',
    });
  }
  const commit = { actor, dataset: request.dataset, parents: [], producer: producer ?? null, tags: request.tags };
  return deps.staging.within(async (folder) => {
    const path = await stageFiles(deps, actor, { source, folder, signal });
    const expectations = request.expectations ?? spec?.expectations ?? [];
    const maxQuarantinedShare = request.maxQuarantinedShare ?? spec?.maxQuarantinedShare ?? 1;
    return finish(deps, commit, { paths: [path], expectations, maxQuarantinedShare, folder, signal });
  });
}

/** Finds a source's files and how they are read, without reading them. */
export async function lookAtSource(deps: DataDeps, actor: Actor, source: DataSource): Promise<ReadableSource> {
  const files = await findFiles(deps, actor, source);
  const { sql } = await readSource(deps.engine, files, source);
  return { sql, paths: files.map((file) => file.path) };
}

interface Staged {
  source: DataSource;
  folder: string;
  signal?: AbortSignal | undefined;
}

/** Reads all files of a source into one Parquet file. */
async function stageFiles(deps: DataDeps, actor: Actor, { source, folder, signal }: Staged): Promise<string> {
  const { engine } = deps;
  const files = await findFiles(deps, actor, source);
  const { sql, dialect } = await readSource(engine, files, source);
  const path = join(folder, 'rows.parquet');
  const written = await engine
    .writeParquet(path, { sql }, { signal })
    .catch((error: unknown) => explainFailure({ engine, files, dialect }, error));
  if (written.rows === 0) {
    badFile(files[0]!, 'There is no row to ingest.', { cure: 'Check that the file is whole and is the one you mean.' });
  }
  return path;
}

/** Makes a version from rows the platform made: files as they are, or the rows of a user's SELECT. */
export async function writeVersion(deps: DataDeps, actor: Actor, version: NewVersion): Promise<Ingested> {
  const { source, lineage, signal } = version;
  const { dataset, tags } = parse(IngestRequest, { dataset: version.dataset, tags: [...(version.tags ?? [])] });
  const spec = await specOf(deps, dataset);
  const expectations = version.expectations?.map((each) => parse(Expectation, each)) ?? spec?.expectations ?? [];
  const producer = lineage?.producer ?? null;
  return deps.staging.within(async (folder) => {
    const { paths, parents } = await rowsOf(deps, source, { folder, signal });
    const commit = { actor, dataset, parents: [...(lineage?.inputs ?? []), ...parents], producer, tags };
    const maxQuarantinedShare = spec?.maxQuarantinedShare ?? 1;
    return finish(deps, commit, { paths, expectations, maxQuarantinedShare, folder, signal });
  });
}

async function rowsOf(
  deps: DataDeps,
  source: NewVersion['source'],
  { folder, signal }: { folder: string; signal?: AbortSignal | undefined },
): Promise<{ paths: readonly string[]; parents: string[] }> {
  if ('parquetPaths' in source) {
    if (source.parquetPaths.length === 0) fail('invalid_input', 'There is no file to make a version of.');
    return { paths: source.parquetPaths, parents: [] };
  }
  const tables: Record<string, string[]> = {};
  const parents: string[] = [];
  for (const [table, reference] of Object.entries(source.inputs)) {
    const opened = await openVersion(deps, await resolveVersion(deps.database.query, reference));
    tables[table] = opened.parquetPaths;
    parents.push(opened.version.id);
  }
  const path = join(folder, 'rows.parquet');
  const limits = { signal, timeoutMs: source.timeoutMs ?? 3_600_000 };
  await deps.engine.sandboxToParquet({ tables, sql: source.sql, limits }, path);
  return { paths: [path], parents };
}

async function finish(deps: DataDeps, commit: Commit, rows: RowsToPrepare): Promise<Ingested> {
  for (const parent of commit.parents) await resolveVersion(deps.database.query, parent);
  const prepared = await prepareVersion(deps, rows);
  return 'refused' in prepared ? refuseVersion(deps, commit, prepared) : commitVersion(deps, commit, prepared);
}

/** The declared document of a dataset. */
export async function specOf({ database }: DataDeps, name: string): Promise<DatasetSpec | undefined> {
  const dataset = await createDatasetStore(database.query).byName(name);
  return dataset?.spec ? DatasetSpec.parse(JSON.parse(dataset.spec)) : undefined;
}

/** A dataset's rules, for a version that is judged again. */
export async function declaredExpectations(deps: DataDeps, name: string): Promise<Expectation[]> {
  const dataset = await createDatasetStore(deps.database.query).byName(name);
  if (!dataset) return notFound('dataset', name);
  return (await specOf(deps, name))?.expectations ?? [];
}

/** Parses what callers inside the platform hand over; a mistake is `invalid_input` that names the field. */
export function parse<T>(
  schema: {
    safeParse(
      value: unknown,
    ): { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
  },
  value: unknown,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.path.map(String).join('.');
  return fail('invalid_input', `${field || 'The value'}: ${issue.message}`, { field });
}

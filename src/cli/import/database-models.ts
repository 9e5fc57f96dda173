import { isOwn, marks, numberAt, type Row, type Rows, textOf } from './database-rows.ts';
import type { SourceLoggedModel, SourceModel, SourceModelPoint, SourceVersion } from './source.ts';
import { modelIdOf, promptTag, stageOf } from './wire.ts';

const statuses = ['UNSPECIFIED', 'PENDING', 'READY', 'FAILED'] as const;
const modelsAtOnce = 100;

/** The logged models of an experiment, deleted ones too; stores of old have none. */
export async function* databaseLoggedModels(rows: Rows, experimentId: string): AsyncGenerator<SourceLoggedModel> {
  if (!(await rows.hasTable('logged_models'))) return;
  let after: [number, string] = [-1, ''];
  for (;;) {
    const page = await rows.all(
      `select * from logged_models where experiment_id = ? and (creation_timestamp_ms, model_id) > (?, ?)
       order by creation_timestamp_ms, model_id limit ${modelsAtOnce}`,
      [experimentId, ...after],
    );
    yield* await fill(rows, page);
    const last = page.at(-1);
    if (!last || page.length < modelsAtOnce) return;
    after = [numberAt(last, 'creation_timestamp_ms'), textOf(last, 'model_id')];
  }
}

async function fill(rows: Rows, page: Row[]): Promise<SourceLoggedModel[]> {
  if (page.length === 0) return [];
  const ids = page.map((row) => textOf(row, 'model_id'));
  const read = async (table: string) => {
    const found = await rows.all(`select * from ${table} where model_id in (${marks(ids)})`, ids);
    return Map.groupBy(found, (row) => textOf(row, 'model_id'));
  };
  const params = await read('logged_model_params');
  const tags = await read('logged_model_tags');
  const metrics = await read('logged_model_metrics');
  return page.map((row) => {
    const id = textOf(row, 'model_id');
    const createdAt = numberAt(row, 'creation_timestamp_ms');
    return {
      ...{ id, experimentId: textOf(row, 'experiment_id'), name: textOf(row, 'name'), type: textOf(row, 'model_type') },
      status: statuses[numberAt(row, 'status')] ?? 'UNSPECIFIED',
      lifecycle: row['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
      sourceRunId: textOf(row, 'source_run_id'),
      artifactUri: textOf(row, 'artifact_location'),
      params: textsAt(params.get(id), 'param'),
      tags: textsAt(tags.get(id), 'tag'),
      points: (metrics.get(id) ?? []).map(toPoint),
      createdAt,
      updatedAt: numberAt(row, 'last_updated_timestamp_ms', createdAt),
    };
  });
}

function textsAt(found: Row[] = [], kind: 'param' | 'tag'): Record<string, string> {
  return Object.fromEntries(found.map((row) => [textOf(row, `${kind}_key`), textOf(row, `${kind}_value`)]));
}

function toPoint(row: Row): SourceModelPoint {
  return {
    key: textOf(row, 'metric_name'),
    value: row['metric_value'] === null ? Number.NaN : numberAt(row, 'metric_value'),
    step: numberAt(row, 'metric_step'),
    at: numberAt(row, 'metric_timestamp_ms'),
    runId: textOf(row, 'run_id'),
    datasetName: textOf(row, 'dataset_name'),
    datasetDigest: textOf(row, 'dataset_digest'),
  };
}

/** Registered models and prompts by name. */
export async function* databaseModels(rows: Rows): AsyncGenerator<SourceModel> {
  if (!(await rows.hasTable('registered_models'))) return;
  const hasAliases = await rows.hasTable('registered_model_aliases');
  for (const row of await rows.all('select * from registered_models order by creation_time, name')) {
    if (!isOwn(row)) continue;
    const name = textOf(row, 'name');
    const own = async (table: string) =>
      (await rows.all(`select * from ${table} where name = ?`, [name])).filter(isOwn);
    const tags = pairsAt(await own('registered_model_tags'));
    const aliases = hasAliases ? await own('registered_model_aliases') : [];
    const createdAt = numberAt(row, 'creation_time');
    yield {
      ...{ name, tags, createdAt, description: textOf(row, 'description'), isPrompt: tags[promptTag] === 'true' },
      aliases: Object.fromEntries(aliases.map((one) => [textOf(one, 'alias'), numberAt(one, 'version')])),
      updatedAt: numberAt(row, 'last_updated_time', createdAt),
    };
  }
}

function pairsAt(found: Row[]): Record<string, string> {
  return Object.fromEntries(found.map((row) => [textOf(row, 'key'), textOf(row, 'value')]));
}

/** The versions of a model by number, without deleted ones: of those nothing but the number is left. */
export async function* databaseVersions(rows: Rows, { name }: SourceModel): AsyncGenerator<SourceVersion> {
  const found = await rows.all('select * from model_versions where name = ? order by version', [name]);
  for (const row of found.filter(isOwn)) {
    if (textOf(row, 'current_stage') === 'Deleted_Internal') continue;
    const number = numberAt(row, 'version');
    const tags = await rows.all('select * from model_version_tags where name = ? and version = ?', [name, number]);
    const source = textOf(row, 'source');
    const location = textOf(row, 'storage_location') || source;
    yield {
      ...{ model: name, number, source, location, modelId: modelIdOf(source) || modelIdOf(location) },
      runId: textOf(row, 'run_id'),
      runLink: textOf(row, 'run_link'),
      description: textOf(row, 'description'),
      stage: stageOf(textOf(row, 'current_stage')),
      tags: pairsAt(tags.filter(isOwn)),
      createdAt: numberAt(row, 'creation_time'),
    };
  }
}

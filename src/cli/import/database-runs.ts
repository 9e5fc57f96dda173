import { marks, numberAt, type Row, type Rows, textOf } from './database-rows.ts';
import type { SourceInput, SourcePoint, SourceRun } from './source.ts';
import { contextTag } from './wire.ts';

const runsAtOnce = 200;
const pointsAtOnce = 10_000;
const statuses = new Set(['SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED']);

/** The runs of an experiment, from page to page by start and id. */
export async function* databaseRuns(rows: Rows, experimentId: string): AsyncGenerator<SourceRun> {
  let after: [number, string] = [Number.MIN_SAFE_INTEGER, ''];
  for (;;) {
    const page = await rows.all(
      `select * from runs where experiment_id = ? and (coalesce(start_time, 0), run_uuid) > (?, ?)
       order by coalesce(start_time, 0), run_uuid limit ${runsAtOnce}`,
      [experimentId, ...after],
    );
    yield* await fill(rows, page);
    const last = page.at(-1);
    if (!last || page.length < runsAtOnce) return;
    after = [numberAt(last, 'start_time'), textOf(last, 'run_uuid')];
  }
}

async function fill(rows: Rows, page: Row[]): Promise<SourceRun[]> {
  if (page.length === 0) return [];
  const ids = page.map((row) => textOf(row, 'run_uuid'));
  const read = (table: string) => rows.all(`select * from ${table} where run_uuid in (${marks(ids)})`, ids);
  const byRun = (found: Row[]) => Map.groupBy(found, (row) => textOf(row, 'run_uuid'));
  const [params, tags, latest] = [
    byRun(await read('params')),
    byRun(await read('tags')),
    byRun(await read('latest_metrics')),
  ];
  const [inputs, models] = [await inputsOf(rows, ids), await modelsOf(rows, ids)];
  return page.map((row) => {
    const id = textOf(row, 'run_uuid');
    const tagsHere = textsAt(tags.get(id));
    const status = textOf(row, 'status');
    return {
      ...{ id, experimentId: textOf(row, 'experiment_id'), user: textOf(row, 'user_id') },
      name: textOf(row, 'name') || tagsHere['mlflow.runName'] || '',
      status: (statuses.has(status) ? status : 'RUNNING') as SourceRun['status'],
      lifecycle: row['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
      startedAt: numberAt(row, 'start_time'),
      endedAt: row['end_time'] ? numberAt(row, 'end_time') : null,
      ...(row['deleted_time'] && { deletedAt: numberAt(row, 'deleted_time') }),
      artifactUri: textOf(row, 'artifact_uri'),
      params: textsAt(params.get(id)),
      tags: tagsHere,
      latest: (latest.get(id) ?? []).map(toPoint),
      inputs: inputs.get(id) ?? [],
      modelInputs: models.filter((one) => one.run === id && one.isInput).map((one) => one.modelId),
      modelOutputs: models.filter((one) => one.run === id && !one.isInput),
    };
  });
}

function textsAt(found: Row[] = []): Record<string, string> {
  return Object.fromEntries(found.map((row) => [textOf(row, 'key'), textOf(row, 'value')]));
}

function toPoint(row: Row): SourcePoint {
  const value = row['is_nan'] ? Number.NaN : numberAt(row, 'value');
  return { key: textOf(row, 'key'), value, step: numberAt(row, 'step'), at: numberAt(row, 'timestamp') };
}

async function inputsOf(rows: Rows, ids: readonly string[]): Promise<Map<string, SourceInput[]>> {
  const byRun = new Map<string, SourceInput[]>();
  if (!(await rows.hasTable('inputs'))) return byRun;
  const found = await rows.all(
    `select i.destination_id as run, i.input_uuid as input, d.* from inputs i join datasets d on d.dataset_uuid = i.source_id
     where i.source_type = 'DATASET' and i.destination_type = 'RUN' and i.destination_id in (${marks(ids)})`,
    ids,
  );
  if (found.length === 0) return byRun;
  const inputs = found.map((row) => textOf(row, 'input'));
  const tags = await rows.all(`select * from input_tags where input_uuid in (${marks(inputs)})`, inputs);
  const tagsOf = Map.groupBy(tags, (row) => textOf(row, 'input_uuid'));
  for (const row of found) {
    const named = (tagsOf.get(textOf(row, 'input')) ?? []).map((tag) => [textOf(tag, 'name'), textOf(tag, 'value')]);
    const run = textOf(row, 'run');
    byRun.set(run, [...(byRun.get(run) ?? []), toInput(row, Object.fromEntries(named))]);
  }
  return byRun;
}

function toInput(row: Row, { [contextTag]: context = '', ...tags }: Record<string, string>): SourceInput {
  const [sourceType, source] = [textOf(row, 'dataset_source_type'), textOf(row, 'dataset_source')];
  const [schema, profile] = [textOf(row, 'dataset_schema'), textOf(row, 'dataset_profile')];
  return {
    ...{ name: textOf(row, 'name'), digest: textOf(row, 'digest'), context },
    ...(sourceType && { sourceType }),
    ...(source && { source }),
    ...(schema && { schema }),
    ...(profile && { profile }),
    ...(Object.keys(tags).length > 0 && { tags }),
  };
}

interface RunModel {
  run: string;
  modelId: string;
  step: number;
  isInput: boolean;
}

async function modelsOf(rows: Rows, ids: readonly string[]): Promise<RunModel[]> {
  if (!(await rows.hasTable('inputs'))) return [];
  const found = await rows.all(
    `select * from inputs where source_type in ('RUN_INPUT', 'RUN_OUTPUT') and source_id in (${marks(ids)})`,
    ids,
  );
  return found.map((row) => ({
    run: textOf(row, 'source_id'),
    modelId: textOf(row, 'destination_id'),
    step: numberAt(row, 'step'),
    isInput: row['source_type'] === 'RUN_INPUT',
  }));
}

/** Every metric point of a run, key by key, in pages. */
export async function* databasePoints(rows: Rows, run: SourceRun): AsyncGenerator<SourcePoint> {
  for (const { key } of run.latest) {
    let after: Row | undefined;
    do {
      const later = after ? 'and (step, timestamp, value, is_nan) > (?, ?, ?, ?)' : '';
      const from = after ? [after['step']!, after['timestamp']!, after['value']!, after['is_nan']!] : [];
      const page = await rows.all(
        `select * from metrics where run_uuid = ? and key = ? ${later}
         order by step, timestamp, value, is_nan limit ${pointsAtOnce}`,
        [run.id, key, ...from],
      );
      for (const row of page) yield toPoint(row);
      after = page.length === pointsAtOnce ? page.at(-1) : undefined;
    } while (after);
  }
}

import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { DatasetInput, DatasetUse, ModelOutput } from './schema.ts';
import type { TrackingTables } from './tables.ts';

type Db = ReturnType<typeof open>;
type InputRow = Selectable<TrackingTables['run_input']>;

/** What runs read and made, by run; runs without any are not in the maps. */
export interface InputsAndOutputs {
  inputs: Map<string, DatasetInput[]>;
  modelInputs: Map<string, string[]>;
  modelOutputs: Map<string, ModelOutput[]>;
}

/** So many run ids go into one query. */
const runsAtOnce = 1000;

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** All SQL of the datasets and models that runs read, and the models they made. */
export function createInputStore(queries: Queries) {
  const db = open(queries);
  return {
    addInputs: (runId: string, inputs: readonly DatasetInput[]) => addInputs(db, runId, inputs),
    addModelInputs: (runId: string, modelIds: readonly string[]) => addModelInputs(db, runId, modelIds),
    addModelOutputs: (runId: string, outputs: readonly ModelOutput[]) => addModelOutputs(db, runId, outputs),
    of: (runIds: readonly string[]) => inputsAndOutputsOf(db, runIds),
    datasets: (experimentIds: readonly string[], limit: number) => datasetsOf(db, experimentIds, limit),
  };
}

/** Adds inputs that the run does not have yet; gives those that were new. */
async function addInputs(db: Db, runId: string, inputs: readonly DatasetInput[]): Promise<DatasetInput[]> {
  if (inputs.length === 0) return [];
  const from = await nextSequence(db, 'run_input', runId);
  const added: DatasetInput[] = [];
  for (const input of inputs) {
    const result = await db
      .insertInto('run_input')
      .values({
        run_id: runId,
        name: input.name,
        digest: input.digest,
        version_id: input.versionId ?? null,
        context: input.context,
        source: input.source ?? null,
        source_type: input.sourceType ?? null,
        schema: input.schema ?? null,
        profile: input.profile ?? null,
        tags: input.tags ? JSON.stringify(input.tags) : null,
        sequence: from + added.length,
      })
      .onConflict((conflict) => conflict.columns(['run_id', 'name', 'digest']).doNothing())
      .executeTakeFirst();
    if ((result.numInsertedOrUpdatedRows ?? 0n) > 0n) added.push(input);
  }
  return added;
}

async function nextSequence(
  db: Db,
  table: 'run_input' | 'run_model_input' | 'run_model_output',
  runId: string,
): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select((e) => e.fn.max('sequence').as('last'))
    .where('run_id', '=', runId)
    .executeTakeFirst();
  return Number(row?.last ?? -1) + 1;
}

async function addModelInputs(db: Db, runId: string, modelIds: readonly string[]): Promise<void> {
  if (modelIds.length === 0) return;
  const from = await nextSequence(db, 'run_model_input', runId);
  await db
    .insertInto('run_model_input')
    .values(modelIds.map((id, i) => ({ run_id: runId, model_id: id, sequence: from + i })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function addModelOutputs(db: Db, runId: string, outputs: readonly ModelOutput[]): Promise<void> {
  if (outputs.length === 0) return;
  const from = await nextSequence(db, 'run_model_output', runId);
  await db
    .insertInto('run_model_output')
    .values(outputs.map(({ modelId, step }, i) => ({ run_id: runId, model_id: modelId, step, sequence: from + i })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function inputsAndOutputsOf(db: Db, runIds: readonly string[]): Promise<InputsAndOutputs> {
  const found: InputsAndOutputs = { inputs: new Map(), modelInputs: new Map(), modelOutputs: new Map() };
  for (let at = 0; at < runIds.length; at += runsAtOnce) {
    const ids = runIds.slice(at, at + runsAtOnce);
    const rows = <T extends 'run_input' | 'run_model_input' | 'run_model_output'>(table: T) =>
      db
        .selectFrom(table as 'run_input')
        .selectAll()
        .where('run_id', 'in', ids)
        .orderBy('sequence')
        .execute();
    for (const row of await rows('run_input')) push(found.inputs, row.run_id, toInput(row));
    for (const row of (await rows('run_model_input')) as unknown as TrackingTables['run_model_input'][]) {
      push(found.modelInputs, row.run_id, row.model_id);
    }
    for (const row of (await rows('run_model_output')) as unknown as TrackingTables['run_model_output'][]) {
      push(found.modelOutputs, row.run_id, { modelId: row.model_id, step: row.step });
    }
  }
  return found;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function toInput(row: InputRow): DatasetInput {
  return {
    name: row.name,
    digest: row.digest,
    context: row.context,
    ...(row.version_id === null ? {} : { versionId: row.version_id }),
    ...(row.source_type === null ? {} : { sourceType: row.source_type }),
    ...(row.source === null ? {} : { source: row.source }),
    ...(row.schema === null ? {} : { schema: row.schema }),
    ...(row.profile === null ? {} : { profile: row.profile }),
    ...(row.tags === null ? {} : { tags: JSON.parse(row.tags) as Record<string, string> }),
  };
}

async function datasetsOf(db: Db, experimentIds: readonly string[], limit: number): Promise<DatasetUse[]> {
  if (experimentIds.length === 0) return [];
  return db
    .selectFrom('run_input as i')
    .innerJoin('run as r', 'r.id', 'i.run_id')
    .select(['r.experiment_id as experimentId', 'i.name', 'i.digest', 'i.context'])
    .distinct()
    .where('r.experiment_id', 'in', [...experimentIds])
    .orderBy('experimentId')
    .orderBy('i.name')
    .orderBy('i.digest')
    .orderBy('i.context')
    .limit(limit)
    .execute();
}

import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { runPrepared } from '../../database/prepared.ts';
import type { CodeVersion, DatasetInput, Environment, Lifecycle, RunInfo, RunStatus } from './schema.ts';
import type { TrackingTables } from './tables.ts';

type RunRow = Selectable<TrackingTables['run']>;
type Db = ReturnType<typeof open>;

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** A run with what only the store needs to know of it. */
export interface StoredRun extends RunInfo {
  number: number;
}

/** All SQL of runs, their parameters, tags and inputs. */
export function createRunStore(queries: Queries) {
  const db = open(queries);
  return {
    insert: (run: RunInfo) => insertRun(db, run),
    find: (id: string) => findRun(db, id),
    update: (id: string, change: Partial<RunRow>) => updateRun(db, id, change),
    addParams: (id: string, params: Record<string, string>) => addParams(db, id, params),
    setTags: (id: string, tags: Record<string, string>) => setTags(db, id, tags),
    deleteTag: (id: string, key: string) => deleteTag(db, id, key),
    addInputs: (id: string, inputs: readonly DatasetInput[]) => addInputs(db, id, inputs),
    inputs: (id: string) => inputsOf(db, id),
  };
}

/** Gives the run the next number; the caller holds the lock `run-numbers`. */
async function insertRun(db: Db, run: RunInfo): Promise<StoredRun> {
  const last = await db
    .selectFrom('run')
    .select((e) => e.fn.max('number').as('last'))
    .executeTakeFirst();
  const number = Number(last?.last ?? 0) + 1;
  await db
    .insertInto('run')
    .values({
      id: run.id,
      number,
      experiment_id: run.experimentId,
      name: run.name,
      status: run.status,
      lifecycle: run.lifecycle,
      started_at: run.startedAt,
      ended_at: run.endedAt,
      deleted_at: null,
      parent_run_id: run.parentRunId,
      user_name: run.user,
      actor_id: run.actorId,
      code: run.code && JSON.stringify(run.code),
      environment: run.environment && JSON.stringify(run.environment),
    })
    .execute();
  return { ...run, number };
}

async function findRun(db: Db, id: string): Promise<StoredRun | undefined> {
  const build = () => db.selectFrom('run').selectAll().where('id', '=', '');
  const [row] = await runPrepared<RunRow>(db as unknown as Queries, { name: 'run', build }, [id]);
  return row && toRun(row);
}

/** A row as the run it is. */
export function toRun(row: RunRow): StoredRun {
  return {
    id: row.id,
    number: row.number,
    experimentId: row.experiment_id,
    name: row.name,
    status: row.status as RunStatus,
    lifecycle: row.lifecycle as Lifecycle,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    parentRunId: row.parent_run_id,
    user: row.user_name,
    actorId: row.actor_id,
    code: row.code === null ? null : (JSON.parse(row.code) as CodeVersion),
    environment: row.environment === null ? null : (JSON.parse(row.environment) as Environment),
  };
}

async function updateRun(db: Db, id: string, change: Partial<RunRow>): Promise<void> {
  await db.updateTable('run').set(change).where('id', '=', id).execute();
}

/** Adds parameters; gives those that have another value already, with it. */
async function addParams(
  db: Db,
  id: string,
  params: Record<string, string>,
): Promise<{ key: string; value: string }[]> {
  const keys = Object.keys(params);
  if (keys.length === 0) return [];
  await db
    .insertInto('run_param')
    .values(keys.map((key) => ({ run_id: id, key, value: params[key]! })))
    .onConflict((conflict) => conflict.columns(['run_id', 'key']).doNothing())
    .execute();
  const rows = await db
    .selectFrom('run_param')
    .select(['key', 'value'])
    .where('run_id', '=', id)
    .where('key', 'in', keys)
    .execute();
  return rows.filter((row) => params[row.key] !== row.value);
}

async function setTags(db: Db, id: string, tags: Record<string, string>): Promise<void> {
  // Sorted, so that two batches at once lock rows in the same order.
  const keys = Object.keys(tags).sort();
  if (keys.length === 0) return;
  await db
    .insertInto('run_tag')
    .values(keys.map((key) => ({ run_id: id, key, value: tags[key]! })))
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'key']).doUpdateSet((e) => ({ value: e.ref('excluded.value') })),
    )
    .execute();
}

async function deleteTag(db: Db, id: string, key: string): Promise<boolean> {
  const result = await db.deleteFrom('run_tag').where('run_id', '=', id).where('key', '=', key).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Adds inputs that the run does not have yet; gives those that were new. */
async function addInputs(db: Db, id: string, inputs: readonly DatasetInput[]): Promise<DatasetInput[]> {
  const known = await inputsOf(db, id);
  const added: DatasetInput[] = [];
  for (const input of inputs) {
    const result = await db
      .insertInto('run_input')
      .values({
        run_id: id,
        name: input.name,
        digest: input.digest,
        version_id: input.versionId ?? null,
        context: input.context,
        source: input.source ?? null,
        schema: input.schema ?? null,
        profile: input.profile ?? null,
        sequence: known.length + added.length,
      })
      .onConflict((conflict) => conflict.columns(['run_id', 'name', 'digest']).doNothing())
      .executeTakeFirst();
    if ((result.numInsertedOrUpdatedRows ?? 0n) > 0n) added.push(input);
  }
  return added;
}

async function inputsOf(db: Db, id: string): Promise<DatasetInput[]> {
  const rows = await db
    .selectFrom('run_input')
    .selectAll()
    .where('run_id', '=', id)
    .orderBy('sequence')
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    digest: row.digest,
    context: row.context,
    ...(row.version_id === null ? {} : { versionId: row.version_id }),
    ...(row.source === null ? {} : { source: row.source }),
    ...(row.schema === null ? {} : { schema: row.schema }),
    ...(row.profile === null ? {} : { profile: row.profile }),
  }));
}

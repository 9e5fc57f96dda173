import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { LoggedModel, LoggedModelStatus } from './schema.ts';
import type { LoggedModelTables } from './tables.ts';

/** A logged model without what hangs on it. */
export type ModelRow = Omit<LoggedModel, 'params' | 'tags' | 'metrics'>;

type Db = ReturnType<typeof open>;
type Pairs = Record<string, string>;
type Change = Partial<Pick<LoggedModelTables['logged_model'], 'status' | 'updated_at' | 'deleted_at'>>;

const rowsAtOnce = 100;

function open(queries: Queries) {
  return queries.withTables<LoggedModelTables>();
}

/** All SQL of logged models, their parameters and tags. */
export function createModelStore(queries: Queries) {
  const db = open(queries);
  return {
    insert: (model: ModelRow) => insertModel(db, model),
    find: (id: string) => findModel(db, id),
    update: (id: string, change: Change) => db.updateTable('logged_model').set(change).where('id', '=', id).execute(),
    addParams: (id: string, params: Pairs) => addParams(db, id, params),
    setTags: (id: string, tags: Pairs) => setTags(db, id, tags),
    deleteTag: (id: string, key: string) => deleteTag(db, id, key),
    /** Models that may be removed for good, by id: deleted ones, or all of an experiment. */
    purgeable: (which: Purgeable) => purgeable(db, which),
    remove: (id: string) => db.deleteFrom('logged_model').where('id', '=', id).execute(),
    pairs: (table: PairTable, ids: readonly string[]) => pairsOf(db, table, ids),
  };
}

/** Which models to remove for good, after which id. */
export type Purgeable = (
  | { deletedBefore: number; within?: readonly string[] | undefined }
  | { experimentId: string }
) & {
  after?: string | undefined;
  limit: number;
};

async function purgeable(db: Db, { after = '', limit, ...which }: Purgeable): Promise<ModelRow[]> {
  const all = db.selectFrom('logged_model').selectAll().where('id', '>', after).orderBy('id').limit(limit);
  const some =
    'experimentId' in which
      ? all.where('experiment_id', '=', which.experimentId)
      : all
          .where('deleted_at', '<', which.deletedBefore)
          .$if(which.within !== undefined, (q) => q.where('experiment_id', 'in', ['', ...which.within!]));
  return (await some.execute()).map(toModel);
}

/** The tables of keys and values. */
export type PairTable = 'logged_model_param' | 'logged_model_tag';

async function insertModel(db: Db, model: ModelRow): Promise<void> {
  await db
    .insertInto('logged_model')
    .values({
      id: model.id,
      experiment_id: model.experimentId,
      name: model.name,
      type: model.type,
      status: model.status,
      source_run_id: model.sourceRunId,
      artifact_location: model.artifactLocation,
      actor_id: model.actorId,
      created_at: model.createdAt,
      updated_at: model.updatedAt,
      deleted_at: model.deletedAt,
    })
    .execute();
}

async function findModel(db: Db, id: string): Promise<ModelRow | undefined> {
  const row = await db.selectFrom('logged_model').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toModel(row);
}

/** A row as the domain speaks of it. */
export function toModel(row: Selectable<LoggedModelTables['logged_model']>): ModelRow {
  return {
    id: row.id,
    experimentId: row.experiment_id,
    name: row.name,
    type: row.type,
    status: row.status as LoggedModelStatus,
    sourceRunId: row.source_run_id,
    artifactLocation: row.artifact_location,
    actorId: row.actor_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  };
}

function* chunks(id: string, pairs: Pairs) {
  const rows = Object.entries(pairs).map(([key, value]) => ({ model_id: id, key, value }));
  for (let at = 0; at < rows.length; at += rowsAtOnce) yield rows.slice(at, at + rowsAtOnce);
}

/** Adds what is new and gives the keys that hold another value. */
async function addParams(db: Db, id: string, params: Pairs): Promise<string[]> {
  const differ: string[] = [];
  for (const rows of chunks(id, params)) {
    await db
      .insertInto('logged_model_param')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const stored = await db
      .selectFrom('logged_model_param')
      .selectAll()
      .where('model_id', '=', id)
      .where(
        'key',
        'in',
        rows.map(({ key }) => key),
      )
      .execute();
    differ.push(...stored.filter(({ key, value }) => params[key] !== value).map(({ key }) => key));
  }
  return differ;
}

async function setTags(db: Db, id: string, tags: Pairs): Promise<void> {
  for (const rows of chunks(id, tags)) {
    await db
      .insertInto('logged_model_tag')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['model_id', 'key']).doUpdateSet((e) => ({ value: e.ref('excluded.value') })),
      )
      .execute();
  }
}

async function deleteTag(db: Db, id: string, key: string): Promise<boolean> {
  const result = await db
    .deleteFrom('logged_model_tag')
    .where('model_id', '=', id)
    .where('key', '=', key)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

async function pairsOf(db: Db, table: PairTable, ids: readonly string[]): Promise<Map<string, Pairs>> {
  const found = new Map(ids.map((id) => [id, {} as Pairs]));
  if (ids.length === 0) return found;
  const rows = await db
    .selectFrom(table)
    .selectAll()
    .where('model_id', 'in', [...ids])
    .orderBy('model_id')
    .orderBy('key')
    .execute();
  for (const { model_id, key, value } of rows) found.get(model_id)![key] = value;
  return found;
}

import { type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { Model } from './schema.ts';
import type { RegistryTables } from './tables.ts';
import { type Db, openRegistry } from './version-store.ts';

type ModelRow = Selectable<RegistryTables['model']>;

/** All SQL of models and their tags. */
export function createModelStore(queries: Queries) {
  const db = openRegistry(queries);
  return {
    /** Gives whether the name was free. */
    insert: (model: { id: string; name: string; description: string; at: number }) => insertModel(db, model),
    find: (name: string) => findModel(db, name),
    list: (rows: { contains?: string | undefined; after?: string | undefined; limit: number }) => listModels(db, rows),
    update: (id: string, change: Partial<ModelRow>) => updateModel(db, id, change),
    delete: (id: string) => deleteModel(db, id),
    setTags: (id: string, tags: Record<string, string>) => setTags(db, id, tags),
    deleteTag: (id: string, key: string) => deleteTag(db, id, key),
  };
}

async function insertModel(
  db: Db,
  { id, name, description, at }: { id: string; name: string; description: string; at: number },
): Promise<boolean> {
  const result = await db
    .insertInto('model')
    .values({ id, name, description, latest_version: 0, created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

async function findModel(db: Db, name: string): Promise<Model | undefined> {
  const rows = await db.selectFrom('model').selectAll().where('name', '=', name).execute();
  return (await fillModels(db, rows))[0];
}

async function listModels(
  db: Db,
  { contains, after, limit }: { contains?: string | undefined; after?: string | undefined; limit: number },
): Promise<Model[]> {
  const rows = await db
    .selectFrom('model')
    .selectAll()
    // By replacing, since a pattern would give % and _ a meaning.
    .$if(contains !== undefined && contains !== '', (q) =>
      q.where(sql<boolean>`replace(lower(name), lower(${contains}), '') <> lower(name)`),
    )
    .$if(after !== undefined, (q) => q.where('name', '>', after!))
    .orderBy('name')
    .limit(limit)
    .execute();
  return fillModels(db, rows);
}

/** Models with their tags and aliases. */
export async function fillModels(db: Db, rows: ModelRow[]): Promise<Model[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const tags = await db.selectFrom('model_tag').selectAll().where('model_id', 'in', ids).execute();
  const aliases = await db
    .selectFrom('model_alias')
    .selectAll()
    .where('model_id', 'in', ids)
    .orderBy('alias')
    .execute();
  const tagsOf = Map.groupBy(tags, (tag) => tag.model_id);
  const aliasesOf = Map.groupBy(aliases, (one) => one.model_id);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    tags: Object.fromEntries((tagsOf.get(row.id) ?? []).map((tag) => [tag.key, tag.value])),
    aliases: Object.fromEntries((aliasesOf.get(row.id) ?? []).map((one) => [one.alias, one.version])),
    latestVersion: row.latest_version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));
}

async function updateModel(db: Db, id: string, change: Partial<ModelRow>): Promise<void> {
  await db.updateTable('model').set(change).where('id', '=', id).execute();
}

async function deleteModel(db: Db, id: string): Promise<void> {
  await db.deleteFrom('model').where('id', '=', id).execute();
}

async function setTags(db: Db, id: string, tags: Record<string, string>): Promise<void> {
  const values = Object.entries(tags).map(([key, value]) => ({ model_id: id, key, value }));
  if (values.length === 0) return;
  await db
    .insertInto('model_tag')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['model_id', 'key']).doUpdateSet((e) => ({ value: e.ref('excluded.value') })),
    )
    .execute();
}

async function deleteTag(db: Db, id: string, key: string): Promise<boolean> {
  const result = await db.deleteFrom('model_tag').where('model_id', '=', id).where('key', '=', key).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

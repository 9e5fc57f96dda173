import type { Queries } from '../../database/database.ts';
import { parseJson } from '../../kernel/json.ts';
import type { VersionFile } from './folder-schema.ts';
import type { ContentState, EvidenceDocument, ModelVersion, Stage } from './schema.ts';
import type { RegistryTables } from './tables.ts';

/** The tables of the registry over a connection. */
export type Db = ReturnType<typeof openRegistry>;
type VersionRow = Awaited<ReturnType<ReturnType<typeof selectVersions>['execute']>>[number];

/** The tables of the registry over a connection. */
export function openRegistry(queries: Queries) {
  return queries.withTables<RegistryTables>();
}

/** Which versions to read, newest first. */
export interface VersionRows {
  model?: string | undefined;
  stage?: Stage | undefined;
  runId?: string | undefined;
  digest?: string | undefined;
  deleted?: boolean | undefined;
  after?: string | undefined;
  limit: number;
}

/** A version to write. */
export type VersionToInsert = RegistryTables['model_version'];

/** All SQL of versions, their tags and evidence. */
export function createVersionStore(queries: Queries) {
  const db = openRegistry(queries);
  return {
    insert: (row: VersionToInsert) => insertVersion(db, row),
    find: (model: string, number: number) => findVersion(db, { model, number }),
    findById: (id: string) => findVersion(db, { id }),
    findByDigest: (model: string, digest: string) => findVersion(db, { model, digest }),
    list: (rows: VersionRows) => listVersions(db, rows),
    update: (id: string, change: Partial<RegistryTables['model_version']>) => updateVersion(db, id, change),
    setTags: (id: string, tags: Record<string, string>) => setTags(db, id, tags),
    deleteTag: (id: string, key: string) => deleteTag(db, id, key),
    addFiles: (id: string, files: readonly VersionFile[]) => addFiles(db, id, files),
    files: (id: string) => filesOf(db, id),
    addEvidence: (versionId: string, document: Omit<EvidenceDocument, 'document'> & { text: string }) =>
      addEvidence(db, versionId, document),
    evidence: (versionId: string) => evidenceOf(db, versionId),
  };
}

/** Versions with the names of their models. */
export function selectVersions(db: Db) {
  return db
    .selectFrom('model_version as v')
    .innerJoin('model as m', 'm.id', 'v.model_id')
    .selectAll('v')
    .select('m.name as model_name');
}

async function insertVersion(db: Db, row: VersionToInsert): Promise<void> {
  await db.insertInto('model_version').values(row).execute();
}

async function findVersion(
  db: Db,
  by: { id: string } | { model: string; number: number } | { model: string; digest: string },
): Promise<ModelVersion | undefined> {
  let query = selectVersions(db);
  if ('id' in by) query = query.where('v.id', '=', by.id);
  else query = query.where('m.name', '=', by.model);
  if ('number' in by) query = query.where('v.number', '=', by.number);
  if ('digest' in by) query = query.where('v.digest', '=', by.digest);
  return (await fillVersions(db, await query.execute()))[0];
}

async function listVersions(db: Db, rows: VersionRows): Promise<ModelVersion[]> {
  const found = await selectVersions(db)
    .$if(rows.model !== undefined, (q) => q.where('m.name', '=', rows.model!))
    .$if(rows.stage !== undefined, (q) => q.where('v.stage', '=', rows.stage!))
    .$if(rows.runId !== undefined, (q) => q.where('v.run_id', '=', rows.runId!))
    .$if(rows.digest !== undefined, (q) => q.where('v.digest', '=', rows.digest!))
    .$if(!rows.deleted, (q) => q.where('v.deleted_at', 'is', null))
    .$if(rows.after !== undefined, (q) => q.where('v.id', '<', rows.after!))
    .orderBy('v.id', 'desc')
    .limit(rows.limit)
    .execute();
  return fillVersions(db, found);
}

const idsPerRead = 5_000;

/** Rows with their tags and aliases, read in pieces that a statement can bind. */
export async function fillVersions(db: Db, rows: VersionRow[]): Promise<ModelVersion[]> {
  const versions: ModelVersion[] = [];
  for (let at = 0; at < rows.length; at += idsPerRead) {
    versions.push(...(await fillSome(db, rows.slice(at, at + idsPerRead))));
  }
  return versions;
}

async function fillSome(db: Db, rows: VersionRow[]): Promise<ModelVersion[]> {
  const ids = rows.map((row) => row.id);
  const models = [...new Set(rows.map((row) => row.model_id))];
  const tags = await db.selectFrom('model_version_tag').selectAll().where('version_id', 'in', ids).execute();
  const aliases = await db
    .selectFrom('model_alias')
    .selectAll()
    .where('model_id', 'in', models)
    .orderBy('alias')
    .execute();
  const tagsOf = Map.groupBy(tags, (tag) => tag.version_id);
  const aliasesOf = Map.groupBy(aliases, (one) => `${one.model_id} ${one.version}`);
  return rows.map((row) => ({
    ...toVersion(row),
    tags: Object.fromEntries((tagsOf.get(row.id) ?? []).map((tag) => [tag.key, tag.value])),
    aliases: (aliasesOf.get(`${row.model_id} ${row.number}`) ?? []).map((one) => one.alias),
  }));
}

function toVersion(row: VersionRow): Omit<ModelVersion, 'tags' | 'aliases'> {
  return {
    id: row.id,
    model: row.model_name,
    number: row.number,
    digest: row.digest,
    registeredDigest: row.registered_digest,
    format: row.format,
    bytes: row.bytes,
    servableDigest: row.servable_digest,
    content: row.content as ContentState,
    origin: row.origin,
    runLink: row.run_link,
    signature: JSON.parse(row.signature),
    source: JSON.parse(row.source),
    stage: row.stage as Stage,
    description: row.description,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  };
}

async function updateVersion(db: Db, id: string, change: Partial<RegistryTables['model_version']>): Promise<void> {
  await db.updateTable('model_version').set(change).where('id', '=', id).execute();
}

async function setTags(db: Db, id: string, tags: Record<string, string>): Promise<void> {
  const values = Object.entries(tags).map(([key, value]) => ({ version_id: id, key, value }));
  if (values.length === 0) return;
  await db
    .insertInto('model_version_tag')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['version_id', 'key']).doUpdateSet((e) => ({ value: e.ref('excluded.value') })),
    )
    .execute();
}

async function deleteTag(db: Db, id: string, key: string): Promise<boolean> {
  const result = await db
    .deleteFrom('model_version_tag')
    .where('version_id', '=', id)
    .where('key', '=', key)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

const filesPerInsert = 5_000;

async function addFiles(db: Db, id: string, files: readonly VersionFile[]): Promise<void> {
  for (let at = 0; at < files.length; at += filesPerInsert) {
    const some = files.slice(at, at + filesPerInsert);
    const rows = some.map(({ path, digest, bytes }) => ({ version_id: id, path, digest, bytes }));
    await db.insertInto('model_version_file').values(rows).execute();
  }
}

async function filesOf(db: Db, id: string): Promise<VersionFile[]> {
  return db
    .selectFrom('model_version_file')
    .select(['path', 'digest', 'bytes'])
    .where('version_id', '=', id)
    .orderBy('path')
    .execute();
}

async function addEvidence(
  db: Db,
  versionId: string,
  { text, createdAt, createdBy, ...document }: Omit<EvidenceDocument, 'document'> & { text: string },
): Promise<void> {
  await db
    .insertInto('model_evidence')
    .values({ ...document, version_id: versionId, document: text, created_at: createdAt, created_by: createdBy })
    .execute();
}

/** Every document of a version, by name, oldest first. */
async function evidenceOf(db: Db, versionId: string): Promise<EvidenceDocument[]> {
  const rows = await db
    .selectFrom('model_evidence')
    .selectAll()
    .where('version_id', '=', versionId)
    .orderBy('name')
    .orderBy('sequence')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    sequence: row.sequence,
    digest: row.digest,
    document: parseJson(row.document) as Record<string, unknown>,
    createdAt: row.created_at,
    createdBy: row.created_by,
  }));
}

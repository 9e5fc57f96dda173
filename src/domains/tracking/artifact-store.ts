import { type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { ArtifactFile } from './artifact-face.ts';
import type { Artifact } from './schema.ts';
import type { TrackingTables } from './tables.ts';

type Db = ReturnType<typeof open>;

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** All SQL of artifacts: files and the folders that hold them. */
export function createArtifactStore(queries: Queries) {
  const db = open(queries);
  return {
    put: (owner: string, artifact: Artifact) => putArtifact(db, owner, artifact),
    find: (owner: string, path: string) => findArtifact(db, owner, path),
    list: (owner: string, folder: string, page: { after?: string | undefined; limit: number }) =>
      listArtifacts(db, { owner, folder, ...page }),
    files: (owner: string, under: string, page: { after?: string | undefined; limit: number }) =>
      filesUnder(db, { owner, under, ...page }),
    delete: (owner: string, path: string) => deleteArtifact(db, owner, path),
  };
}

/** The path of the folder that holds a path. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Writes a file and the folders above it; gives the path of an entry of the other kind that is in the way. */
async function putArtifact(db: Db, owner: string, artifact: Artifact): Promise<string | undefined> {
  const { path, bytes, digest, createdAt } = artifact;
  const folders = foldersAbove(path);
  if (folders.length > 0) {
    const none = { kind: 'folder', bytes: 0, digest: null, created_at: createdAt };
    await db
      .insertInto('artifact')
      .values(folders.map((folder) => ({ owner, path: folder, folder: folderOf(folder), ...none })))
      .onConflict((conflict) => conflict.columns(['owner', 'path']).doNothing())
      .execute();
    const inTheWay = await filesAmong(db, owner, folders);
    if (inTheWay !== undefined) return inTheWay;
  }
  const written = await db
    .insertInto('artifact')
    .values({ owner, path, folder: folderOf(path), kind: 'file', bytes, digest, created_at: createdAt })
    .onConflict((conflict) =>
      conflict
        .columns(['owner', 'path'])
        .doUpdateSet({ bytes, digest, created_at: createdAt })
        .where('artifact.kind', '=', 'file'),
    )
    .executeTakeFirst();
  return (written.numInsertedOrUpdatedRows ?? 0n) > 0n ? undefined : path;
}

function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) folders.push(folder);
  return folders;
}

async function filesAmong(db: Db, owner: string, paths: string[]): Promise<string | undefined> {
  const file = await db
    .selectFrom('artifact')
    .select('path')
    .where('owner', '=', owner)
    .where('path', 'in', paths)
    .where('kind', '=', 'file')
    .executeTakeFirst();
  return file?.path;
}

async function findArtifact(db: Db, owner: string, path: string): Promise<Artifact | undefined> {
  const row = await db
    .selectFrom('artifact')
    .selectAll()
    .where('owner', '=', owner)
    .where('path', '=', path)
    .executeTakeFirst();
  return row && toArtifact(row);
}

async function listArtifacts(
  db: Db,
  { owner, folder, after, limit }: { owner: string; folder: string; after?: string | undefined; limit: number },
): Promise<Artifact[]> {
  const rows = await db
    .selectFrom('artifact')
    .selectAll()
    .where('owner', '=', owner)
    .where('folder', '=', folder)
    .$if(after !== undefined, (q) => q.where('path', '>', after!))
    .orderBy('path')
    .limit(limit)
    .execute();
  return rows.map(toArtifact);
}

/** The files of a path and below it (`''` is everything), by path. */
async function filesUnder(
  db: Db,
  { owner, under, after, limit }: { owner: string; under: string; after?: string | undefined; limit: number },
): Promise<ArtifactFile[]> {
  const rows = await db
    .selectFrom('artifact')
    .selectAll()
    .where('owner', '=', owner)
    .where('kind', '=', 'file')
    .$if(under !== '', (q) => q.where(isUnder(under)))
    .$if(after !== undefined, (q) => q.where('path', '>', after!))
    .orderBy('path')
    .limit(limit)
    .execute();
  return rows.map((row) => toArtifact(row) as ArtifactFile);
}

function isUnder(path: string) {
  const below = `${path}/`;
  return sql<boolean>`(path = ${path} or substr(path, 1, length(${below})) = ${below})`;
}

/** Removes a file or folder with all below it, and folders above that are empty then; `''` removes everything. */
async function deleteArtifact(db: Db, owner: string, path: string): Promise<boolean> {
  const result = await db
    .deleteFrom('artifact')
    .where('owner', '=', owner)
    .$if(path !== '', (q) => q.where(isUnder(path)))
    .executeTakeFirst();
  if (result.numDeletedRows === 0n) return false;
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
    if ((await listArtifacts(db, { owner, folder, limit: 1 })).length > 0) break;
    await db.deleteFrom('artifact').where('owner', '=', owner).where('path', '=', folder).execute();
  }
  return true;
}

function toArtifact(row: Selectable<TrackingTables['artifact']>): Artifact {
  return {
    path: row.path,
    kind: row.kind as Artifact['kind'],
    bytes: row.bytes,
    digest: row.digest,
    createdAt: row.created_at,
  };
}

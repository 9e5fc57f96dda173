import { type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { Artifact } from './schema.ts';
import type { TrackingTables } from './tables.ts';

type Db = ReturnType<typeof open>;

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** All SQL of run artifacts: files and the folders that hold them. */
export function createArtifactStore(queries: Queries) {
  const db = open(queries);
  return {
    put: (runId: string, artifact: Artifact) => putArtifact(db, runId, artifact),
    find: (runId: string, path: string) => findArtifact(db, runId, path),
    list: (runId: string, folder: string, page: { after?: string | undefined; limit: number }) =>
      listArtifacts(db, { runId, folder, ...page }),
    delete: (runId: string, path: string) => deleteArtifact(db, runId, path),
  };
}

/** The path of the folder that holds a path. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Writes a file and the folders above it; gives the path of an entry of the other kind that is in the way. */
async function putArtifact(db: Db, runId: string, artifact: Artifact): Promise<string | undefined> {
  const { path, bytes, digest, createdAt } = artifact;
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
    await db
      .insertInto('run_artifact')
      .values({
        run_id: runId,
        path: folder,
        folder: folderOf(folder),
        kind: 'folder',
        bytes: 0,
        digest: null,
        created_at: createdAt,
      })
      .onConflict((conflict) => conflict.columns(['run_id', 'path']).doNothing())
      .execute();
    if ((await findArtifact(db, runId, folder))?.kind === 'file') return folder;
  }
  const written = await db
    .insertInto('run_artifact')
    .values({ run_id: runId, path, folder: folderOf(path), kind: 'file', bytes, digest, created_at: createdAt })
    .onConflict((conflict) =>
      conflict
        .columns(['run_id', 'path'])
        .doUpdateSet({ bytes, digest, created_at: createdAt })
        .where('run_artifact.kind', '=', 'file'),
    )
    .executeTakeFirst();
  return (written.numInsertedOrUpdatedRows ?? 0n) > 0n ? undefined : path;
}

async function findArtifact(db: Db, runId: string, path: string): Promise<Artifact | undefined> {
  const row = await db
    .selectFrom('run_artifact')
    .selectAll()
    .where('run_id', '=', runId)
    .where('path', '=', path)
    .executeTakeFirst();
  return row && toArtifact(row);
}

async function listArtifacts(
  db: Db,
  { runId, folder, after, limit }: { runId: string; folder: string; after?: string | undefined; limit: number },
): Promise<Artifact[]> {
  const rows = await db
    .selectFrom('run_artifact')
    .selectAll()
    .where('run_id', '=', runId)
    .where('folder', '=', folder)
    .$if(after !== undefined, (q) => q.where('path', '>', after!))
    .orderBy('path')
    .limit(limit)
    .execute();
  return rows.map(toArtifact);
}

/** Removes a file or folder with all below it, and folders above that are empty then. */
async function deleteArtifact(db: Db, runId: string, path: string): Promise<boolean> {
  const below = `${path}/`;
  const result = await db
    .deleteFrom('run_artifact')
    .where('run_id', '=', runId)
    .where((e) => e.or([e('path', '=', path), sql<boolean>`substr(path, 1, length(${below})) = ${below}`]))
    .executeTakeFirst();
  if (result.numDeletedRows === 0n) return false;
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
    if ((await listArtifacts(db, { runId, folder, limit: 1 })).length > 0) break;
    await db.deleteFrom('run_artifact').where('run_id', '=', runId).where('path', '=', folder).execute();
  }
  return true;
}

function toArtifact(row: Selectable<TrackingTables['run_artifact']>): Artifact {
  return {
    path: row.path,
    kind: row.kind as Artifact['kind'],
    bytes: row.bytes,
    digest: row.digest,
    createdAt: row.created_at,
  };
}

import type { Queries } from '../../database/database.ts';
import type { TrackingTables } from './tables.ts';

type Db = ReturnType<typeof open>;

/** A part as it lies in the blobs until its upload is complete. */
export interface StoredPart {
  number: number;
  file: string;
  bytes: number;
  digest: string;
}

/** An upload as it is stored; `digest` once it is complete. */
export interface StoredUpload {
  id: string;
  owner: string;
  path: string;
  digest: string | null;
}

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** All SQL of uploads in parts. */
export function createUploadStore(queries: Queries) {
  const db = open(queries);
  return {
    add: (upload: StoredUpload, at: number) =>
      db
        .insertInto('artifact_upload')
        .values({ ...upload, touched_at: at })
        .execute(),
    find: (id: string): Promise<StoredUpload | undefined> =>
      db
        .selectFrom('artifact_upload')
        .select(['id', 'owner', 'path', 'digest'])
        .where('id', '=', id)
        .executeTakeFirst(),
    putPart: (id: string, part: StoredPart, at: number) => putPart(db, { id, part, at }),
    parts: (id: string): Promise<StoredPart[]> =>
      db
        .selectFrom('artifact_upload_part')
        .select(['number', 'file', 'bytes', 'digest'])
        .where('upload_id', '=', id)
        .orderBy('number')
        .execute(),
    complete: (id: string, digest: string) =>
      db.updateTable('artifact_upload').set({ digest }).where('id', '=', id).execute(),
    untouchedSince: async (before: number, limit: number): Promise<string[]> => {
      const age = db.selectFrom('artifact_upload').select('id').where('touched_at', '<', before);
      return (await age.orderBy('touched_at').limit(limit).execute()).map(({ id }) => id);
    },
    delete: (id: string) => db.deleteFrom('artifact_upload').where('id', '=', id).execute(),
  };
}

/** Notes a part of an upload that still takes parts; gives whether there was one. */
async function putPart(db: Db, { id, part, at }: { id: string; part: StoredPart; at: number }): Promise<boolean> {
  const touched = await db
    .updateTable('artifact_upload')
    .set({ touched_at: at })
    .where('id', '=', id)
    .where('digest', 'is', null)
    .executeTakeFirst();
  if (touched.numUpdatedRows === 0n) return false;
  const { file, bytes, digest } = part;
  await db
    .insertInto('artifact_upload_part')
    .values({ upload_id: id, ...part })
    .onConflict((conflict) => conflict.columns(['upload_id', 'number']).doUpdateSet({ file, bytes, digest }))
    .execute();
  return true;
}

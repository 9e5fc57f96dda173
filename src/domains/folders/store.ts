import type { Queries } from '../../database/database.ts';
import type { FolderSettings } from './schema.ts';
import type { FolderTables } from './tables.ts';

/** Settings of one folder. */
export interface StoredFolder {
  path: string;
  settings: FolderSettings;
}

/** All SQL of folders. */
export function createFolderStore(queries: Queries) {
  const db = queries.withTables<FolderTables>();
  return {
    async some(paths: readonly string[]): Promise<StoredFolder[]> {
      const rows = await db
        .selectFrom('experiment_folder')
        .select(['path', 'settings'])
        .where('path', 'in', [...paths])
        .execute();
      return rows.map(({ path, settings }) => ({ path, settings: JSON.parse(settings) as FolderSettings }));
    },
    async all(): Promise<StoredFolder[]> {
      const rows = await db.selectFrom('experiment_folder').select(['path', 'settings']).orderBy('path').execute();
      return rows.map(({ path, settings }) => ({ path, settings: JSON.parse(settings) as FolderSettings }));
    },
    async put({ path, settings }: StoredFolder, by: { actorId: string; at: number }): Promise<void> {
      const row = { settings: JSON.stringify(settings), updated_at: by.at, updated_by: by.actorId };
      await db
        .insertInto('experiment_folder')
        .values({ path, ...row })
        .onConflict((conflict) => conflict.column('path').doUpdateSet(row))
        .execute();
    },
    async remove(path: string): Promise<boolean> {
      const result = await db.deleteFrom('experiment_folder').where('path', '=', path).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

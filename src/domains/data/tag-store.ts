import type { Queries } from '../../database/database.ts';
import type { DataTables } from './tables.ts';

/** All SQL of tags: pointers from a dataset's words to its versions. */
export function createTagStore(queries: Queries) {
  const db = queries.withTables<DataTables>();
  return {
    async find(datasetId: string, tag: string): Promise<number | undefined> {
      const query = db.selectFrom('dataset_tag').select('version').where('dataset_id', '=', datasetId);
      return (await query.where('tag', '=', tag).executeTakeFirst())?.version;
    },

    async set(datasetId: string, tag: string, version: number): Promise<void> {
      await db
        .insertInto('dataset_tag')
        .values({ dataset_id: datasetId, tag, version })
        .onConflict((conflict) => conflict.columns(['dataset_id', 'tag']).doUpdateSet({ version }))
        .execute();
    },

    async delete(datasetId: string, tag: string): Promise<void> {
      await db.deleteFrom('dataset_tag').where('dataset_id', '=', datasetId).where('tag', '=', tag).execute();
    },
  };
}

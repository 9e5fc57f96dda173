import type { Queries } from '../../database/database.ts';
import type { EvalDatasetTables } from './tables.ts';

/** All SQL of the links between datasets and experiments. */
export function createLinkStore(queries: Queries) {
  const db = queries.withTables<EvalDatasetTables>();
  return {
    async link(id: string, experimentIds: readonly string[]): Promise<void> {
      const rows = experimentIds.map((experiment_id) => ({ dataset_id: id, experiment_id }));
      if (rows.length > 0) await db.insertInto('eval_dataset_experiment').values(rows).execute();
    },

    async unlink(id: string, experimentIds: readonly string[]): Promise<void> {
      if (experimentIds.length === 0) return;
      await db
        .deleteFrom('eval_dataset_experiment')
        .where('dataset_id', '=', id)
        .where('experiment_id', 'in', [...experimentIds])
        .execute();
    },

    async experimentIds(id: string): Promise<string[]> {
      const rows = await db
        .selectFrom('eval_dataset_experiment')
        .select('experiment_id')
        .where('dataset_id', '=', id)
        .orderBy('experiment_id')
        .execute();
      return rows.map((row) => row.experiment_id);
    },
  };
}

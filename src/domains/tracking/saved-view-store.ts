import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { SavedView, ViewContent } from './saved-view-schema.ts';

type ViewTables = {
  run_view: {
    id: string;
    experiment_id: string;
    name: string;
    /** JSON. */
    content: string;
    created_by: string;
    created_at: number;
    updated_at: number;
  };
};

/** All SQL of saved views. */
export function createSavedViewStore(queries: Queries) {
  const db = queries.withTables<ViewTables>();
  return {
    async insert(view: SavedView): Promise<boolean> {
      const { id, experimentId, name, createdBy, createdAt, updatedAt, ...content } = view;
      const result = await db
        .insertInto('run_view')
        .values({
          id,
          experiment_id: experimentId,
          name,
          content: JSON.stringify(content),
          created_by: createdBy,
          created_at: createdAt,
          updated_at: updatedAt,
        })
        .onConflict((conflict) => conflict.columns(['experiment_id', 'name']).doNothing())
        .executeTakeFirst();
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async find(experimentId: string, id: string): Promise<SavedView | undefined> {
      const row = await db
        .selectFrom('run_view')
        .selectAll()
        .where('id', '=', id)
        .where('experiment_id', '=', experimentId)
        .executeTakeFirst();
      return row && toView(row);
    },
    /** By name, from after the name given. */
    async list(experimentId: string, page: { after?: string | undefined; limit: number }): Promise<SavedView[]> {
      const rows = await db
        .selectFrom('run_view')
        .selectAll()
        .where('experiment_id', '=', experimentId)
        .$if(page.after !== undefined, (q) => q.where('name', '>', page.after!))
        .orderBy('name')
        .limit(page.limit)
        .execute();
      return rows.map(toView);
    },
    async update(id: string, { name, content, at }: { name: string; content: ViewContent; at: number }): Promise<void> {
      await db
        .updateTable('run_view')
        .set({ name, content: JSON.stringify(content), updated_at: at })
        .where('id', '=', id)
        .execute();
    },
    async delete(experimentId: string, id: string): Promise<boolean> {
      const result = await db
        .deleteFrom('run_view')
        .where('id', '=', id)
        .where('experiment_id', '=', experimentId)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

function toView(row: Selectable<ViewTables['run_view']>): SavedView {
  return {
    ...(JSON.parse(row.content) as ViewContent),
    id: row.id,
    experimentId: row.experiment_id,
    name: row.name,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

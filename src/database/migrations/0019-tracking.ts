import type { Migration } from '../migration.ts';

/** Folders, saved views and indexes of tracking. */
export const trackingViews: Migration = {
  name: '0019-tracking',
  async up(db) {
    await createSavedViews(db);
  },
};

async function createSavedViews(db: Parameters<Migration['up']>[0]): Promise<void> {
  await db.schema
    .createTable('run_view')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('experiment_id', 'text', (column) => column.notNull().references('experiment.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('run_view_name', ['experiment_id', 'name'])
    .execute();
}

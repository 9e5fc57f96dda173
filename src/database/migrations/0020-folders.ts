import type { Migration } from '../migration.ts';

/** Settings of folders, and what purging leaves to be removed. */
export const folders: Migration = {
  name: '0020-folders',
  async up(db) {
    await db.schema
      .createTable('experiment_folder')
      .addColumn('path', 'text', (column) => column.primaryKey())
      .addColumn('settings', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_by', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('metric_orphan')
      .addColumn('run_number', 'bigint', (column) => column.primaryKey())
      .execute();
    await db.schema.createIndex('run_by_deletion').on('run').columns(['lifecycle', 'deleted_at']).execute();
  },
};

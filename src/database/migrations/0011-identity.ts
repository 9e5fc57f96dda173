import type { Migration } from '../migration.ts';

/** The tables of identity. */
export const identity: Migration = {
  name: '0011-identity',
  async up(db) {
    await db.schema
      .createTable('token')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull().unique())
      .addColumn('permissions', 'text', (column) => column.notNull())
      .addColumn('run_id', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('revoked_at', 'bigint')
      .execute();
    await db.schema.createIndex('token_kind').on('token').columns(['kind', 'id']).execute();
    await db.schema.createIndex('token_run').on('token').columns(['run_id']).execute();
  },
};

import type { Migration } from '../migration.ts';

/** What endpoints show to the servers of remote models: one header each, its value sealed. */
export const endpointCredentials: Migration = {
  name: '0022-endpoint-credentials',
  async up(db) {
    await db.schema
      .createTable('endpoint_credential')
      .addColumn('endpoint', 'text', (column) => column.primaryKey())
      .addColumn('header', 'text', (column) => column.notNull())
      .addColumn('sealed', 'text', (column) => column.notNull())
      .addColumn('set_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};

import type { Migration } from '../migration.ts';

/** The table of leases: who may do a background work now, and the fencing number that tells a late holder from the current. */
export const leases: Migration = {
  name: '0002-leases',
  async up(db) {
    await db.schema
      .createTable('lease')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('owner', 'text', (column) => column.notNull())
      .addColumn('fence', 'bigint', (column) => column.notNull())
      .addColumn('until_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};

import type { Migration } from '../migration.ts';

/** How often the holder of a token may ask: JSON, null where there is no limit. */
export const tokenLimits: Migration = {
  name: '0027-token-limits',
  async up(db) {
    await db.schema.alterTable('token').addColumn('rate_limit', 'text').execute();
  },
};

import type { Migration } from '../migration.ts';

/** How often the holder of a token may ask. */
export const tokenLimits: Migration = {
  name: '0027-token-limits',
  async up() {},
};

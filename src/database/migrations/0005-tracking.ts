import type { Migration } from '../migration.ts';

/** The tables of tracking. */
export const tracking: Migration = {
  name: '0005-tracking',
  async up(_db) {},
};

import type { Migration } from '../migration.ts';

/** The tables of governance. */
export const governance: Migration = {
  name: '0007-governance',
  async up(_db) {},
};

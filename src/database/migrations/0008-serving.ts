import type { Migration } from '../migration.ts';

/** The tables of serving. */
export const serving: Migration = {
  name: '0008-serving',
  async up(_db) {},
};

import type { Migration } from '../migration.ts';

/** The tables of data. */
export const data: Migration = {
  name: '0003-data',
  async up(_db) {},
};

import type { Migration } from '../migration.ts';

/** The tables of identity. */
export const identity: Migration = {
  name: '0011-identity',
  async up(_db) {},
};

import type { Migration } from '../migration.ts';

/** The tables of registry. */
export const registry: Migration = {
  name: '0006-registry',
  async up(_db) {},
};

import type { Migration } from '../migration.ts';

/** The tables of monitoring. */
export const monitoring: Migration = {
  name: '0009-monitoring',
  async up(_db) {},
};

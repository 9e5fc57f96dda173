import type { Migration } from '../migration.ts';

/** The table of artifact places. */
export const artifacts: Migration = {
  name: '0013-artifacts',
  async up() {},
};

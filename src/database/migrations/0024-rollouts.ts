import type { Migration } from '../migration.ts';

/** What the judge has seen and what its decisions were made on. */
export const rollouts: Migration = {
  name: '0024-rollouts',
  async up() {},
};

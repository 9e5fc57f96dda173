import type { Migration } from '../migration.ts';

/** Experiments and bandits among the variants of an endpoint. */
export const experiments: Migration = {
  name: '0025-experiments',
  async up() {},
};

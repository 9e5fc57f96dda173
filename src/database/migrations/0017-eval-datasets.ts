import type { Migration } from '../migration.ts';

/** The tables of evaluation datasets. */
export const evalDatasets: Migration = {
  name: '0017-eval-datasets',
  async up() {},
};

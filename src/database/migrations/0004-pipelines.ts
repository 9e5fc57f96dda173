import type { Migration } from '../migration.ts';

/** The tables of pipelines. */
export const pipelines: Migration = {
  name: '0004-pipelines',
  async up(_db) {},
};

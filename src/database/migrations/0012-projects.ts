import type { Migration } from '../migration.ts';

/** The tables of projects. */
export const projects: Migration = {
  name: '0012-projects',
  async up(_db) {},
};

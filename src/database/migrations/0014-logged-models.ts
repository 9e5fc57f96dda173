import type { Migration } from '../migration.ts';

/** The tables of logged models. */
export const loggedModels: Migration = {
  name: '0014-logged-models',
  async up() {},
};

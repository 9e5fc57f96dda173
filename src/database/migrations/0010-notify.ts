import type { Migration } from '../migration.ts';

/** The tables of notify. */
export const notify: Migration = {
  name: '0010-notify',
  async up(_db) {},
};

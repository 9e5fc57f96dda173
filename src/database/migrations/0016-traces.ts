import type { Migration } from '../migration.ts';

/** The tables of traces. */
export const traces: Migration = {
  name: '0016-traces',
  async up() {},
};

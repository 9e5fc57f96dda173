import type { Migration } from '../migration.ts';

/** Versions that are folders of files. */
export const registryFolders: Migration = {
  name: '0015-registry',
  async up() {},
};

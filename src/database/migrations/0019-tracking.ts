import type { Migration } from '../migration.ts';

/** Folders, saved views and indexes of tracking. */
export const trackingViews: Migration = {
  name: '0019-tracking',
  async up() {},
};

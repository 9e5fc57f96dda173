import type { Migration } from '../migration.ts';

/** Formats of webhooks. */
export const webhookFormats: Migration = {
  name: '0018-notify',
  async up() {},
};

import type { Migration } from '../migration.ts';

/** Formats of webhooks, what they are called, and their secrets sealed: empty stands for none. */
export const webhookFormats: Migration = {
  name: '0018-notify',
  async up(db) {
    const text = (name: string, value: string) =>
      db.schema
        .alterTable('webhook')
        .addColumn(name, 'text', (column) => column.notNull().defaultTo(value))
        .execute();
    await text('format', 'tidemill');
    await text('description', '');
    // Names are unique, labels need not be; an empty one stands for the name.
    await text('label', '');
    await db.schema.createIndex('webhook_newest').on('webhook').columns(['format', 'created_at', 'id']).execute();
  },
};

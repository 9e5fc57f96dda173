import type { Migration } from '../migration.ts';

/** The tables of notify. */
export const notify: Migration = {
  name: '0010-notify',
  async up(db) {
    await db.schema
      .createTable('webhook')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('events', 'text', (column) => column.notNull())
      .addColumn('enabled', 'integer', (column) => column.notNull())
      .addColumn('secret', 'text', (column) => column.notNull())
      .addColumn('since_position', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('webhook_delivery')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('webhook_id', 'text', (column) => column.notNull().references('webhook.id').onDelete('cascade'))
      .addColumn('event_position', 'bigint')
      .addColumn('event_type', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('next_at', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('attempted_at', 'bigint')
      .addColumn('status', 'integer')
      .addColumn('duration_ms', 'integer')
      .addColumn('error', 'text')
      .execute();
    await db.schema.createIndex('webhook_delivery_due').on('webhook_delivery').columns(['state', 'next_at']).execute();
    await db.schema.createIndex('webhook_delivery_log').on('webhook_delivery').columns(['webhook_id', 'id']).execute();
    await db.schema.createIndex('webhook_delivery_age').on('webhook_delivery').columns(['created_at']).execute();
  },
};

import type { Migration } from '../migration.ts';

/** The ledger: events in commit order, the cursors of its readers with the events that failed, and the signed checkpoints of its Merkle tree. */
export const ledger: Migration = {
  name: '0001-ledger',
  async up(db) {
    await db.schema
      .createTable('ledger_event')
      .addColumn('position', 'bigint', (column) => column.primaryKey())
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('actor_id', 'text', (column) => column.notNull())
      .addColumn('actor_kind', 'text', (column) => column.notNull())
      .addColumn('actor_name', 'text', (column) => column.notNull())
      .addColumn('subject_kind', 'text', (column) => column.notNull())
      .addColumn('subject_id', 'text', (column) => column.notNull())
      .addColumn('subject_name', 'text')
      .addColumn('data', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('ledger_event_subject')
      .on('ledger_event')
      .columns(['subject_kind', 'subject_id', 'position'])
      .execute();
    await db.schema.createIndex('ledger_event_type').on('ledger_event').columns(['type', 'position']).execute();
    await db.schema.createIndex('ledger_event_actor').on('ledger_event').columns(['actor_id', 'position']).execute();
    await db.schema.createIndex('ledger_event_at').on('ledger_event').columns(['at', 'position']).execute();
    await db.schema
      .createTable('ledger_cursor')
      .addColumn('reader', 'text', (column) => column.primaryKey())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('ledger_retry')
      .addColumn('reader', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('next_at', 'bigint', (column) => column.notNull())
      .addColumn('failed_at', 'bigint', (column) => column.notNull())
      .addColumn('error', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('ledger_retry_key', ['reader', 'position'])
      .execute();
    await db.schema
      .createTable('ledger_subtree')
      .addColumn('level', 'integer', (column) => column.notNull())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('ledger_subtree_key', ['level', 'number'])
      .execute();
    await db.schema
      .createTable('ledger_checkpoint')
      .addColumn('size', 'bigint', (column) => column.primaryKey())
      .addColumn('root', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('signature', 'text', (column) => column.notNull())
      .execute();
  },
};

import type { Migration } from '../migration.ts';

/** Named values of feedback, feedback that was not taken, replays of logged requests, and the order of the log's newest rows. */
export const predictionLog: Migration = {
  name: '0026-prediction-log',
  async up(db) {
    await db.schema
      .createTable('prediction_value')
      .addColumn('prediction_id', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('endpoint', 'text', (column) => column.notNull())
      .addColumn('predicted_at', 'bigint', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('recorded_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('prediction_value_key', ['prediction_id', 'name'])
      .execute();
    await db.schema
      .createIndex('prediction_value_endpoint')
      .on('prediction_value')
      .columns(['endpoint', 'predicted_at'])
      .execute();
    await db.schema
      .createTable('prediction_quarantine')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('endpoint', 'text')
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addColumn('rows', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('prediction_quarantine_created')
      .on('prediction_quarantine')
      .column('created_at')
      .execute();
    for (const [name, column] of [
      ['prediction_segment_newest', 'to_at'],
      ['prediction_segment_logged', 'logged_to'],
    ] as const) {
      await db.schema.createIndex(name).on('prediction_segment').columns(['endpoint', column, 'id']).execute();
    }
    await replays(db);
  },
};

async function replays(db: Parameters<Migration['up']>[0]): Promise<void> {
  await db.schema
    .createTable('prediction_replay')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('rows', 'bigint', (column) => column.notNull())
    .addColumn('result', 'text')
    .addColumn('error', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .execute();
  await db.schema.createIndex('prediction_replay_state').on('prediction_replay').columns(['state', 'id']).execute();
  await db.schema
    .createIndex('prediction_replay_endpoint')
    .on('prediction_replay')
    .columns(['endpoint', 'id'])
    .execute();
}

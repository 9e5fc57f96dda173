import type { Migration } from '../migration.ts';

/** Batch predictions: endpoints' versions over whole files and datasets. */
export const batchPredictions: Migration = {
  name: '0023-batch-predictions',
  async up(db) {
    await db.schema
      .createTable('batch_prediction')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('key', 'text')
      .addColumn('endpoint', 'text', (column) => column.notNull())
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('model_version_id', 'text', (column) => column.notNull())
      .addColumn('request', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('producer', 'text')
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('rows', 'bigint', (column) => column.notNull())
      .addColumn('total_rows', 'bigint')
      .addColumn('quarantined_rows', 'bigint', (column) => column.notNull())
      .addColumn('result', 'text')
      .addColumn('error', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    const index = (name: string, columns: string[]) =>
      db.schema.createIndex(`batch_prediction_${name}`).on('batch_prediction').columns(columns).execute();
    await index('key', ['key', 'id']);
    await index('endpoint', ['endpoint', 'id']);
    await index('state', ['state', 'id']);
    await index('end', ['ended_at']);
  },
};

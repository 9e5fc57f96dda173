import type { Migration } from '../migration.ts';

/** Experiments and bandits among the variants of an endpoint. */
export const experiments: Migration = {
  name: '0025-experiments',
  async up(db) {
    await db.schema.alterTable('endpoint').addColumn('experiment_id', 'text').execute();
    await db.schema
      .createTable('endpoint_experiment')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('endpoint', 'text', (column) => column.notNull())
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('frozen', 'integer', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('spec', 'text', (column) => column.notNull())
      .addColumn('arms', 'text', (column) => column.notNull())
      .addColumn('progress', 'text', (column) => column.notNull())
      .addColumn('report', 'text')
      .addColumn('decision', 'text')
      .addColumn('reason', 'text')
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('looked_at', 'bigint')
      .addColumn('ended_at', 'bigint')
      .execute();
    const index = (name: string, columns: string[]) =>
      db.schema.createIndex(`endpoint_experiment_${name}`).on('endpoint_experiment').columns(columns).execute();
    await index('endpoint', ['endpoint', 'id']);
    await index('state', ['state', 'id']);
    // What each file of the prediction log adds to an experiment, so that no row is read twice.
    await db.schema
      .createTable('endpoint_experiment_part')
      .addColumn('experiment_id', 'text', (column) => column.notNull())
      .addColumn('file', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('closes_at', 'bigint', (column) => column.notNull())
      .addColumn('totals', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('endpoint_experiment_part_key', ['experiment_id', 'file'])
      .execute();
  },
};

import type { Migration } from '../migration.ts';

/** What a rollout was asked to do and waits for, its metrics with their counters, and what they measured. */
export const rollouts: Migration = {
  name: '0024-rollouts',
  async up(db) {
    const added = [
      ['strategy', 'text'],
      ['metrics', 'text'],
      ['waiting', 'text'],
      ['start_reason', 'text'],
      ['candidate_alias', 'text'],
      ['skipped_analysis', 'integer'],
      ['cool_down_ms', 'bigint'],
    ] as const;
    for (const [name, type] of added) await db.schema.alterTable('rollout').addColumn(name, type).execute();
    await db.schema
      .createTable('rollout_metric')
      .addColumn('rollout_id', 'text', (column) => column.notNull().references('rollout.id'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('measured', 'integer', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('rollout_metric_key', ['rollout_id', 'name'])
      .execute();
    await db.schema
      .createTable('rollout_measurement')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('rollout_id', 'text', (column) => column.notNull().references('rollout.id'))
      .addColumn('metric', 'text', (column) => column.notNull())
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('measured', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('rollout_measurement_number')
      .on('rollout_measurement')
      .columns(['rollout_id', 'metric', 'number'])
      .execute();
  },
};

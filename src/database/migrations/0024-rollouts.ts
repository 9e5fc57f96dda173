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
    await judging(db);
  },
};

/** What the judge has seen so far, what each decision was made on, its curves, and the order in which labels arrived. */
async function judging(db: Parameters<Migration['up']>[0]): Promise<void> {
  await db.schema
    .createTable('rollout_judge')
    .addColumn('rollout_id', 'text', (column) => column.primaryKey().references('rollout.id'))
    .addColumn('look', 'bigint', (column) => column.notNull())
    .addColumn('judged_at', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('cursor', 'text', (column) => column.notNull())
    .addColumn('rules', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('rollout_evidence')
    .addColumn('decision_id', 'text', (column) => column.primaryKey().references('rollout_decision.id'))
    .addColumn('look', 'bigint', (column) => column.notNull())
    .addColumn('judged_at', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('cursor', 'text', (column) => column.notNull())
    .addColumn('rules', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('rollout_curve')
    .addColumn('rollout_id', 'text', (column) => column.notNull().references('rollout.id'))
    .addColumn('look', 'bigint', (column) => column.notNull())
    .addColumn('point', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('rollout_curve_key', ['rollout_id', 'look'])
    .execute();
  await db.schema.alterTable('prediction_feedback').addColumn('first_recorded_at', 'bigint').execute();
  await db
    .withTables<{ prediction_feedback: { recorded_at: number; first_recorded_at: number | null } }>()
    .updateTable('prediction_feedback')
    .set((row) => ({ first_recorded_at: row.ref('recorded_at') }))
    .execute();
  await db.schema
    .createIndex('prediction_feedback_arrival')
    .on('prediction_feedback')
    .columns(['endpoint', 'first_recorded_at', 'prediction_id'])
    .execute();
  await db.schema
    .createIndex('prediction_segment_created')
    .on('prediction_segment')
    .columns(['endpoint', 'created_at'])
    .execute();
}

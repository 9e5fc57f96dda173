import type { Migration } from '../migration.ts';

/** Endpoints with their routing, rollouts and their decisions, segments of the prediction log, feedback. */
export const serving: Migration = {
  name: '0008-serving',
  async up(db) {
    await db.schema
      .createTable('endpoint')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('spec', 'text', (column) => column.notNull())
      .addColumn('routing', 'text', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('rollout_id', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('rollout')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('endpoint', 'text', (column) => column.notNull())
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('candidate', 'integer', (column) => column.notNull())
      .addColumn('champion', 'integer')
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('step', 'integer', (column) => column.notNull())
      .addColumn('steps', 'text', (column) => column.notNull())
      .addColumn('step_started_at', 'bigint', (column) => column.notNull())
      .addColumn('rules', 'text', (column) => column.notNull())
      .addColumn('judgement', 'text')
      .addColumn('reason', 'text')
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    await db.schema.createIndex('rollout_endpoint').on('rollout').columns(['endpoint', 'id']).execute();
    await db.schema.createIndex('rollout_state').on('rollout').columns(['state', 'id']).execute();
    await db.schema
      .createTable('rollout_decision')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('rollout_id', 'text', (column) => column.notNull().references('rollout.id'))
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('step', 'integer', (column) => column.notNull())
      .addColumn('decision', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('judgement', 'text')
      .execute();
    await db.schema
      .createIndex('rollout_decision_rollout')
      .on('rollout_decision')
      .columns(['rollout_id', 'id'])
      .execute();
    await db.schema
      .createTable('prediction_segment')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('file', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('endpoint', 'text', (column) => column.notNull())
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('from_at', 'bigint', (column) => column.notNull())
      .addColumn('to_at', 'bigint', (column) => column.notNull())
      .addColumn('logged_from', 'bigint', (column) => column.notNull())
      .addColumn('logged_to', 'bigint', (column) => column.notNull())
      .addColumn('first_id', 'text', (column) => column.notNull())
      .addColumn('last_id', 'text', (column) => column.notNull())
      .addColumn('rows', 'integer', (column) => column.notNull())
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('prediction_segment_endpoint')
      .on('prediction_segment')
      .columns(['endpoint', 'from_at'])
      .execute();
    await db.schema.createIndex('prediction_segment_file').on('prediction_segment').column('file').execute();
    await db.schema
      .createTable('prediction_feedback')
      .addColumn('prediction_id', 'text', (column) => column.primaryKey())
      .addColumn('endpoint', 'text', (column) => column.notNull())
      .addColumn('predicted_at', 'bigint', (column) => column.notNull())
      .addColumn('label', 'text', (column) => column.notNull())
      .addColumn('labelled_at', 'bigint', (column) => column.notNull())
      .addColumn('recorded_at', 'bigint', (column) => column.notNull())
      .addColumn('versions', 'integer', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('prediction_feedback_endpoint')
      .on('prediction_feedback')
      .columns(['endpoint', 'predicted_at'])
      .execute();
  },
};

import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

/** The tables of monitoring: monitors and their runs, alerts, retraining policies and retrainings. */
export const monitoring: Migration = {
  name: '0009-monitoring',
  async up(db) {
    await createMonitors(db);
    await createRuns(db);
    await createAlerts(db);
    await createRetrainings(db);
  },
};

async function createMonitors(db: Kysely<unknown>) {
  await db.schema
    .createTable('monitoring_monitor')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('spec', 'text', (column) => column.notNull())
    .addColumn('next_at', 'bigint')
    .addColumn('restated', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('monitoring_watermark')
    .addColumn('endpoint', 'text', (column) => column.primaryKey())
    .addColumn('min_at', 'bigint', (column) => column.notNull())
    .addColumn('max_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('monitoring_feedback')
    .addColumn('endpoint', 'text', (column) => column.primaryKey())
    .addColumn('received', 'bigint', (column) => column.notNull())
    .execute();
}

async function createRuns(db: Kysely<unknown>) {
  await db.schema
    .createTable('monitoring_run')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('monitor_id', 'text', (column) => column.notNull())
    .addColumn('monitor', 'text', (column) => column.notNull())
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('window_from_at', 'bigint', (column) => column.notNull())
    .addColumn('window_to_at', 'bigint', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('latest', 'integer', (column) => column.notNull())
    .addColumn('leads', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('rows', 'bigint', (column) => column.notNull())
    .addColumn('labels', 'bigint', (column) => column.notNull())
    .addColumn('pressure', 'double precision')
    .addColumn('reference', 'text', (column) => column.notNull())
    .addColumn('values_json', 'text', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .addColumn('evaluated_at', 'bigint', (column) => column.notNull())
    .addColumn('duration_ms', 'double precision', (column) => column.notNull())
    .addUniqueConstraint('monitoring_run_once', [
      'monitor_id',
      'model',
      'version',
      'window_from_at',
      'window_to_at',
      'revision',
    ])
    .execute();
  await db.schema
    .createIndex('monitoring_run_of_monitor')
    .on('monitoring_run')
    .columns(['monitor_id', 'window_to_at', 'id'])
    .execute();
  await db.schema
    .createIndex('monitoring_run_of_name')
    .on('monitoring_run')
    .columns(['monitor', 'window_to_at', 'id'])
    .execute();
  await db.schema
    .createIndex('monitoring_run_of_endpoint')
    .on('monitoring_run')
    .columns(['endpoint', 'window_to_at', 'id'])
    .execute();
  await db.schema.createIndex('monitoring_run_window').on('monitoring_run').columns(['window_to_at', 'id']).execute();
  await db.schema
    .createTable('monitoring_value')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('ordinal', 'integer', (column) => column.notNull())
    .addColumn('monitor_id', 'text', (column) => column.notNull())
    .addColumn('series', 'text', (column) => column.notNull())
    .addColumn('method', 'text', (column) => column.notNull())
    .addColumn('value', 'double precision')
    .addColumn('threshold', 'double precision')
    .addColumn('p_value', 'double precision')
    .addColumn('breached', 'integer', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('window_from_at', 'bigint', (column) => column.notNull())
    .addColumn('window_to_at', 'bigint', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('latest', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('monitoring_value_key', ['run_id', 'ordinal'])
    .execute();
  await db.schema
    .createIndex('monitoring_value_chart')
    .on('monitoring_value')
    .columns(['monitor_id', 'latest', 'window_to_at', 'run_id', 'ordinal'])
    .execute();
  await db.schema
    .createIndex('monitoring_value_series')
    .on('monitoring_value')
    .columns(['monitor_id', 'series', 'latest', 'window_to_at', 'run_id', 'ordinal'])
    .execute();
}

async function createAlerts(db: Kysely<unknown>) {
  await db.schema
    .createTable('monitoring_alert')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('monitor_id', 'text', (column) => column.notNull())
    .addColumn('monitor', 'text', (column) => column.notNull())
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('dedupe_key', 'text', (column) => column.notNull())
    // The dedupe key while the alert is open, null afterwards: at the most one open alert a key.
    .addColumn('open_key', 'text', (column) => column.unique())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('summary', 'text', (column) => column.notNull())
    .addColumn('opened_at', 'bigint', (column) => column.notNull())
    .addColumn('window_from_at', 'bigint', (column) => column.notNull())
    .addColumn('window_to_at', 'bigint', (column) => column.notNull())
    .addColumn('breaches', 'integer', (column) => column.notNull())
    .addColumn('pressure', 'double precision', (column) => column.notNull())
    .addColumn('worst', 'text', (column) => column.notNull())
    .addColumn('opened_by_run_id', 'text', (column) => column.notNull())
    .addColumn('last_run_id', 'text', (column) => column.notNull())
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('acknowledged_by', 'text')
    .addColumn('note', 'text')
    .addColumn('resolved_at', 'bigint')
    .addColumn('resolved_window_at', 'bigint')
    .addColumn('resolved_by_run_id', 'text')
    .execute();
  await db.schema.createIndex('monitoring_alert_opened').on('monitoring_alert').columns(['opened_at', 'id']).execute();
  await db.schema
    .createIndex('monitoring_alert_of_monitor')
    .on('monitoring_alert')
    .columns(['monitor_id', 'opened_at'])
    .execute();
  await db.schema
    .createIndex('monitoring_alert_of_endpoint')
    .on('monitoring_alert')
    .columns(['endpoint', 'opened_at'])
    .execute();
}

async function createRetrainings(db: Kysely<unknown>) {
  await db.schema
    .createTable('monitoring_policy')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('spec', 'text', (column) => column.notNull())
    .addColumn('fired_at', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('monitoring_retraining')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('policy_id', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    // The policy as it was when the retraining was triggered: a later change does not turn one under way.
    .addColumn('spec', 'text', (column) => column.notNull())
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('trigger_kind', 'text', (column) => column.notNull())
    .addColumn('trigger_id', 'text', (column) => column.notNull())
    .addColumn('triggered_at', 'bigint', (column) => column.notNull())
    .addColumn('window_from_at', 'bigint', (column) => column.notNull())
    .addColumn('window_to_at', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('ended', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('pipeline_run_id', 'text')
    .addColumn('version', 'integer')
    .addColumn('rollout_id', 'text')
    .addColumn('steps', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('monitoring_retraining_once', ['policy_id', 'trigger_kind', 'trigger_id'])
    .execute();
  await db.schema
    .createIndex('monitoring_retraining_of_policy')
    .on('monitoring_retraining')
    .columns(['policy_id', 'triggered_at'])
    .execute();
  await db.schema
    .createIndex('monitoring_retraining_open')
    .on('monitoring_retraining')
    .columns(['ended', 'created_at', 'id'])
    .execute();
  await db.schema
    .createIndex('monitoring_retraining_created')
    .on('monitoring_retraining')
    .columns(['created_at', 'id'])
    .execute();
}

import type { Migration } from '../migration.ts';

type Db = Parameters<Migration['up']>[0];

/** The tables of pipelines: documents, runs with their steps and attempts, the cache, fire times, triggers, code. */
export const pipelines: Migration = {
  name: '0004-pipelines',
  async up(db) {
    await createDocuments(db);
    await createRuns(db);
    await createNodes(db);
    await createAttempts(db);
    await createCache(db);
    await createStarts(db);
  },
};

async function createDocuments(db: Db): Promise<void> {
  await db.schema
    .createTable('pipeline_version')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('spec', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('pipeline')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('declared_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('code_bundle')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('files', 'text', (column) => column.notNull())
    .addColumn('origin', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
}

async function createRuns(db: Db): Promise<void> {
  await db.schema
    .createTable('pipeline_run')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('pipeline', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('params', 'text', (column) => column.notNull())
    .addColumn('trigger', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('lineage', 'text', (column) => column.notNull())
    .addColumn('parent', 'text')
    .addColumn('schedule', 'text')
    .addColumn('waits_for', 'text')
    .addColumn('outputs', 'text')
    .addColumn('error', 'text')
    .addColumn('steps', 'integer', (column) => column.notNull())
    .addColumn('done_steps', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('cancel_requested', 'integer', (column) => column.notNull())
    .addColumn('lease_owner', 'text', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('fence', 'integer', (column) => column.notNull())
    .execute();
  for (const columns of [
    ['pipeline', 'id'],
    ['status', 'id'],
    ['lineage', 'id'],
    ['pipeline', 'status', 'id'],
  ]) {
    await db.schema
      .createIndex(`pipeline_run_${columns.join('_')}`)
      .on('pipeline_run')
      .columns(columns)
      .execute();
  }
}

async function createNodes(db: Db): Promise<void> {
  await db.schema
    .createTable('pipeline_node')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('idx', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('spent', 'text')
    .addColumn('ready_at', 'bigint')
    .addColumn('not_before_at', 'bigint')
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('outputs', 'text')
    .addColumn('metrics', 'text')
    .addColumn('error', 'text')
    .addColumn('error_class', 'text')
    .addColumn('waiting', 'text')
    .addColumn('cache_key', 'text')
    .addColumn('from_run', 'text')
    .addColumn('pool', 'text')
    .addColumn('slots', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('pipeline_node_key', ['run_id', 'idx'])
    .execute();
  await db.schema
    .createIndex('pipeline_node_pool')
    .on('pipeline_node')
    .columns(['pool', 'state'])
    .where('pool', 'is not', null)
    .execute();
}

async function createAttempts(db: Db): Promise<void> {
  await db.schema
    .createTable('pipeline_attempt')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('idx', 'integer', (column) => column.notNull())
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('executor', 'text', (column) => column.notNull())
    .addColumn('external_id', 'text', (column) => column.notNull())
    .addColumn('handle', 'text')
    .addColumn('lease_owner', 'text', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('fence', 'integer', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('heartbeat_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('exit', 'integer')
    .addColumn('error_class', 'text')
    .addColumn('error', 'text')
    .addColumn('log_offset', 'bigint', (column) => column.notNull())
    .addColumn('log_head', 'bigint', (column) => column.notNull())
    .addColumn('log_kept', 'bigint', (column) => column.notNull())
    .addColumn('log_digest', 'text')
    .addPrimaryKeyConstraint('pipeline_attempt_key', ['run_id', 'idx', 'n'])
    .execute();
}

async function createCache(db: Db): Promise<void> {
  await db.schema
    .createTable('pipeline_cache')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('outputs', 'text', (column) => column.notNull())
    .addColumn('metrics', 'text')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('pipeline_flight')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('idx', 'integer', (column) => column.notNull())
    .execute();
}

async function createStarts(db: Db): Promise<void> {
  await db.schema
    .createTable('pipeline_fire')
    .addColumn('schedule', 'text', (column) => column.notNull())
    .addColumn('fire_at', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('run_id', 'text')
    .addColumn('recorded_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('pipeline_fire_key', ['schedule', 'fire_at'])
    .execute();
  await db.schema
    .createTable('pipeline_trigger')
    .addColumn('pipeline', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('event', 'text')
    .addPrimaryKeyConstraint('pipeline_trigger_key', ['pipeline', 'name'])
    .execute();
}

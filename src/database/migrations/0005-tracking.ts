import { type CreateTableBuilder, SqliteAdapter, sql } from 'kysely';
import type { Migration } from '../migration.ts';

type Create<C extends string> = CreateTableBuilder<string, C>;

type Db = Parameters<Migration['up']>[0];

/** SQLite keeps such a table in the order of its primary key, so that a metric's history is read in one sweep. */
function clustered<C extends string>(db: Db, table: Create<C>): Create<C> {
  return db.getExecutor().adapter instanceof SqliteAdapter ? table.modifyEnd(sql`without rowid`) : table;
}

/** The tables of tracking. */
export const tracking: Migration = {
  name: '0005-tracking',
  async up(db) {
    await createExperiments(db);
    await createRuns(db);
    await createMetrics(db);
    await createArtifacts(db);
  },
};

async function createExperiments(db: Db): Promise<void> {
  await db.schema
    .createTable('experiment')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('lifecycle', 'text', (column) => column.notNull())
    .addColumn('artifact_location', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('experiment_by_age')
    .on('experiment')
    .columns(['lifecycle', 'created_at', 'id'])
    .execute();
  await clustered(
    db,
    db.schema
      .createTable('experiment_tag')
      .addColumn('experiment_id', 'text', (column) => column.notNull().references('experiment.id').onDelete('cascade'))
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('experiment_tag_key', ['experiment_id', 'key']),
  ).execute();
  // What a client logs to that names no experiment.
  const now = Date.now();
  await db
    .insertInto('experiment')
    .values({ id: '0', name: 'Default', description: '', lifecycle: 'active', created_at: now, updated_at: now })
    .execute();
}

async function createRuns(db: Db): Promise<void> {
  await db.schema
    .createTable('run')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('number', 'bigint', (column) => column.notNull().unique())
    .addColumn('experiment_id', 'text', (column) => column.notNull().references('experiment.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('lifecycle', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addColumn('parent_run_id', 'text', (column) => column.references('run.id'))
    .addColumn('user_name', 'text', (column) => column.notNull())
    .addColumn('actor_id', 'text', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('environment', 'text')
    .execute();
  await db.schema
    .createIndex('run_by_start')
    .on('run')
    .columns(['experiment_id', 'lifecycle', 'started_at', 'id'])
    .execute();
  await db.schema.createIndex('run_by_age').on('run').columns(['lifecycle', 'started_at', 'id']).execute();
  await db.schema.createIndex('run_parent').on('run').columns(['parent_run_id']).execute();
  for (const name of ['run_param', 'run_tag']) {
    await clustered(
      db,
      db.schema
        .createTable(name)
        .addColumn('run_id', 'text', (column) => column.notNull().references('run.id').onDelete('cascade'))
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint(`${name}_key`, ['run_id', 'key']),
    ).execute();
  }
  await db.schema
    .createTable('run_input')
    .addColumn('run_id', 'text', (column) => column.notNull().references('run.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('version_id', 'text')
    .addColumn('context', 'text', (column) => column.notNull())
    .addColumn('source', 'text')
    .addColumn('schema', 'text')
    .addColumn('profile', 'text')
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('run_input_key', ['run_id', 'name', 'digest'])
    .execute();
  await db.schema.createIndex('run_input_version').on('run_input').columns(['version_id']).execute();
}

async function createMetrics(db: Db): Promise<void> {
  await db.schema
    .createTable('metric_key')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .execute();
  const points = ['metric', 'metric_latest'] as const;
  for (const name of points) {
    const identity = ['run_number', 'key_id', 'step', 'at', 'value', 'is_nan'] as const;
    await clustered(
      db,
      db.schema
        .createTable(name)
        .addColumn('run_number', 'bigint', (column) => column.notNull())
        .addColumn('key_id', 'bigint', (column) => column.notNull())
        .addColumn('step', 'bigint', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('value', 'double precision', (column) => column.notNull())
        .addColumn('is_nan', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint(`${name}_identity`, name === 'metric' ? [...identity] : ['run_number', 'key_id']),
    ).execute();
  }
  await db.schema
    .createIndex('metric_latest_by_value')
    .on('metric_latest')
    .columns(['key_id', 'is_nan', 'value'])
    .execute();
}

async function createArtifacts(db: Db): Promise<void> {
  await clustered(
    db,
    db.schema
      .createTable('run_artifact')
      .addColumn('run_id', 'text', (column) => column.notNull().references('run.id').onDelete('cascade'))
      .addColumn('path', 'text', (column) => column.notNull())
      .addColumn('folder', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addColumn('digest', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('run_artifact_key', ['run_id', 'path']),
  ).execute();
  await db.schema.createIndex('run_artifact_folder').on('run_artifact').columns(['run_id', 'folder', 'path']).execute();
  await db.schema.createIndex('run_artifact_digest').on('run_artifact').columns(['digest']).execute();
}

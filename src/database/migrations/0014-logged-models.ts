import { type CreateTableBuilder, SqliteAdapter, sql } from 'kysely';
import type { Migration } from '../migration.ts';

type Db = Parameters<Migration['up']>[0];

/** The tables of logged models. */
export const loggedModels: Migration = {
  name: '0014-logged-models',
  async up(db) {
    await createModels(db);
    await createPairs(db);
    await createMetrics(db);
  },
};

/** SQLite keeps such a table in the order of its primary key, so that what belongs to one model is read in one sweep. */
function clustered<C extends string>(db: Db, table: CreateTableBuilder<string, C>): CreateTableBuilder<string, C> {
  return db.getExecutor().adapter instanceof SqliteAdapter ? table.modifyEnd(sql`without rowid`) : table;
}

async function createModels(db: Db): Promise<void> {
  await db.schema
    .createTable('logged_model')
    .addColumn('id', 'text', (column) => column.primaryKey())
    // No reference: when an experiment is removed for good, its models go afterwards, each with its files.
    .addColumn('experiment_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('source_run_id', 'text', (column) => column.notNull())
    .addColumn('artifact_location', 'text')
    .addColumn('actor_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute();
  const indexes: [string, string[]][] = [
    ['logged_model_by_age', ['experiment_id', 'created_at', 'id']],
    ['logged_model_by_age_everywhere', ['created_at', 'id']],
    ['logged_model_by_name', ['experiment_id', 'name']],
    ['logged_model_by_run', ['source_run_id']],
  ];
  for (const [name, columns] of indexes) {
    await db.schema.createIndex(name).on('logged_model').columns(columns).execute();
  }
}

async function createPairs(db: Db): Promise<void> {
  for (const name of ['logged_model_param', 'logged_model_tag']) {
    const table = db.schema
      .createTable(name)
      .addColumn('model_id', 'text', (column) => column.notNull().references('logged_model.id').onDelete('cascade'))
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint(`${name}_key`, ['model_id', 'key']);
    await clustered(db, table).execute();
  }
}

async function createMetrics(db: Db): Promise<void> {
  const table = db.schema
    .createTable('logged_model_metric')
    .addColumn('model_id', 'text', (column) => column.notNull().references('logged_model.id').onDelete('cascade'))
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('step', 'bigint', (column) => column.notNull())
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('dataset_key', 'text', (column) => column.notNull())
    .addColumn('value', 'double precision', (column) => column.notNull())
    .addColumn('is_nan', 'integer', (column) => column.notNull())
    .addColumn('dataset_name', 'text', (column) => column.notNull())
    .addColumn('dataset_digest', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('logged_model_metric_identity', [
      'model_id',
      'key',
      'at',
      'step',
      'run_id',
      'dataset_key',
      'value',
      'is_nan',
    ]);
  await clustered(db, table).execute();
}

import { sql } from 'kysely';
import type { Migration } from '../migration.ts';

/** Folders, saved views and indexes of tracking. */
export const trackingViews: Migration = {
  name: '0019-tracking',
  async up(db) {
    await createSavedViews(db);
    await createRunModels(db);
    await indexPairs(db);
    await indexRuns(db);
  },
};

async function createSavedViews(db: Parameters<Migration['up']>[0]): Promise<void> {
  await db.schema
    .createTable('run_view')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('experiment_id', 'text', (column) => column.notNull().references('experiment.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('run_view_name', ['experiment_id', 'name'])
    .execute();
}

/** Which logged models a run read and made, and what more is known of the datasets it read. */
async function createRunModels(db: Parameters<Migration['up']>[0]): Promise<void> {
  await db.schema
    .createTable('run_model_input')
    .addColumn('run_id', 'text', (column) => column.notNull().references('run.id').onDelete('cascade'))
    .addColumn('model_id', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('run_model_input_key', ['run_id', 'model_id'])
    .execute();
  await db.schema
    .createTable('run_model_output')
    .addColumn('run_id', 'text', (column) => column.notNull().references('run.id').onDelete('cascade'))
    .addColumn('model_id', 'text', (column) => column.notNull())
    .addColumn('step', 'bigint', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('run_model_output_key', ['run_id', 'model_id', 'step'])
    .execute();
  for (const table of ['run_model_input', 'run_model_output']) {
    await db.schema.createIndex(`${table}_model`).on(table).columns(['model_id']).execute();
  }
  await db.schema.alterTable('run_input').addColumn('source_type', 'text').execute();
  await db.schema.alterTable('run_input').addColumn('tags', 'text').execute();
}

/** The newest runs of a parameter or tag: only the head of a value is in the index, for values may be long. */
async function indexPairs(db: Parameters<Migration['up']>[0]): Promise<void> {
  for (const table of ['run_param', 'run_tag']) {
    await db.schema
      .alterTable(table)
      .addColumn('started_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    const pairs = sql.table(table);
    await sql`update ${pairs} set started_at = (select r.started_at from run r where r.id = ${pairs}.run_id)`.execute(
      db,
    );
    await sql`create index ${sql.raw(`${table}_by_value`)} on ${pairs} (key, substr(value, 1, 64), started_at, run_id)`.execute(
      db,
    );
  }
}

/** Runs that start in the same millisecond come by their number, which every ordering ends with. */
async function indexRuns(db: Parameters<Migration['up']>[0]): Promise<void> {
  await db.schema.dropIndex('run_by_start').execute();
  await db.schema.dropIndex('run_by_age').execute();
  await db.schema
    .createIndex('run_by_start')
    .on('run')
    .columns(['experiment_id', 'lifecycle', 'started_at', 'number'])
    .execute();
  await db.schema.createIndex('run_by_name').on('run').columns(['name']).execute();
  await db.schema.createIndex('run_by_age').on('run').columns(['lifecycle', 'started_at', 'number']).execute();
  await db.schema.dropIndex('metric_latest_by_value').execute();
  await db.schema
    .createIndex('metric_latest_by_value')
    .on('metric_latest')
    .columns(['key_id', 'is_nan', 'value', 'run_number'])
    .execute();
}

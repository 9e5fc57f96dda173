import { type CreateTableBuilder, SqliteAdapter, sql } from 'kysely';
import type { Migration } from '../migration.ts';

type Db = Parameters<Migration['up']>[0];

/** The tables of evaluation datasets. */
export const evalDatasets: Migration = {
  name: '0017-eval-datasets',
  async up(db) {
    await createDatasets(db);
    await createRecords(db);
    await clustered(
      db,
      pairs(db, 'eval_dataset_tag', 'key').addColumn('value', 'text', (c) => c.notNull()),
    ).execute();
    await clustered(db, pairs(db, 'eval_dataset_experiment', 'experiment_id'))
      .addForeignKeyConstraint('eval_dataset_experiment_of', ['experiment_id'], 'experiment', ['id'], (key) =>
        key.onDelete('cascade'),
      )
      .execute();
    await db.schema
      .createIndex('eval_dataset_by_experiment')
      .on('eval_dataset_experiment')
      .columns(['experiment_id', 'dataset_id'])
      .execute();
  },
};

async function createDatasets(db: Db): Promise<void> {
  await db.schema
    .createTable('eval_dataset')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('fields', 'text')
    .addColumn('records', 'bigint', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text')
    .addColumn('updated_by', 'text')
    .execute();
  for (const column of ['name', 'created_at', 'updated_at']) {
    await db.schema.createIndex(`eval_dataset_${column}`).on('eval_dataset').columns([column, 'id']).execute();
  }
}

async function createRecords(db: Db): Promise<void> {
  await db.schema
    .createTable('eval_record')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('dataset_id', 'text', (column) => column.notNull().references('eval_dataset.id').onDelete('cascade'))
    .addColumn('inputs_digest', 'text', (column) => column.notNull())
    .addColumn('inputs', 'text', (column) => column.notNull())
    .addColumn('outputs', 'text')
    .addColumn('expectations', 'text')
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('source_type', 'text')
    .addColumn('source', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text')
    .addColumn('updated_by', 'text')
    .addUniqueConstraint('eval_record_of_inputs', ['dataset_id', 'inputs_digest'])
    .execute();
  await db.schema.createIndex('eval_record_in_order').on('eval_record').columns(['dataset_id', 'id']).execute();
}

/** A table of what belongs to a dataset, by a key of its own. */
function pairs(db: Db, table: string, key: string) {
  return db.schema
    .createTable(table)
    .addColumn('dataset_id', 'text', (column) => column.notNull().references('eval_dataset.id').onDelete('cascade'))
    .addColumn(key, 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint(`${table}_key`, ['dataset_id', key] as never);
}

/** SQLite keeps such a table in the order of its primary key. */
function clustered<C extends string>(db: Db, table: CreateTableBuilder<string, C>): CreateTableBuilder<string, C> {
  return db.getExecutor().adapter instanceof SqliteAdapter ? table.modifyEnd(sql`without rowid`) : table;
}

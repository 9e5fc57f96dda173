import { sql } from 'kysely';
import type { Migration } from '../migration.ts';

type Db = Parameters<Migration['up']>[0];

/** Versions that are folders of files, and what searches over models and versions read. */
export const registryFolders: Migration = {
  name: '0015-registry',
  async up(db) {
    await extendVersions(db);
    await createFiles(db);
    await createIndexes(db);
  },
};

async function extendVersions(db: Db): Promise<void> {
  const alter = () => db.schema.alterTable('model_version');
  await alter().addColumn('servable_digest', 'text').execute();
  await alter()
    .addColumn('content', 'text', (column) => column.notNull().defaultTo('fixed'))
    .execute();
  await alter()
    .addColumn('origin', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await alter()
    .addColumn('run_link', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await alter().addColumn('logged_model_id', 'text').execute();
  await sql`update model_version set servable_digest = digest where format = 'onnx'`.execute(db);
}

async function createFiles(db: Db): Promise<void> {
  await db.schema
    .createTable('model_version_file')
    .addColumn('version_id', 'text', (column) => column.notNull().references('model_version.id').onDelete('cascade'))
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('model_version_file_key', ['version_id', 'path'])
    .execute();
  await db.schema.createIndex('model_version_file_content').on('model_version_file').columns(['digest']).execute();
}

async function createIndexes(db: Db): Promise<void> {
  await db.schema
    .createIndex('model_version_stage')
    .on('model_version')
    .columns(['model_id', 'stage', 'number'])
    .execute();
  await db.schema
    .createIndex('model_version_updated')
    .on('model_version')
    .columns(['updated_at', 'model_id', 'number'])
    .execute();
  await db.schema.createIndex('model_version_logged_model').on('model_version').columns(['logged_model_id']).execute();
  // Without the values, which may be longer than an index entry.
  await db.schema.createIndex('model_tag_by_key').on('model_tag').columns(['key', 'model_id']).execute();
  await db.schema
    .createIndex('model_version_tag_by_key')
    .on('model_version_tag')
    .columns(['key', 'version_id'])
    .execute();
}

import type { Migration } from '../migration.ts';

type Db = Parameters<Migration['up']>[0];

/** The tables of the registry. */
export const registry: Migration = {
  name: '0006-registry',
  async up(db) {
    await createModels(db);
    await createVersions(db);
    await createHistory(db);
  },
};

async function createModels(db: Db): Promise<void> {
  await db.schema
    .createTable('model')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('latest_version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('model_tag')
    .addColumn('model_id', 'text', (column) => column.notNull().references('model.id').onDelete('cascade'))
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('model_tag_key', ['model_id', 'key'])
    .execute();
}

async function createVersions(db: Db): Promise<void> {
  await db.schema
    .createTable('model_version')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('model_id', 'text', (column) => column.notNull().references('model.id').onDelete('cascade'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('registered_digest', 'text', (column) => column.notNull())
    .addColumn('format', 'text', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('signature', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('run_id', 'text')
    .addColumn('stage', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .addUniqueConstraint('model_version_number', ['model_id', 'number'])
    .addUniqueConstraint('model_version_digest', ['model_id', 'digest'])
    .execute();
  await db.schema.createIndex('model_version_run').on('model_version').columns(['run_id']).execute();
  await db.schema.createIndex('model_version_content').on('model_version').columns(['digest']).execute();
  await db.schema
    .createTable('model_version_tag')
    .addColumn('version_id', 'text', (column) => column.notNull().references('model_version.id').onDelete('cascade'))
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('model_version_tag_key', ['version_id', 'key'])
    .execute();
  await db.schema
    .createTable('model_evidence')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('version_id', 'text', (column) => column.notNull().references('model_version.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addUniqueConstraint('model_evidence_sequence', ['version_id', 'name', 'sequence'])
    .execute();
}

async function createHistory(db: Db): Promise<void> {
  await db.schema
    .createTable('model_alias')
    .addColumn('model_id', 'text', (column) => column.notNull().references('model.id').onDelete('cascade'))
    .addColumn('alias', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('model_alias_key', ['model_id', 'alias'])
    .execute();
  await db.schema
    .createTable('model_alias_move')
    .addColumn('model_id', 'text', (column) => column.notNull().references('model.id').onDelete('cascade'))
    .addColumn('alias', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('from_version', 'integer')
    .addColumn('to_version', 'integer')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor_id', 'text', (column) => column.notNull())
    .addColumn('actor_name', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('bypassed', 'integer', (column) => column.notNull())
    .addColumn('verdict_id', 'text')
    .addPrimaryKeyConstraint('model_alias_move_key', ['model_id', 'alias', 'sequence'])
    .execute();
  await db.schema
    .createTable('model_stage_change')
    .addColumn('version_id', 'text', (column) => column.notNull().references('model_version.id').onDelete('cascade'))
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('from_stage', 'text', (column) => column.notNull())
    .addColumn('to_stage', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor_id', 'text', (column) => column.notNull())
    .addColumn('actor_name', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('bypassed', 'integer', (column) => column.notNull())
    .addColumn('verdict_id', 'text')
    .addPrimaryKeyConstraint('model_stage_change_key', ['version_id', 'sequence'])
    .execute();
}

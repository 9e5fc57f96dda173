import type { Migration } from '../migration.ts';

/** The tables of data: datasets, their immutable versions with tags and lineage, and what their rules found. */
export const data: Migration = {
  name: '0003-data',
  async up(db) {
    await db.schema
      .createTable('dataset')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('description', 'text')
      .addColumn('spec', 'text')
      .addColumn('current_version', 'bigint')
      .addColumn('last_version', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('dataset_version')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('dataset_id', 'text', (column) => column.notNull().references('dataset.id').onDelete('cascade'))
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('rows', 'bigint', (column) => column.notNull())
      .addColumn('quarantined_rows', 'bigint', (column) => column.notNull())
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addColumn('row_hash', 'text', (column) => column.notNull())
      .addColumn('columns', 'text', (column) => column.notNull())
      .addColumn('profile_digest', 'text', (column) => column.notNull())
      .addColumn('producer', 'text')
      .addColumn('validation_id', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addUniqueConstraint('dataset_version_number', ['dataset_id', 'version'])
      .addUniqueConstraint('dataset_version_digest', ['dataset_id', 'digest'])
      .execute();
    await db.schema
      .createTable('dataset_parent')
      .addColumn('version_id', 'text', (column) =>
        column.notNull().references('dataset_version.id').onDelete('cascade'),
      )
      .addColumn('parent_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('dataset_parent_key', ['version_id', 'parent_id'])
      .execute();
    await db.schema.createIndex('dataset_parent_parent').on('dataset_parent').column('parent_id').execute();
    await db.schema
      .createTable('dataset_tag')
      .addColumn('dataset_id', 'text', (column) => column.notNull().references('dataset.id').onDelete('cascade'))
      .addColumn('tag', 'text', (column) => column.notNull())
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('dataset_tag_key', ['dataset_id', 'tag'])
      .execute();
    await db.schema
      .createTable('dataset_validation')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('dataset_id', 'text', (column) => column.notNull().references('dataset.id').onDelete('cascade'))
      .addColumn('version', 'bigint')
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('rows', 'bigint', (column) => column.notNull())
      .addColumn('quarantined_rows', 'bigint', (column) => column.notNull())
      .addColumn('failed_rules', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('dataset_validation_dataset')
      .on('dataset_validation')
      .columns(['dataset_id', 'id'])
      .execute();
    await db.schema
      .createTable('dataset_check')
      .addColumn('validation_id', 'text', (column) =>
        column.notNull().references('dataset_validation.id').onDelete('cascade'),
      )
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('rule', 'text', (column) => column.notNull())
      .addColumn('passed', 'integer', (column) => column.notNull())
      .addColumn('result', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('dataset_check_key', ['validation_id', 'position'])
      .execute();
  },
};

import type { Migration } from '../migration.ts';

/** The tables of projects: who owns a resource, and every revision that was applied. */
export const projects: Migration = {
  name: '0012-projects',
  async up(db) {
    await db.schema
      .createTable('project_resource')
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('project', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('project_resource_key', ['kind', 'name'])
      .execute();
    await db.schema
      .createTable('project_revision')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .addColumn('actor_name', 'text', (column) => column.notNull())
      .addColumn('commit_id', 'text')
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('summary', 'text', (column) => column.notNull())
      .addColumn('documents', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('project_revision_key', ['project', 'revision'])
      .execute();
  },
};

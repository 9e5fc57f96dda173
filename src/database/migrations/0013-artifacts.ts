import { SqliteAdapter, sql } from 'kysely';
import type { Migration } from '../migration.ts';

/** The table of artifact places: what runs kept moves into it, whoever else owns files joins. And uploads in parts. */
export const artifacts: Migration = {
  name: '0013-artifacts',
  async up(db) {
    const table = db.schema
      .createTable('artifact')
      .addColumn('owner', 'text', (column) => column.notNull())
      .addColumn('path', 'text', (column) => column.notNull())
      .addColumn('folder', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addColumn('digest', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('artifact_key', ['owner', 'path']);
    // SQLite keeps such a table in the order of its key, so that an owner's files are read in one sweep.
    const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter;
    await (isSqlite ? table.modifyEnd(sql`without rowid`) : table).execute();
    await sql`insert into artifact (owner, path, folder, kind, bytes, digest, created_at)
      select run_id, path, folder, kind, bytes, digest, created_at from run_artifact`.execute(db);
    await db.schema.dropTable('run_artifact').execute();
    await db.schema.createIndex('artifact_folder').on('artifact').columns(['owner', 'folder', 'path']).execute();
    await db.schema.createIndex('artifact_digest').on('artifact').columns(['digest']).execute();
    await createUploads(db);
  },
};

async function createUploads(db: Parameters<Migration['up']>[0]): Promise<void> {
  await db.schema
    .createTable('artifact_upload')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('touched_at', 'bigint', (column) => column.notNull())
    .addColumn('digest', 'text')
    .execute();
  await db.schema.createIndex('artifact_upload_by_age').on('artifact_upload').columns(['touched_at', 'id']).execute();
  await db.schema
    .createTable('artifact_upload_part')
    .addColumn('upload_id', 'text', (column) => column.notNull().references('artifact_upload.id').onDelete('cascade'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('file', 'text', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('artifact_upload_part_key', ['upload_id', 'number'])
    .execute();
}

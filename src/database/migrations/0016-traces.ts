import { type CreateTableBuilder, SqliteAdapter, sql } from 'kysely';
import type { Migration } from '../migration.ts';

type Create<C extends string> = CreateTableBuilder<string, C>;

type Db = Parameters<Migration['up']>[0];

/** SQLite keeps such a table in the order of its primary key, so that all that belongs to a trace lies together. */
function clustered<C extends string>(db: Db, table: Create<C>): Create<C> {
  return db.getExecutor().adapter instanceof SqliteAdapter ? table.modifyEnd(sql`without rowid`) : table;
}

/** The tables of traces. */
export const traces: Migration = {
  name: '0016-traces',
  async up(db) {
    await createTraces(db);
    await createSpans(db);
    await createAssessments(db);
  },
};

async function createTraces(db: Db): Promise<void> {
  await db.schema
    .createTable('trace')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('experiment_id', 'text', (column) => column.notNull().references('experiment.id').onDelete('cascade'))
    .addColumn('name', 'text')
    .addColumn('requested_at', 'bigint', (column) => column.notNull())
    .addColumn('duration_ms', 'bigint')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('client_request_id', 'text')
    .addColumn('request_preview', 'text')
    .addColumn('response_preview', 'text')
    .addColumn('is_described', 'integer', (column) => column.notNull())
    .addColumn('spans', 'integer', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('trace_by_time').on('trace').columns(['experiment_id', 'requested_at', 'id']).execute();
  await db.schema.createIndex('trace_client_request').on('trace').columns(['client_request_id']).execute();
  for (const name of ['trace_tag', 'trace_metadata']) {
    await clustered(
      db,
      db.schema
        .createTable(name)
        .addColumn('trace_id', 'text', (column) => column.notNull().references('trace.id').onDelete('cascade'))
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint(`${name}_key`, ['trace_id', 'key']),
    ).execute();
  }
  await clustered(
    db,
    db.schema
      .createTable('trace_link')
      .addColumn('trace_id', 'text', (column) => column.notNull().references('trace.id').onDelete('cascade'))
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('target', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('trace_link_key', ['trace_id', 'kind', 'target']),
  ).execute();
  await db.schema.createIndex('trace_link_target').on('trace_link').columns(['kind', 'target', 'trace_id']).execute();
}

async function createSpans(db: Db): Promise<void> {
  await clustered(
    db,
    db.schema
      .createTable('span')
      .addColumn('trace_id', 'text', (column) => column.notNull().references('trace.id').onDelete('cascade'))
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('parent_id', 'text')
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('started_us', 'bigint', (column) => column.notNull())
      .addColumn('ended_us', 'bigint')
      .addColumn('content', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('span_key', ['trace_id', 'id']),
  ).execute();
  await clustered(
    db,
    db.schema
      .createTable('span_attribute')
      .addColumn('trace_id', 'text', (column) => column.notNull().references('trace.id').onDelete('cascade'))
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('span_id', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('span_attribute_key', ['trace_id', 'key', 'span_id']),
  ).execute();
}

async function createAssessments(db: Db): Promise<void> {
  await clustered(
    db,
    db.schema
      .createTable('assessment')
      .addColumn('trace_id', 'text', (column) => column.notNull().references('trace.id').onDelete('cascade'))
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('text', 'text', (column) => column.notNull())
      .addColumn('number', 'double precision')
      .addColumn('error', 'text')
      .addColumn('source_kind', 'text', (column) => column.notNull())
      .addColumn('source_id', 'text', (column) => column.notNull())
      .addColumn('span_id', 'text')
      .addColumn('run_id', 'text')
      .addColumn('rationale', 'text')
      .addColumn('metadata', 'text', (column) => column.notNull())
      .addColumn('overrides', 'text')
      .addColumn('is_valid', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('assessment_key', ['trace_id', 'id']),
  ).execute();
  await db.schema.createIndex('assessment_name').on('assessment').columns(['kind', 'name', 'trace_id']).execute();
}

import { type Kysely, type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { Dataset } from './schema.ts';
import type { DataTables } from './tables.ts';

/** A dataset as stored: what users see, and its declared document. */
export type StoredDataset = Dataset & { spec: string | null };

/** Which datasets to list. */
export type DatasetFilter = PageRequest & { nameContains?: string | undefined };

/** All SQL of datasets; tags, versions and validations have stores of their own. */
export function createDatasetStore(queries: Queries) {
  const db = queries.withTables<DataTables>();
  return {
    async byName(name: string): Promise<StoredDataset | undefined> {
      const row = await db.selectFrom('dataset').selectAll().where('name', '=', name).executeTakeFirst();
      return row && toDataset(row);
    },

    list: (filter: DatasetFilter) => listDatasets(db, filter),

    async insert({ id, name, now }: { id: string; name: string; now: number }): Promise<void> {
      const empty = { description: null, spec: null, current_version: null, last_version: 0 };
      await db
        .insertInto('dataset')
        .values({ id, name, ...empty, created_at: now, updated_at: now })
        .execute();
    },

    async setSpec(id: string, change: { spec: string | null; description: string | null; now: number }): Promise<void> {
      const { spec, description, now } = change;
      await db.updateTable('dataset').set({ spec, description, updated_at: now }).where('id', '=', id).execute();
    },

    async declared(): Promise<{ name: string; spec: string }[]> {
      const query = db.selectFrom('dataset').select(['name', 'spec']).where('spec', 'is not', null);
      return (await query.orderBy('name').execute()).map(({ name, spec }) => ({ name, spec: spec! }));
    },

    /** Takes the next version number; concurrent callers wait for each other on the row. */
    async nextVersion(id: string): Promise<number> {
      const row = await db
        .updateTable('dataset')
        .set((e) => ({ last_version: e('last_version', '+', 1) }))
        .where('id', '=', id)
        .returning('last_version')
        .executeTakeFirstOrThrow();
      return row.last_version;
    },

    async setCurrent(id: string, version: number, now: number): Promise<void> {
      const change = { current_version: version, updated_at: now };
      await db.updateTable('dataset').set(change).where('id', '=', id).execute();
    },

    async delete(id: string): Promise<void> {
      await db.deleteFrom('dataset').where('id', '=', id).execute();
    },
  };
}

async function listDatasets(db: Kysely<DataTables>, filter: DatasetFilter): Promise<Page<StoredDataset>> {
  const after = filter.pageToken ? (decodePageToken(filter.pageToken, ['string'])[0] as string) : undefined;
  const rows = await db
    .selectFrom('dataset')
    .selectAll()
    .$if(after !== undefined, (query) => query.where('name', '>', after!))
    .$if(filter.nameContains !== undefined, (query) =>
      query.where(sql<boolean>`lower(name) like ${containing(filter.nameContains!)} escape '~'`),
    )
    .orderBy('name')
    .limit(filter.limit + 1)
    .execute();
  return toPage(rows.map(toDataset), filter.limit, (dataset) => [dataset.name]);
}

function containing(text: string): string {
  return `%${text.toLowerCase().replace(/[%_~]/g, '~$&')}%`;
}

function toDataset(row: Selectable<DataTables['dataset']>): StoredDataset {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    currentVersion: row.current_version,
    versions: row.last_version,
    declared: row.spec !== null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    spec: row.spec,
  };
}

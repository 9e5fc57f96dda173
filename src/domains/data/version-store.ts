import type { Kysely, Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { DatasetColumn, DatasetVersion, Producer } from './schema.ts';
import type { DataTables } from './tables.ts';

/** A version as stored, before its tags and parents are put to it. */
type VersionRow = Selectable<DataTables['dataset_version']> & { name: string; current_version: number | null };

/** Which version of a dataset: by number, by digest prefix, or the current one. */
export type VersionSelector = { version: number } | { digestPrefix: string };

/** A version about to be stored. */
export type NewVersionRow = DataTables['dataset_version'];

/** All SQL of versions and their lineage. */
export function createVersionStore(queries: Queries) {
  const db = queries.withTables<DataTables>();
  return {
    async byId(id: string): Promise<DatasetVersion | undefined> {
      return (await complete(db, await versions(db).where('dataset_version.id', '=', id).execute()))[0];
    },

    /** Versions of a dataset that a selector fits: none, one, or two when a digest prefix is ambiguous. */
    async select(datasetId: string, selector: VersionSelector): Promise<DatasetVersion[]> {
      const query = versions(db).where('dataset_version.dataset_id', '=', datasetId);
      const narrowed =
        'version' in selector
          ? query.where('dataset_version.version', '=', selector.version)
          : query
              .where('dataset_version.digest', '>=', selector.digestPrefix)
              .where('dataset_version.digest', '<', `${selector.digestPrefix}g`);
      return complete(db, await narrowed.limit(2).execute());
    },

    page: (datasetId: string, page: PageRequest) => pageOfVersions(db, datasetId, page),

    async ids(datasetId: string): Promise<string[]> {
      const query = db.selectFrom('dataset_version').select('id').where('dataset_id', '=', datasetId);
      return (await query.orderBy('version').execute()).map((row) => row.id);
    },

    async insert(row: NewVersionRow, parents: readonly string[]): Promise<void> {
      await db.insertInto('dataset_version').values(row).execute();
      const rows = [...new Set(parents)].map((parent) => ({ version_id: row.id, parent_id: parent }));
      if (rows.length > 0) await db.insertInto('dataset_parent').values(rows).execute();
    },

    async profileDigest(id: string): Promise<string> {
      const query = db.selectFrom('dataset_version').select('profile_digest').where('id', '=', id);
      return (await query.executeTakeFirstOrThrow()).profile_digest;
    },

    childElsewhere: (datasetId: string) => childElsewhere(db, datasetId),
  };
}

function versions(db: Kysely<DataTables>) {
  return db
    .selectFrom('dataset_version')
    .innerJoin('dataset', 'dataset.id', 'dataset_version.dataset_id')
    .selectAll('dataset_version')
    .select(['dataset.name', 'dataset.current_version']);
}

/** Puts tags and parents to versions, with one query each. */
async function complete(db: Kysely<DataTables>, rows: VersionRow[]): Promise<DatasetVersion[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const datasets = [...new Set(rows.map((row) => row.dataset_id))];
  const tags = await db.selectFrom('dataset_tag').selectAll().where('dataset_id', 'in', datasets).execute();
  const parents = await db.selectFrom('dataset_parent').selectAll().where('version_id', 'in', ids).execute();
  return rows.map((row) =>
    toVersion(row, {
      tags: tags.filter((t) => t.dataset_id === row.dataset_id && t.version === row.version).map((t) => t.tag),
      parents: parents.filter((parent) => parent.version_id === row.id).map((parent) => parent.parent_id),
    }),
  );
}

async function pageOfVersions(
  db: Kysely<DataTables>,
  datasetId: string,
  page: PageRequest,
): Promise<Page<DatasetVersion>> {
  const before = page.pageToken ? (decodePageToken(page.pageToken, ['number'])[0] as number) : undefined;
  const rows = await versions(db)
    .where('dataset_version.dataset_id', '=', datasetId)
    .$if(before !== undefined, (query) => query.where('dataset_version.version', '<', before!))
    .orderBy('dataset_version.version', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(await complete(db, rows), page.limit, (version) => [version.version]);
}

/** A version of another dataset that was made from one of this dataset. */
function childElsewhere(
  db: Kysely<DataTables>,
  datasetId: string,
): Promise<{ name: string; version: number } | undefined> {
  return db
    .selectFrom('dataset_version as parent')
    .innerJoin('dataset_parent', 'dataset_parent.parent_id', 'parent.id')
    .innerJoin('dataset_version as child', 'child.id', 'dataset_parent.version_id')
    .innerJoin('dataset', 'dataset.id', 'child.dataset_id')
    .select(['dataset.name', 'child.version'])
    .where('parent.dataset_id', '=', datasetId)
    .where('child.dataset_id', '!=', datasetId)
    .limit(1)
    .executeTakeFirst();
}

function toVersion(row: VersionRow, more: { tags: string[]; parents: string[] }): DatasetVersion {
  return {
    id: row.id,
    dataset: row.name,
    version: row.version,
    digest: row.digest,
    rows: row.rows,
    quarantinedRows: row.quarantined_rows,
    bytes: row.bytes,
    rowHash: row.row_hash,
    columns: JSON.parse(row.columns) as DatasetColumn[],
    tags: more.tags.sort(),
    isCurrent: row.version === row.current_version,
    parents: more.parents.sort(),
    producer: row.producer === null ? null : (JSON.parse(row.producer) as Producer),
    validationId: row.validation_id,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}

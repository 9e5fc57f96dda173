import type { Insertable, Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { sha256 } from '../../kernel/hash.ts';
import type { EvalDataset, FieldTypes } from './schema.ts';
import type { EvalDatasetTables } from './tables.ts';

type Row = Selectable<EvalDatasetTables['eval_dataset']>;

/** All SQL of datasets and their tags. */
export function createEvalDatasetStore(queries: Queries) {
  const db = queries.withTables<EvalDatasetTables>();
  return {
    async insert(row: Insertable<EvalDatasetTables['eval_dataset']>): Promise<void> {
      await db.insertInto('eval_dataset').values(row).execute();
    },

    async update(id: string, change: Partial<Row>): Promise<void> {
      await db.updateTable('eval_dataset').set(change).where('id', '=', id).execute();
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('eval_dataset').where('id', '=', id).execute();
    },

    find: async (id: string): Promise<Row | undefined> =>
      db.selectFrom('eval_dataset').selectAll().where('id', '=', id).executeTakeFirst(),

    async setTag(id: string, key: string, value: string): Promise<void> {
      await db
        .insertInto('eval_dataset_tag')
        .values({ dataset_id: id, key, value })
        .onConflict((conflict) => conflict.columns(['dataset_id', 'key']).doUpdateSet({ value }))
        .execute();
    },

    async deleteTag(id: string, key: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('eval_dataset_tag')
        .where('dataset_id', '=', id)
        .where('key', '=', key)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    /** Rows as datasets, with their tags. */
    async fill(rows: readonly Row[]): Promise<EvalDataset[]> {
      const tags = new Map(rows.map(({ id }) => [id, {} as Record<string, string>]));
      for (let at = 0; at < rows.length; at += 500) {
        const ids = rows.slice(at, at + 500).map(({ id }) => id);
        const found = await db.selectFrom('eval_dataset_tag').selectAll().where('dataset_id', 'in', ids).execute();
        for (const { dataset_id, key, value } of found) tags.get(dataset_id)![key] = value;
      }
      return rows.map((row) => toDataset(row, tags.get(row.id)!));
    },
  };
}

/** The digest of a dataset's records as they stand: another after each of their changes. */
export function digestOfState({ id, revision }: Pick<Row, 'id' | 'revision'>): string {
  return sha256(`${id}:${revision}`).slice(0, 8);
}

function toDataset(row: Row, tags: Record<string, string>): EvalDataset {
  return {
    id: row.id,
    name: row.name,
    tags,
    fields: row.fields === null ? null : (JSON.parse(row.fields) as FieldTypes),
    records: row.records,
    digest: digestOfState(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
  };
}

import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { type JsonValue, parseJson, stringifyJson } from '../../kernel/json.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { EvalRecord, JsonObject } from './schema.ts';
import type { EvalDatasetTables } from './tables.ts';

type Row = Selectable<EvalDatasetTables['eval_record']>;

/** A record with the digest of its inputs. */
export interface StoredRecord extends EvalRecord {
  inputsDigest: string;
}

const rowsAtOnce = 500;

/** All SQL of records. */
export function createRecordStore(queries: Queries) {
  const db = queries.withTables<EvalDatasetTables>();
  return {
    async withInputs(datasetId: string, digests: readonly string[]): Promise<Map<string, StoredRecord>> {
      const found = new Map<string, StoredRecord>();
      for (const some of inParts(digests)) {
        const rows = await db
          .selectFrom('eval_record')
          .selectAll()
          .where('dataset_id', '=', datasetId)
          .where('inputs_digest', 'in', some)
          .execute();
        for (const row of rows) found.set(row.inputs_digest, toRecord(row));
      }
      return found;
    },

    async insert(records: readonly StoredRecord[]): Promise<void> {
      for (const some of inParts(records)) await db.insertInto('eval_record').values(some.map(toRow)).execute();
    },

    async update(record: StoredRecord): Promise<void> {
      await db.updateTable('eval_record').set(toRow(record)).where('id', '=', record.id).execute();
    },

    /** Deletes those of a dataset; gives how many there were. */
    async remove(datasetId: string, ids: readonly string[]): Promise<number> {
      let removed = 0;
      for (const some of inParts(ids)) {
        const { numDeletedRows } = await db
          .deleteFrom('eval_record')
          .where('dataset_id', '=', datasetId)
          .where('id', 'in', some)
          .executeTakeFirst();
        removed += Number(numDeletedRows);
      }
      return removed;
    },

    /** The records of a dataset in the order they were made. */
    async list(datasetId: string, { limit, pageToken }: PageRequest): Promise<Page<EvalRecord>> {
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      const rows = await db
        .selectFrom('eval_record')
        .selectAll()
        .where('dataset_id', '=', datasetId)
        .$if(after !== undefined, (q) => q.where('id', '>', after!))
        .orderBy('id')
        .limit(limit + 1)
        .execute();
      return toPage(rows.map(toRecord), limit, (record) => [record.id]);
    },
  };
}

function* inParts<T>(items: readonly T[]) {
  for (let at = 0; at < items.length; at += rowsAtOnce) yield items.slice(at, at + rowsAtOnce);
}

const toText = (value: JsonValue) => (value === null ? null : stringifyJson(value));
const fromText = (text: string | null) => (text === null ? null : parseJson(text, 1_000));

function toRow(record: StoredRecord): Row {
  return {
    id: record.id,
    dataset_id: record.datasetId,
    inputs_digest: record.inputsDigest,
    inputs: stringifyJson(record.inputs),
    outputs: toText(record.outputs),
    expectations: toText(record.expectations),
    tags: stringifyJson(record.tags),
    source_type: record.source?.type ?? null,
    source: record.source && stringifyJson(record.source.data),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    created_by: record.createdBy,
    updated_by: record.updatedBy,
  };
}

function toRecord(row: Row): StoredRecord {
  const type = row.source_type as NonNullable<EvalRecord['source']>['type'] | null;
  return {
    id: row.id,
    datasetId: row.dataset_id,
    inputsDigest: row.inputs_digest,
    inputs: parseJson(row.inputs, 1_000) as JsonObject,
    outputs: fromText(row.outputs),
    expectations: fromText(row.expectations) as JsonObject | null,
    tags: parseJson(row.tags, 1_000) as JsonObject,
    source: type && { type, data: (fromText(row.source) ?? {}) as JsonObject },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
  };
}

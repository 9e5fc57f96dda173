import type { Selectable } from 'kysely';
import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../../kernel/page.ts';
import type { ServingTables } from '../tables.ts';
import { type Batch, type BatchOrder, BatchRequest, type BatchResult } from './batch-schema.ts';

/** A batch prediction as it is stored. Times are ms UTC. */
export interface StoredBatch {
  id: string;
  key: string | null;
  endpoint: string;
  model: string;
  version: number;
  modelVersionId: string;
  order: BatchOrder;
  actor: Actor;
  producer: { runId: string; stepName: string } | null;
  state: Batch['state'];
  rows: number;
  totalRows: number | null;
  quarantinedRows: number;
  result: BatchResult | null;
  error: { code: string; message: string } | null;
  createdAt: number;
  updatedAt: number;
  endedAt: number | null;
}

/** Which batch predictions to list, newest first. */
export interface BatchFilter extends PageRequest {
  endpoint?: string | undefined;
  state?: Batch['state'] | undefined;
}

const open: Batch['state'][] = ['waiting', 'running'];

/** All SQL of batch predictions. */
export function createBatchStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async insert(batch: StoredBatch): Promise<void> {
      await db.insertInto('batch_prediction').values(rowOf(batch)).execute();
    },

    async find(id: string): Promise<StoredBatch | undefined> {
      const row = await db.selectFrom('batch_prediction').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toStored(row);
    },

    /** The newest of a key. */
    async byKey(key: string): Promise<StoredBatch | undefined> {
      const query = db.selectFrom('batch_prediction').selectAll().where('key', '=', key).orderBy('id', 'desc').limit(1);
      const row = await query.executeTakeFirst();
      return row && toStored(row);
    },

    /** The oldest that has not ended. */
    async next(): Promise<StoredBatch | undefined> {
      const query = db.selectFrom('batch_prediction').selectAll().where('state', 'in', open).orderBy('id').limit(1);
      const row = await query.executeTakeFirst();
      return row && toStored(row);
    },

    async page({ limit, pageToken, endpoint, state }: BatchFilter): Promise<Page<StoredBatch>> {
      const before = pageToken === undefined ? undefined : decodePageToken(pageToken, ['string'])[0];
      const rows = await db
        .selectFrom('batch_prediction')
        .selectAll()
        .$if(endpoint !== undefined, (q) => q.where('endpoint', '=', endpoint!))
        .$if(state !== undefined, (q) => q.where('state', '=', state!))
        .$if(before !== undefined, (q) => q.where('id', '<', before as string))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return toPage(rows.map(toStored), limit, (batch) => [batch.id]);
    },

    /** Changes one that is in one of these states; gives whether it was. */
    async update(id: string, from: readonly Batch['state'][], change: BatchChange): Promise<boolean> {
      const updated = await db
        .updateTable('batch_prediction')
        .set(changedColumns(change))
        .where('id', '=', id)
        .where('state', 'in', from)
        .executeTakeFirst();
      return Number(updated.numUpdatedRows) > 0;
    },

    /** Removes up to a hundred that ended before a time; gives their ids. */
    async removeBefore(at: number): Promise<string[]> {
      const query = db.selectFrom('batch_prediction').select('id').where('ended_at', '<', at).limit(100);
      const ids = (await query.execute()).map((row) => row.id);
      if (ids.length > 0) await db.deleteFrom('batch_prediction').where('id', 'in', ids).execute();
      return ids;
    },
  };
}

/** What may change of a batch prediction. */
export type BatchChange = { updatedAt: number } & Partial<
  Pick<StoredBatch, 'state' | 'rows' | 'totalRows' | 'quarantinedRows' | 'result' | 'error' | 'endedAt'>
>;

function changedColumns({ result, error, ...plain }: BatchChange) {
  return {
    ...(plain.state !== undefined && { state: plain.state }),
    ...(plain.rows !== undefined && { rows: plain.rows }),
    ...(plain.totalRows !== undefined && { total_rows: plain.totalRows }),
    ...(plain.quarantinedRows !== undefined && { quarantined_rows: plain.quarantinedRows }),
    ...(plain.endedAt !== undefined && { ended_at: plain.endedAt }),
    ...(result !== undefined && { result: JSON.stringify(result) }),
    ...(error !== undefined && { error: error && JSON.stringify(error) }),
    updated_at: plain.updatedAt,
  };
}

/** As users see it. */
export function toBatch(stored: StoredBatch): Batch {
  const { id, endpoint, model, version, state, rows, totalRows, quarantinedRows, order: request } = stored;
  return {
    ...{ id, endpoint, model, version, state, rows, totalRows, quarantinedRows, request },
    ...(stored.error && { error: stored.error }),
    ...(stored.result && { result: stored.result }),
    createdAt: isoTime(stored.createdAt),
    updatedAt: isoTime(stored.updatedAt),
    ...(stored.endedAt !== null && { endedAt: isoTime(stored.endedAt) }),
  };
}

function rowOf(batch: StoredBatch): ServingTables['batch_prediction'] {
  const { id, key, endpoint, model, version, state, rows } = batch;
  return {
    ...{ id, key, endpoint, model, version, state, rows },
    model_version_id: batch.modelVersionId,
    request: JSON.stringify(batch.order),
    actor: JSON.stringify(batch.actor),
    producer: batch.producer && JSON.stringify(batch.producer),
    total_rows: batch.totalRows,
    quarantined_rows: batch.quarantinedRows,
    result: batch.result && JSON.stringify(batch.result),
    error: batch.error && JSON.stringify(batch.error),
    created_at: batch.createdAt,
    updated_at: batch.updatedAt,
    ended_at: batch.endedAt,
  };
}

function toStored(row: Selectable<ServingTables['batch_prediction']>): StoredBatch {
  const { id, key, endpoint, model, version, rows } = row;
  return {
    ...{ id, key, endpoint, model, version, rows },
    state: row.state as Batch['state'],
    modelVersionId: row.model_version_id,
    order: BatchRequest.parse(JSON.parse(row.request)),
    actor: JSON.parse(row.actor) as Actor,
    producer: row.producer === null ? null : (JSON.parse(row.producer) as StoredBatch['producer']),
    totalRows: row.total_rows,
    quarantinedRows: row.quarantined_rows,
    result: row.result === null ? null : (JSON.parse(row.result) as BatchResult),
    error: row.error === null ? null : (JSON.parse(row.error) as StoredBatch['error']),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    endedAt: row.ended_at,
  };
}

import type { Database } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { notFound } from '../../kernel/errors.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { Ledger } from '../../ledger/index.ts';
import { withFieldsOf } from './field-types.ts';
import { mergeRecords } from './merge.ts';
import { createRecordStore } from './record-store.ts';
import { type FieldTypes, type Merged, type NewEvalRecord, newEvalRecordSchema } from './schema.ts';
import { createEvalDatasetStore, digestOfState } from './store.ts';

interface Deps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
}

/** Merges records into a dataset; one change, all of them or none. */
export async function changeRecords(
  { database, ledger, clock }: Deps,
  actor: Actor,
  { id, records: given }: { id: string; records: readonly NewEvalRecord[] },
): Promise<Merged> {
  const records = parseAs(newEvalRecordSchema.array(), given);
  return database.transaction(async (tx) => {
    await database.lock(tx, `eval-dataset:${id}`);
    const store = createEvalDatasetStore(tx);
    const row = (await store.find(id)) ?? notFound('evaluation dataset', id);
    const now = clock.now();
    const merged = await mergeRecords(tx, { datasetId: id, records, now });
    const known = row.fields === null ? null : (JSON.parse(row.fields) as FieldTypes);
    const fields = withFieldsOf(known, records);
    const author = records.findLast((record) => record.author)?.author ?? row.updated_by;
    const change = {
      records: row.records + merged.inserted,
      revision: row.revision + 1,
      updated_at: now,
      updated_by: author,
      fields: fields && JSON.stringify(fields),
    };
    await store.update(id, change);
    const data = { ...merged, records: change.records, digest: digestOfState({ ...row, ...change }) };
    const subject = { kind: 'evaluation-dataset', id, name: row.name };
    await ledger.append(tx, { type: 'evaluation-dataset.records.merged', actor, subject, data });
    return merged;
  });
}

/** Deletes records of a dataset and gives how many there were. */
export async function deleteRecords(
  { database, ledger, clock }: Deps,
  actor: Actor,
  { id, recordIds }: { id: string; recordIds: readonly string[] },
): Promise<number> {
  return database.transaction(async (tx) => {
    await database.lock(tx, `eval-dataset:${id}`);
    const store = createEvalDatasetStore(tx);
    const row = (await store.find(id)) ?? notFound('evaluation dataset', id);
    const deleted = await createRecordStore(tx).remove(id, [...new Set(recordIds)]);
    if (deleted === 0) return 0;
    const change = { records: row.records - deleted, revision: row.revision + 1, updated_at: clock.now() };
    await store.update(id, change);
    const data = { deleted, records: change.records, digest: digestOfState({ ...row, ...change }) };
    const subject = { kind: 'evaluation-dataset', id, name: row.name };
    await ledger.append(tx, { type: 'evaluation-dataset.records.deleted', actor, subject, data });
    return deleted;
  });
}

import type { Queries } from '../../database/database.ts';
import { sha256 } from '../../kernel/hash.ts';
import { newRunId } from '../../kernel/ids.ts';
import { type JsonValue, stringifyJson } from '../../kernel/json.ts';
import { createRecordStore, type StoredRecord } from './record-store.ts';
import type { JsonObject, Merged, NewEvalRecord } from './schema.ts';

/** The digest of a record's inputs: equal for equal inputs, whatever the order of their keys. */
export function inputsDigest(inputs: JsonObject): string {
  return sha256(stringifyJson(sorted(inputs)));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key]!)]));
}

/**
 * Merges records one after the other: new inputs make a new record; known ones replace its outputs where some are given, and
 * add to its expectations and tags. Its source, its age and its first author stay.
 */
export async function mergeRecords(
  tx: Queries,
  { datasetId, records, now }: { datasetId: string; records: readonly NewEvalRecord[]; now: number },
): Promise<Merged> {
  const store = createRecordStore(tx);
  const digests = records.map(({ inputs }) => inputsDigest(inputs));
  const known = await store.withInputs(datasetId, [...new Set(digests)]);
  const fresh = new Set<StoredRecord>();
  const changed = new Set<StoredRecord>();
  records.forEach((record, i) => {
    const inputsDigest = digests[i]!;
    const old = known.get(inputsDigest);
    if (old) {
      merge(old, record, now);
      if (!fresh.has(old)) changed.add(old);
    } else {
      const made = toStored(record, { datasetId, inputsDigest, now });
      known.set(inputsDigest, made);
      fresh.add(made);
    }
  });
  await store.insert([...fresh]);
  for (const record of changed) await store.update(record);
  return { inserted: fresh.size, updated: records.length - fresh.size };
}

function merge(old: StoredRecord, { outputs, expectations, tags, author }: NewEvalRecord, now: number): void {
  if (outputs !== undefined) old.outputs = outputs;
  if (expectations && Object.keys(expectations).length > 0) old.expectations = { ...old.expectations, ...expectations };
  old.tags = { ...old.tags, ...tags };
  old.updatedAt = now;
  old.updatedBy = author ?? old.updatedBy;
}

function toStored(
  { inputs, outputs = {}, expectations = null, tags, source, author = null }: NewEvalRecord,
  { datasetId, inputsDigest, now }: { datasetId: string; inputsDigest: string; now: number },
): StoredRecord {
  return {
    ...{ id: `dr-${newRunId(now)}`, datasetId, inputsDigest, inputs, outputs, expectations },
    tags: tags ?? {},
    source: source ? { type: source.type, data: source.data ?? {} } : null,
    ...{ createdAt: now, updatedAt: now, createdBy: author, updatedBy: author },
  };
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../../../test/support/databases.ts';
import { newId } from '../../kernel/ids.ts';
import type { CheckResult } from './expectation-schema.ts';
import { createDatasetStore } from './store.ts';
import { createTagStore } from './tag-store.ts';
import { createValidationStore } from './validation-store.ts';
import { createVersionStore, type NewVersionRow } from './version-store.ts';

function versionRow(datasetId: string, version: number, digest: string): NewVersionRow {
  return {
    id: newId(),
    dataset_id: datasetId,
    version,
    digest,
    rows: 2 ** 40,
    quarantined_rows: 3,
    bytes: 2 ** 45,
    row_hash: 'r',
    columns: '[{"name":"a","type":"BIGINT"}]',
    profile_digest: 'p',
    producer: '{"runId":"r","stepName":"s"}',
    validation_id: null,
    created_at: 1_000,
    created_by: 'ada',
  };
}

/** What the stores of data keep, on every backend. */
export function describeDataStore(backend: { name: string; open(): Promise<TestDatabase> }): void {
  describe(`data on ${backend.name}`, () => {
    let opened: TestDatabase;
    beforeAll(async () => {
      opened = await backend.open();
    });
    afterAll(() => opened.dispose());

    async function dataset(name: string): Promise<string> {
      const id = newId();
      await createDatasetStore(opened.database.query).insert({ id, name, now: 1 });
      return id;
    }

    test('datasets have one name each and are listed by it, in pages, by a part of it', async () => {
      for (const name of ['flight_b', 'flight_a', 'flightXa', 'Other']) await dataset(name);
      await expect(dataset('Other')).rejects.toMatchObject({ code: 'already_exists' });
      const store = createDatasetStore(opened.database.query);
      const first = await store.list({ limit: 1, nameContains: 'FLIGHT_' });
      expect(first.items.map((item) => item.name)).toEqual(['flight_a']);
      const rest = await store.list({ limit: 5, nameContains: 'flight_', pageToken: first.nextPageToken });
      expect(rest).toMatchObject({ items: [{ name: 'flight_b', currentVersion: null, versions: 0, declared: false }] });
      expect(rest.nextPageToken).toBeUndefined();
      expect((await store.list({ limit: 10, nameContains: '%' })).items).toEqual([]);
    });

    test('version numbers are given out once each, also to many at a time', async () => {
      const id = await dataset('counted');
      const take = () => opened.database.transaction((tx) => createDatasetStore(tx).nextVersion(id));
      const taken = await Promise.all(Array.from({ length: 8 }, take));
      expect(taken.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    test('versions are found by id, number and digest prefix, with tags and parents', async () => {
      const { query } = opened.database;
      const id = await dataset('versioned');
      const store = createVersionStore(query);
      const rows = ['aa11', 'aa22', 'ff00'].map((digest, i) => versionRow(id, i + 1, digest));
      for (const [i, row] of rows.entries()) await store.insert(row, i === 2 ? [rows[0]!.id, rows[0]!.id] : []);
      await expect(store.insert(versionRow(id, 9, 'ff00'), [])).rejects.toMatchObject({ code: 'already_exists' });
      await expect(store.insert(versionRow(id, 3, 'ee00'), [])).rejects.toMatchObject({ code: 'already_exists' });
      await createTagStore(query).set(id, 'prod', 1);
      await createTagStore(query).set(id, 'prod', 3);
      await createDatasetStore(query).setCurrent(id, 3, 5);
      expect(await store.byId(rows[2]!.id)).toEqual({
        id: rows[2]!.id,
        dataset: 'versioned',
        version: 3,
        digest: 'ff00',
        rows: 2 ** 40,
        quarantinedRows: 3,
        bytes: 2 ** 45,
        rowHash: 'r',
        columns: [{ name: 'a', type: 'BIGINT' }],
        tags: ['prod'],
        isCurrent: true,
        parents: [rows[0]!.id],
        producer: { runId: 'r', stepName: 's' },
        validationId: null,
        createdAt: 1_000,
        createdBy: 'ada',
      });
      expect(await store.select(id, { digestPrefix: 'aa' })).toHaveLength(2);
      expect(await store.select(id, { digestPrefix: 'aa2' })).toMatchObject([{ version: 2, tags: [] }]);
      expect(await store.select(id, { version: 4 })).toEqual([]);
      const page = await store.page(id, { limit: 2 });
      expect(page.items.map((item) => item.version)).toEqual([3, 2]);
      expect((await store.page(id, { limit: 2, pageToken: page.nextPageToken })).items).toMatchObject([{ version: 1 }]);
      await createTagStore(query).delete(id, 'prod');
      expect(await createTagStore(query).find(id, 'prod')).toBeUndefined();
    });

    test('validations keep every check in order, and go with their dataset', async () => {
      const { query } = opened.database;
      const id = await dataset('judged');
      const store = createValidationStore(query);
      const checks: CheckResult[] = Array.from({ length: 450 }, (_, i) => ({
        rule: `r${i}`,
        type: 'not_null',
        severity: 'warn',
        passed: i % 2 === 0,
        checkedRows: i,
        message: 'ünï "quoted"',
        expectation: { type: 'not_null' },
      }));
      const found = { dataset: 'judged', version: null, outcome: 'refused', rows: 1, quarantinedRows: 0 } as const;
      const validation = { id: newId(), ...found, failedRules: ['r1'], at: 7 };
      await store.insert(id, validation, checks);
      expect(await store.byId(validation.id)).toEqual(validation);
      expect(await store.checks(validation.id)).toEqual(checks);
      expect((await store.page(id, { limit: 1 })).items).toEqual([validation]);
      const versions = createVersionStore(query);
      const row = versionRow(id, 1, 'aa');
      await versions.insert(row, []);
      const child = await dataset('child');
      await versions.insert(versionRow(child, 4, 'bb'), [row.id]);
      expect(await versions.childElsewhere(id)).toEqual({ name: 'child', version: 4 });
      expect(await versions.ids(id)).toEqual([row.id]);
      await createDatasetStore(query).delete(id);
      expect(await store.byId(validation.id)).toBeUndefined();
      expect(await versions.byId(row.id)).toBeUndefined();
    });

    test('declarations are listed by name', async () => {
      const store = createDatasetStore(opened.database.query);
      const id = await dataset('declared');
      await store.setSpec(id, { spec: '{}', description: 'd', now: 9 });
      expect(await store.declared()).toEqual([{ name: 'declared', spec: '{}' }]);
      expect(await store.byName('declared')).toMatchObject({
        declared: true,
        description: 'd',
        updatedAt: 9,
        spec: '{}',
      });
    });
  });
}

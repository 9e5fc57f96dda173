import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../../../../test/support/databases.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { createLabelStore } from './label-store.ts';
import { replayRequestSchema } from './replay-schema.ts';
import { createReplayStore, type StoredReplay } from './replay-store.ts';
import { createSegmentStore, type Segment } from './segment-store.ts';
import { createValueStore } from './value-store.ts';

const none = { numbers: [], strings: [] };
const shared = { endpoint: 'e', model: 'm', version: 1 };
const source = { ...shared, variant: 'v', shadow: false, features: none, outputs: none };
const segment = (id: string, toAt: number): Segment => ({
  ...shared,
  ...{ id, file: `${id}.wal`, digest: `digest-${id}`, fromAt: toAt - 5, toAt, loggedFrom: toAt, loggedTo: toAt },
  ...{ firstId: `${id}-1.0`, lastId: `${id}-9.0`, rows: 1, bytes: 10, createdAt: toAt },
  source: { ...source, score: null, probabilities: [], classes: null },
});
const value = { predictionId: 'p.0', endpoint: 'e', predictedAt: 5, recordedAt: 6 };
const replay = (id: string): StoredReplay => ({
  ...{ id, endpoint: 'e', request: replayRequestSchema.parse({ version: 2 }), actor: systemActor, state: 'waiting' },
  ...{ rows: 0, report: null, error: null, createdAt: 1, updatedAt: 1, endedAt: null },
});

/** What the stores of the prediction log keep on every backend. */
export function describeLogStores(backend: { name: string; open(): Promise<TestDatabase> }): void {
  describe(`stores of the log on ${backend.name}`, () => {
    let opened: TestDatabase;
    beforeAll(async () => {
      opened = await backend.open();
    });
    afterAll(() => opened.dispose());
    const query = () => opened.database.query;

    test('segments come newest first, in pages, and the oldest go over a number of bytes', async () => {
      const store = createSegmentStore(query());
      await store.insertSegments([segment('a', 10), segment('b', 30), segment('c', 30), segment('d', 20)]);
      const first = await store.newest({ endpoint: 'e', limit: 2 });
      expect(first.map((one) => one.id)).toEqual(['c', 'b']);
      const rest = await store.newest({ endpoint: 'e', limit: 5, after: first[1]! });
      expect(rest.map((one) => one.id)).toEqual(['d', 'a']);
      expect((await store.newest({ endpoint: 'e', limit: 5, idPrefix: 'd-' })).map((one) => one.id)).toEqual(['d']);
      expect((await store.newest({ endpoint: 'e', limit: 5, from: 21, to: 26 })).map((one) => one.id)).toEqual([
        'c',
        'b',
      ]);
      expect((await store.oldestOver('e', 25)).map((one) => one.id)).toEqual(['a', 'd']);
      expect(await store.oldestOver('e', 40)).toEqual([]);
      expect(await store.endpoints()).toEqual(['e']);
      expect([await store.hasDigest('digest-a'), await store.hasDigest('x')]).toEqual([true, false]);
    });

    test('values are kept by name until they are given again, and go with their time', async () => {
      const store = createValueStore(query());
      await store.upsert([
        { ...value, name: 'reward', value: 1.5 },
        { ...value, name: '__proto__', value: 'x' },
      ]);
      await store.upsert([{ ...value, name: 'reward', value: true }]);
      const found = (await store.of(['p.0', 'q.0'])).get('p.0')!;
      expect(Object.entries(found)).toEqual([
        ['__proto__', 'x'],
        ['reward', true],
      ]);
      expect((await store.range('e', { from: 5, to: 5 })).size).toBe(1);
      await store.removeBefore('e', 5);
      expect((await store.of(['p.0'])).size).toBe(1);
      await store.removeBefore('e', 6);
      expect((await store.of(['p.0'])).size).toBe(0);
    });

    test('the same label again is no change', async () => {
      const store = createLabelStore(query());
      const label = { ...value, label: 1, labelledAt: 7 };
      await store.upsertLabels([label]);
      await store.upsertLabels([{ ...label, recordedAt: 99 }]);
      expect((await store.labelsOf(['p.0'])).get('p.0')).toMatchObject({ recordedAt: 6 });
      await store.upsertLabels([{ ...label, label: 0, recordedAt: 99 }]);
      expect(await store.label('p.0')).toMatchObject({ label: 0, recordedAt: 99 });
    });

    test('replays wait in their order and end once', async () => {
      const store = createReplayStore(query());
      await store.insert(replay('1'));
      await store.insert(replay('2'));
      expect((await store.next())?.id).toBe('1');
      const error = { code: 'conflict', message: 'no' };
      expect(await store.update('1', { state: 'failed', error, endedAt: 3, updatedAt: 3 })).toBe(true);
      expect(await store.update('1', { state: 'succeeded', updatedAt: 4 })).toBe(false);
      expect(await store.find('1')).toMatchObject({ state: 'failed', error, endedAt: 3 });
      expect((await store.next())?.id).toBe('2');
      const page = await store.page({ limit: 1, endpoint: 'e' });
      expect(page.items.map((one) => one.id)).toEqual(['2']);
      expect((await store.page({ limit: 1, pageToken: page.nextPageToken })).items.map((one) => one.id)).toEqual(['1']);
    });
  });
}

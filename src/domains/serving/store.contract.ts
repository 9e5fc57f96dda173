import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../../../test/support/databases.ts';
import { systemActor } from '../../kernel/actor.ts';
import { isoTime } from '../../kernel/clock.ts';
import { BatchRequest } from './batch/batch-schema.ts';
import { createBatchStore, type StoredBatch } from './batch/batch-store.ts';
import { createLabelStore } from './log/label-store.ts';
import { createSegmentStore, type Segment } from './log/segment-store.ts';
import { type Rollout, rolloutRulesSchema } from './rollout/rollout-schema.ts';
import { describeRolloutStores } from './rollout/rollout-store.contract.ts';
import { createDecisionStore, createRolloutStore, type StoredRollout } from './rollout/rollout-store.ts';
import { EndpointSpec } from './schema.ts';
import { createEndpointStore, type StoredEndpoint } from './store.ts';

const endpoint = (name: string): StoredEndpoint => ({
  name,
  spec: EndpointSpec.parse({ model: 'm' }),
  routing: { revision: 1, salt: 's', variants: [] },
  rolloutId: null,
  experimentId: null,
  createdAt: 1,
  updatedAt: 1,
});

const rollout = (id: string, state: Rollout['state']): StoredRollout => ({
  actor: systemActor,
  createdAt: 1,
  stepStartedAt: 2,
  coolDownMs: 1000,
  candidateAlias: null,
  rollout: {
    id,
    endpoint: 'a',
    model: 'm',
    candidate: 2,
    champion: null,
    state,
    strategy: 'canary',
    step: 0,
    steps: [{ kind: 'pause' }],
    stepStartedAt: isoTime(2),
    rules: rolloutRulesSchema.parse({}),
    startedBy: 'tidemill',
    createdAt: isoTime(1),
  },
});

const batch = (id: string): StoredBatch => ({
  ...{ id, key: null, endpoint: 'a', model: 'm', version: 1, modelVersionId: 'v' },
  ...{ order: BatchRequest.parse({ dataset: 'd@1' }), actor: systemActor, producer: { runId: 'r', stepName: 's' } },
  ...{ state: 'waiting', rows: 0, totalRows: null, quarantinedRows: 0, result: null, error: null },
  ...{ createdAt: 1, updatedAt: 1, endedAt: null },
});

const segment = (id: string, from: number): Segment => ({
  id,
  file: 'f.wal',
  digest: 'd',
  endpoint: 'a',
  model: 'm',
  version: 1,
  fromAt: from,
  toAt: from + 9,
  loggedFrom: from,
  loggedTo: from + 9,
  firstId: `${from}`,
  lastId: `${from}z`,
  rows: 1,
  bytes: 1,
  source: { endpoint: 'a' } as never,
  createdAt: 1,
});

/** What serving's stores do on every backend. */
export function describeServingStores(backend: { name: string; open(): Promise<TestDatabase> }): void {
  describe(backend.name, () => {
    let opened: TestDatabase;
    beforeAll(async () => {
      opened = await backend.open();
    });
    afterAll(() => opened.dispose());

    test('an endpoint is made once and replaced only at the revision it was read at', async () => {
      const store = createEndpointStore(opened.database.query);
      expect(await store.insert(endpoint('a'))).toBe(true);
      expect(await store.insert(endpoint('a'))).toBe(false);
      await store.insert(endpoint('b'));
      const next = { ...endpoint('a'), rolloutId: 'r', routing: { revision: 2, salt: 't', variants: [] } };
      expect(await store.update(next, 1)).toBe(true);
      expect(await store.update(next, 1)).toBe(false);
      expect(await store.find('a')).toEqual(next);
      expect(await store.revisions()).toContainEqual({ name: 'a', revision: 2, updatedAt: 1 });
      const page = await store.page({ limit: 1 });
      expect(page.items).toHaveLength(1);
      expect((await store.page({ limit: 1, pageToken: page.nextPageToken })).items[0]!.name).toBe('b');
      expect([await store.remove('b'), await store.remove('b')]).toEqual([true, false]);
    });

    test('a rollout moves only from the state and step it was read in; its decisions stay', async () => {
      const store = createRolloutStore(opened.database.query);
      const first = rollout('1', 'running');
      await store.insert(first);
      await store.insert(rollout('2', 'promoted'));
      expect((await store.underWay()).map((one) => one.rollout.id)).toEqual(['1']);
      const moved = { ...first, rollout: { ...first.rollout, state: 'paused' as const, step: 1 } };
      expect(await store.update(moved, { state: 'running', step: 0 })).toBe(true);
      expect(await store.update(moved, { state: 'running', step: 0 })).toBe(false);
      expect(await store.find('1')).toEqual(moved);
      expect((await store.page({ limit: 5, endpoint: 'a' })).items.map((one) => one.rollout.id)).toEqual(['2', '1']);
      expect((await store.page({ limit: 5, state: 'promoted' })).items).toHaveLength(1);
      const decisions = createDecisionStore(opened.database.query);
      await decisions.decide({ rolloutId: '1', at: 5, step: 0, decision: 'pause', reason: 'why' });
      expect(await decisions.decisions('1')).toMatchObject([{ at: isoTime(5), decision: 'pause', reason: 'why' }]);
    });

    describeRolloutStores(() => opened.database.query);

    test('segments are found by time, id and file', async () => {
      const store = createSegmentStore(opened.database.query);
      await store.insertSegments([segment('x', 100), segment('y', 200)]);
      await store.insertSegments([segment('x', 100)]);
      const ids = async (filter: Parameters<typeof store.segments>[0]) =>
        (await store.segments(filter)).map((one) => one.id);
      expect(await ids({ endpoint: 'a' })).toEqual(['x', 'y']);
      expect(await ids({ endpoint: 'a', from: 110 })).toEqual(['y']);
      expect(await ids({ endpoint: 'a', to: 200 })).toEqual(['x']);
      expect(await ids({ ids: { first: '100a', last: '150' } })).toEqual(['x']);
      expect([await store.hasFile('f.wal'), await store.hasFile('g.wal')]).toEqual([true, false]);
      expect((await store.segmentsBefore('a', 150)).map((one) => one.id)).toEqual(['x']);
      await store.removeSegment('x');
      expect(await ids({ endpoint: 'a' })).toEqual(['y']);
    });

    test('the last label of a prediction wins', async () => {
      const store = createLabelStore(opened.database.query);
      const label = { predictionId: 'p', endpoint: 'a', predictedAt: 1, label: 1, labelledAt: 2, recordedAt: 3 };
      const many = Array.from({ length: 450 }, (_, i) => ({ ...label, predictionId: `p${i}`, predictedAt: i }));
      await store.upsertLabels([label, ...many]);
      await store.upsertLabels([{ ...label, label: 'late' as never, labelledAt: 4 }]);
      expect(await store.label('p')).toEqual({ ...label, label: 'late', labelledAt: 4 });
      expect((await store.labelled(['p', 'p449', 'nobody'])).size).toBe(2);
      expect(await store.labels('a', { from: 10, to: 19 })).toHaveLength(10);
      await store.removeLabels('a', 400);
      expect(await store.labels('a', { from: 0, to: 1000 })).toHaveLength(50);
    });

    test('batch predictions wait in their order, change only from the states said, and go after their time', async () => {
      const store = createBatchStore(opened.database.query);
      const key = '["mine"]';
      await store.insert({ ...batch('b1'), key });
      await store.insert({ ...batch('b2'), key, totalRows: 5_000_000_000 });
      await store.insert(batch('b3'));
      expect((await store.next())!.id).toBe('b1');
      expect(await store.byKey(key)).toEqual({ ...batch('b2'), key, totalRows: 5_000_000_000 });
      const result = { rowsPerSecond: 7, file: { digest: 'd', bytes: 1, rows: 3 } };
      const end = { state: 'succeeded' as const, rows: 3, result, endedAt: 9, updatedAt: 9 };
      expect(await store.update('b1', ['waiting', 'running'], end)).toBe(true);
      expect(await store.update('b1', ['waiting', 'running'], end)).toBe(false);
      expect(await store.find('b1')).toEqual({ ...batch('b1'), key, ...end });
      expect((await store.next())!.id).toBe('b2');
      const first = await store.page({ limit: 2, endpoint: 'a' });
      expect(first.items.map((one) => one.id)).toEqual(['b3', 'b2']);
      const second = await store.page({
        limit: 2,
        endpoint: 'a',
        ...(first.nextPageToken && { pageToken: first.nextPageToken }),
      });
      expect(second.items.map((one) => one.id)).toEqual(['b1']);
      expect(await store.removeBefore(9)).toEqual([]);
      expect(await store.removeBefore(10)).toEqual(['b1']);
    });
  });
}

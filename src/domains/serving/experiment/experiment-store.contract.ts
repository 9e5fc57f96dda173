import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../../../../test/support/databases.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { createLabelStore } from '../log/label-store.ts';
import { EndpointExperimentSpec } from './experiment-schema.ts';
import { createExperimentStore, createPartStore, type StoredExperiment } from './experiment-store.ts';
import { noProgress } from './progress.ts';
import { addValue, noTotals } from './totals.ts';

const stored = (id: string, more: Partial<StoredExperiment> = {}): StoredExperiment => ({
  ...{ id, endpoint: 'a', model: 'm', state: 'running', frozen: false, revision: 1, actor: systemActor },
  spec: EndpointExperimentSpec.parse({
    arms: [{ name: 'champion' }, { name: 'b', version: 2 }],
    metric: { kind: 'output', output: 'score' },
  }),
  arms: [
    { name: 'champion', version: 1, share: 50 },
    { name: 'b', version: 2, share: 50 },
  ],
  ...{ progress: noProgress(), report: undefined, decision: undefined, reason: undefined },
  ...{ createdAt: 1_700_000_000_000, lookedAt: undefined, endedAt: undefined },
  ...more,
});

/** What the store of experiments does on every backend. */
export function describeExperimentStore(backend: { name: string; open(): Promise<TestDatabase> }): void {
  describe(backend.name, () => {
    let opened: TestDatabase;
    beforeAll(async () => {
      opened = await backend.open();
    });
    afterAll(() => opened.dispose());

    test('an experiment is replaced only at the revision it was read at', async () => {
      const store = createExperimentStore(opened.database.query);
      await store.insert(stored('1'));
      const decision = { at: 'x', verdict: 'winner', winner: 'b', reason: 'why', promoted: false } as const;
      const next = stored('1', { state: 'decided', frozen: true, decision, lookedAt: 5 });
      expect(await store.update(next)).toBe(true);
      expect(await store.update(next)).toBe(false);
      expect(await store.find('1')).toEqual({ ...next, revision: 2 });
      expect(await store.find('none')).toBeUndefined();
    });

    test('those under way are found, and lists go newest first', async () => {
      const store = createExperimentStore(opened.database.query);
      await store.insert(stored('2', { state: 'ended', endedAt: 9, reason: 'enough' }));
      await store.insert(stored('3', { endpoint: 'b' }));
      expect((await store.underWay()).map((one) => one.id)).toEqual(['1', '3']);
      const first = await store.page({ limit: 1, endpoint: 'a' });
      expect(first.items.map((one) => one.id)).toEqual(['2']);
      const rest = await store.page({ limit: 5, endpoint: 'a', pageToken: first.nextPageToken });
      expect(rest.items.map((one) => one.id)).toEqual(['1']);
      expect((await store.page({ limit: 5, state: 'ended' })).items).toEqual([
        stored('2', { state: 'ended', endedAt: 9, reason: 'enough' }),
      ]);
    });

    test('parts are kept by file, and a label that comes or changes changes the fingerprint', async () => {
      const store = createPartStore(opened.database.query);
      const totals = noTotals(['champion', 'b']);
      addValue(totals.arms['b']!, 0.1 + 0.2, 0.3);
      const part = { file: 'f', fingerprint: '0/0', closesAt: Number.MAX_SAFE_INTEGER, totals };
      await store.keep('1', { ...part, fingerprint: 'old' });
      await store.keep('1', part);
      expect(await store.parts('1')).toEqual([part]);
      const print = () => store.fingerprint('a', { from: 1, to: 9 });
      const seen = [await print()];
      const label = { predictionId: 'p', endpoint: 'a', predictedAt: 5, label: 1, labelledAt: 6, recordedAt: 7 };
      for (const one of [label, { ...label, label: 0 }, { ...label, predictionId: 'q', predictedAt: 99 }]) {
        await createLabelStore(opened.database.query).upsertLabels([one]);
        seen.push(await print());
      }
      expect(seen).toEqual(['0/0', '1/1', '1/2', '1/2']);
      await store.remove('1');
      expect(await store.parts('1')).toEqual([]);
    });
  });
}

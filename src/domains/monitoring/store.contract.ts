import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../../../test/support/databases.ts';
import { createAlertStore } from './alert-store.ts';
import { RetrainingSpec } from './retraining-schema.ts';
import { createPolicyStore, createRetrainingStore, type RetrainingState } from './retraining-store.ts';
import { createRunStore } from './run-store.ts';
import { type Alert, type MonitorRun, MonitorSpec } from './schema.ts';
import { createMonitorStore, createWatermarkStore } from './store.ts';

/** What monitoring's stores promise on every backend. */
export function describeMonitoringStore(backend: { name: string; open(): Promise<TestDatabase> }): void {
  describe(`monitoring's stores on ${backend.name}`, () => {
    let opened: TestDatabase;
    beforeAll(async () => {
      opened = await backend.open();
    });
    afterAll(() => opened.dispose());

    test('a monitor is written once, changed, listed by name and deleted', async () => {
      const store = createMonitorStore(opened.database.query);
      const spec = MonitorSpec.parse({ endpoint: 'e', kind: 'errors', window: { by: 'time', sizeMs: 1000 } });
      const monitor = { id: 'a', name: 'one', spec, createdAt: 1, updatedAt: 1 };
      expect(await store.insert(monitor)).toBe(true);
      expect(await store.insert({ ...monitor, id: 'b' })).toBe(false);
      expect(await store.insert({ ...monitor, id: 'c', name: 'two' })).toBe(true);
      expect(await store.byName('one')).toEqual({ ...monitor, nextAt: null, restated: 0 });
      const first = await store.list({ limit: 1 });
      const second = await store.list({ limit: 1, pageToken: first.nextPageToken });
      expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['one', 'two']);
      expect(second.nextPageToken).toBeUndefined();
      expect(await store.delete('c')).toBe(true);
      expect(await store.delete('c')).toBe(false);
    });

    test("a monitor's place moves on only from where it was read", async () => {
      const store = createMonitorStore(opened.database.query);
      const monitor = (await store.byName('one'))!;
      expect(await store.advance(monitor, 1_700_000_000_000)).toBe(true);
      expect(await store.advance(monitor, 1_700_000_000_000)).toBe(false);
      const moved = (await store.byName('one'))!;
      expect(moved.nextAt).toBe(1_700_000_000_000);
      await store.update({ ...moved, updatedAt: 2 });
      expect(await store.advance(moved, 1_800_000_000_000)).toBe(false);
    });

    test('a watermark and the place of feedback are replaced', async () => {
      const store = createWatermarkStore(opened.database.query);
      const mark = { minAt: 1, maxAt: 2 };
      expect(await store.get('e')).toBeUndefined();
      await store.save('e', mark);
      await store.save('e', { ...mark, maxAt: 3 });
      expect(await store.get('e')).toEqual({ ...mark, maxAt: 3 });
      expect(await store.feedback('e')).toBe(0);
      await store.saveFeedback('e', 7);
      await store.saveFeedback('e', 9);
      expect(await store.feedback('e')).toBe(9);
    });

    test('a window has each revision once; the newest is the latest, with its values', async () => {
      const store = createRunStore(opened.database.query);
      const first = run({ id: 'r1' });
      expect(await store.insert(first)).toBe(true);
      expect(await store.insert({ ...first, id: 'r1b' })).toBe(false);
      const second = run({ id: 'r2', revision: 2, labels: 5 });
      expect(await store.insert(second, first)).toBe(true);
      expect(await store.get('r1')).toEqual({ ...first, latest: false });
      const { details: _details, ...summary } = second;
      expect((await store.list({ monitor: 'one', limit: 10 })).items).toEqual([summary]);
      expect((await store.list({ monitor: 'one', revisions: true, limit: 10 })).items).toHaveLength(2);
      const points = await store.points('a', { limit: 10 });
      expect(points.items.map((point) => [point.runId, point.series])).toEqual([
        ['r2', 'x'],
        ['r2', 'y'],
      ]);
    });

    test('runs page backwards and points forwards without gaps or repeats', async () => {
      const store = createRunStore(opened.database.query);
      for (let n = 1; n <= 7; n++) {
        const windowToAt = 1000 + Math.floor(n / 2) * 1000;
        await store.insert(run({ id: `p${n}`, monitorId: 'pages', monitor: 'pages', windowToAt, version: n }));
      }
      const runs: string[] = [];
      const points: string[] = [];
      for (let token: string | undefined, done = false; !done; done = token === undefined) {
        const page = await store.list({ monitor: 'pages', limit: 3, pageToken: token });
        runs.push(...page.items.map(({ id }) => id));
        token = page.nextPageToken;
      }
      for (let token: string | undefined, done = false; !done; done = token === undefined) {
        const page = await store.points('pages', { limit: 4, pageToken: token });
        points.push(...page.items.map((point) => `${point.runId}${point.series}`));
        token = page.nextPageToken;
      }
      expect(runs).toEqual(['p7', 'p6', 'p5', 'p4', 'p3', 'p2', 'p1']);
      expect(points).toEqual([1, 2, 3, 4, 5, 6, 7].flatMap((n) => [`p${n}x`, `p${n}y`]));
      const judged = await store.judged('pages', 2);
      expect(judged.map(({ id }) => id)).toEqual(['p7', 'p6']);
      const some = await store.list({ monitor: 'pages', fromAt: 2000, toAt: 3500, version: 5, status: 'ok', limit: 9 });
      expect(some.items.map(({ id }) => id)).toEqual(['p5']);
    });

    test('one alert of a dedupe key is open; resolved ones leave room', async () => {
      const store = createAlertStore(opened.database.query);
      const first = alert({ id: 'a1' });
      expect(await store.open(first)).toBe(true);
      expect(await store.open(alert({ id: 'a2' }))).toBe(false);
      expect(await store.openOf('k')).toEqual(first);
      await store.update({ ...first, breaches: 3 });
      expect((await store.get('a1'))!.breaches).toBe(3);
      expect(await store.lastResolvedAt('a')).toBeUndefined();
      expect(await store.resolve({ ...first, status: 'resolved', resolvedAt: 9 }, 5000)).toBe(true);
      expect(await store.resolve({ ...first, status: 'resolved', resolvedAt: 9 }, 6000)).toBe(false);
      expect(await store.lastResolvedAt('a')).toBe(5000);
      expect(await store.openOf('k')).toBeUndefined();
      expect(await store.open(alert({ id: 'a3', openedAt: 2, windowFromAt: 6000 }))).toBe(true);
      expect(await store.acknowledge('a3', { at: 4, name: 'ann', note: null })).toBe(true);
      expect(await store.acknowledge('a3', { at: 5, name: 'bob', note: null })).toBe(false);
      expect((await store.list({ monitor: 'one', limit: 1 })).items[0]).toMatchObject({ acknowledgedBy: 'ann' });
      expect((await store.openAround('e', 1500)).map(({ id }) => id)).toEqual(['a1']);
      expect((await store.openAround('e', 7000)).map(({ id }) => id)).toEqual(['a3']);
    });

    test('a trigger is acted on once, and a retraining moves only from the state it was read in', async () => {
      const policies = createPolicyStore(opened.database.query);
      const spec = RetrainingSpec.parse({ schedule: { cron: '0 0 * * *' }, pipeline: 'p', endpoint: 'e', model: 'm' });
      const policy = { id: 'p', name: 'nightly', spec, createdAt: 1, updatedAt: 1, firedAt: null };
      await policies.save(policy);
      expect(await policies.fire(policy, 10)).toBe(true);
      expect(await policies.fire(policy, 10)).toBe(false);
      await policies.save({ ...policy, updatedAt: 2 });
      expect(await policies.byName('nightly')).toEqual({ ...policy, updatedAt: 2, firedAt: 10 });

      const store = createRetrainingStore(opened.database.query);
      const first = retraining({ id: 't1', spec });
      expect(await store.insert(first)).toBe(true);
      expect(await store.insert({ ...first, id: 't2' })).toBe(false);
      const training: RetrainingState = { ...first, state: 'training', pipelineRunId: 'run' };
      expect(await store.move(first, training)).toBe(true);
      expect(await store.move(first, training)).toBe(false);
      expect(await store.open(10)).toEqual([training]);
      expect(await store.since('p', 99)).toBe(1);
      expect(await store.since('p', 100)).toBe(0);
      await store.insert(retraining({ id: 't3', spec, trigger: { kind: 'alert', id: 'y' }, state: 'skipped' }));
      expect((await store.last('p'))!.id).toBe('t1');
      expect(await store.before('p', { triggeredAt: 100, id: 't1' })).toBeUndefined();
      expect((await store.list({ policy: 'nightly', limit: 1 })).nextPageToken).toBeDefined();
      expect((await store.list({ state: 'skipped', limit: 9 })).items.map(({ id }) => id)).toEqual(['t3']);
    });
  });
}

function run(over: Partial<MonitorRun>): MonitorRun {
  const value = { method: 'psi', value: 0.1, threshold: 0.2, pValue: null, breached: false };
  return {
    id: 'r',
    monitorId: 'a',
    monitor: 'one',
    endpoint: 'e',
    kind: 'drift',
    model: 'm',
    version: 1,
    windowFromAt: 0,
    windowToAt: 1000,
    revision: 1,
    latest: true,
    leads: true,
    status: 'ok',
    reason: null,
    rows: 10,
    labels: 0,
    pressure: 0.5,
    reference: 'profile',
    values: [
      { ...value, series: 'x' },
      { ...value, series: 'y', value: null, pValue: 0.3 },
    ],
    details: [{ column: 'x' }],
    evaluatedAt: 5,
    durationMs: 1.5,
    ...over,
  };
}

function alert(over: Partial<Alert>): Alert {
  return {
    id: 'a',
    monitorId: 'a',
    monitor: 'one',
    endpoint: 'e',
    kind: 'drift',
    dedupeKey: 'k',
    severity: 'warning',
    status: 'open',
    model: 'm',
    version: 1,
    summary: 's',
    openedAt: 1,
    windowFromAt: 1000,
    windowToAt: 2000,
    breaches: 1,
    pressure: 1.5,
    worst: [],
    openedByRunId: 'r1',
    lastRunId: 'r1',
    acknowledgedAt: null,
    acknowledgedBy: null,
    note: null,
    resolvedAt: null,
    resolvedByRunId: null,
    ...over,
  };
}

function retraining(over: Partial<RetrainingState> & Pick<RetrainingState, 'id' | 'spec'>): RetrainingState {
  return {
    policyId: 'p',
    policy: 'nightly',
    endpoint: 'e',
    model: 'm',
    trigger: { kind: 'alert', id: 'x' },
    triggeredAt: 100,
    windowFromAt: 0,
    windowToAt: 100,
    state: 'starting',
    reason: null,
    pipelineRunId: null,
    version: null,
    rolloutId: null,
    steps: [{ state: 'starting', at: 1, id: null, reason: null }],
    createdAt: 1,
    updatedAt: 1,
    ...over,
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { type ArtifactFile, createTracking, type Tracking } from '../tracking/index.ts';
import { createLoggedModels, type LoggedModels } from './index.ts';

const actor: Actor = { ...systemActor, id: 'u1', kind: 'user', name: 'ada' };
const code = (expected: string) => expect.objectContaining({ code: expected });
const start = 1_700_000_000_000;

/** What logged models keep on every backend. */
export function describeLoggedModels(backend: (typeof backends)[number]): void {
  describe(`logged models on ${backend.name}`, () => {
    let opened: TestDatabase;
    let spine: Spine;
    let tracking: Tracking;
    let loggedModels: LoggedModels;
    let clock: ManualClock;
    let folder: string;
    let experiment: string;

    beforeAll(async () => {
      opened = await backend.open();
      clock = createManualClock(start);
      spine = createSpine(opened.database, clock);
      folder = await mkdtemp(join(tmpdir(), 'tidemill-logged-models-'));
      const shared = { database: opened.database, ledger: spine.ledger, clock };
      tracking = createTracking({ ...shared, blobs: await createLocalBlobs(folder) });
      loggedModels = createLoggedModels({ ...shared, tracking });
      experiment = (await tracking.experiments.create(actor, { name: 'models' })).id;
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });
    const events = async (id: string) =>
      (await spine.ledger.read({ limit: 1000 })).filter((event) => event.subject.id === id);

    test('a model is begun, finished, and deleted, each told once', async () => {
      const made = await loggedModels.create(actor, {
        experiment: 'models',
        name: 'höhe ☂',
        type: 'classifier',
        sourceRunId: 'r1',
        params: { depth: '3', long: 'x'.repeat(100_000) },
        tags: { owner: 'ada' },
      });
      expect(made).toMatchObject({ experimentId: experiment, status: 'PENDING', createdAt: clock.now(), metrics: [] });
      expect(made.id).toMatch(/^m-[0-9a-f]{32}$/);
      expect(await loggedModels.get(made.id)).toEqual(made);
      clock.advance(5);
      const ready = await loggedModels.finalize(actor, made.id, 'READY');
      expect(ready).toEqual({ ...made, status: 'READY', updatedAt: clock.now() });
      await loggedModels.finalize(actor, made.id, 'READY');
      await loggedModels.delete(actor, made.id);
      await loggedModels.delete(actor, made.id);
      await expect(loggedModels.get(made.id)).rejects.toEqual(code('not_found'));
      await expect(loggedModels.artifacts.list(made.id, '', { limit: 1 })).rejects.toEqual(code('not_found'));
      expect((await loggedModels.get(made.id, { allowDeleted: true })).deletedAt).toBe(clock.now());
      expect((await loggedModels.search({ experimentIds: [experiment] })).items).toEqual([]);
      const told = await events(made.id);
      expect(told.map(({ type }) => type)).toEqual([
        'logged-model.created',
        'logged-model.finalized',
        'logged-model.deleted',
      ]);
      expect(told[1]!.data).toEqual({ experimentId: experiment, from: 'PENDING', to: 'READY' });
    });

    test('what is wrong is refused and leaves nothing', async () => {
      for (const name of ['', 'a/b', 'a:b', 'a.b', 'a%b', 'a"b', "a'b", 'a\u0000b', 'x'.repeat(501)]) {
        await expect(loggedModels.create(actor, { experiment, name })).rejects.toEqual(code('invalid_input'));
      }
      await expect(loggedModels.create(actor, { experiment: 'nowhere' })).rejects.toEqual(code('not_found'));
      const params = { big: 'x'.repeat(100_001) };
      await expect(loggedModels.create(actor, { experiment, params })).rejects.toEqual(code('invalid_input'));
      await tracking.experiments.create(actor, { name: 'gone' });
      await tracking.experiments.delete(actor, 'gone');
      await expect(loggedModels.create(actor, { experiment: 'gone' })).rejects.toEqual(code('conflict'));
      for (const id of ['m-none', `m-${'0'.repeat(32)}`]) {
        const none: Promise<unknown>[] = [
          loggedModels.get(id),
          loggedModels.finalize(actor, id, 'READY'),
          loggedModels.delete(actor, id),
          loggedModels.setTags(actor, id, { a: '1' }),
          loggedModels.deleteTag(actor, id, 'a'),
          loggedModels.logParams(actor, id, { a: '1' }),
          loggedModels.logMetrics(actor, id, [{ key: 'a', value: 1 }]),
        ];
        await Promise.all(none.map((one) => expect(one).rejects.toEqual(code('not_found'))));
      }
    });

    test('tags change; parameters are written once, all of a call or none', async () => {
      const { id, name } = await loggedModels.create(actor, { experiment, params: { a: '1' } });
      expect(name).toMatch(/^model-/);
      await loggedModels.setTags(actor, id, { t: '1', 'x/y z': '2', empty: '' });
      await loggedModels.setTags(actor, id, { t: '3' });
      await loggedModels.deleteTag(actor, id, 'empty');
      await expect(loggedModels.deleteTag(actor, id, 'empty')).rejects.toEqual(code('not_found'));
      await loggedModels.logParams(actor, id, { a: '1', b: '2' });
      await expect(loggedModels.logParams(actor, id, { c: '3', b: 'other' })).rejects.toEqual(code('conflict'));
      const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`p${i}`, String(i)]));
      await loggedModels.logParams(actor, id, many);
      const { tags, params } = await loggedModels.get(id);
      expect(tags).toEqual({ t: '3', 'x/y z': '2' });
      expect(params).toEqual({ a: '1', b: '2', ...many });
    });

    test('metrics keep their history; the latest of each key, run and dataset is shown', async () => {
      const { id } = await loggedModels.create(actor, { experiment });
      const on = { datasetName: 'd', datasetDigest: 'x' };
      const points = [
        { key: 'acc', value: 0.5, step: 1, at: 5, runId: 'r1' },
        { key: 'acc', value: 0.6, step: 2, at: 6, runId: 'r1' },
        { key: 'acc', value: 0.7, step: 0, at: 9, runId: 'r1', ...on },
        { key: 'acc', value: Number.NaN, step: 0, at: 4, runId: 'r2' },
        { key: 'loss', value: Number.NEGATIVE_INFINITY, at: 7 },
        { key: 'step', value: -0, step: -3, at: 8 },
      ];
      await loggedModels.logMetrics(actor, id, points);
      await loggedModels.logMetrics(actor, id, points);
      const latest = (await loggedModels.get(id)).metrics;
      expect(latest.map(({ key, value, runId, datasetName }) => [key, value, runId, datasetName])).toEqual([
        ['acc', Number.NaN, 'r2', ''],
        ['acc', 0.6, 'r1', ''],
        ['loss', Number.NEGATIVE_INFINITY, '', ''],
        ['step', 0, '', ''],
        ['acc', 0.7, 'r1', 'd'],
      ]);
      expect((await loggedModels.get(id, { metrics: 'history' })).metrics).toHaveLength(points.length);
      const long = Array.from({ length: 1000 }, (_, i) => ({ key: 'long', value: i, at: 100 + i }));
      await loggedModels.logMetrics(actor, id, long);
      const { metrics } = await loggedModels.get(id, { metrics: 'history' });
      expect(metrics).toHaveLength(1000);
      expect(metrics.at(-1)).toMatchObject({ key: 'long', value: 999 });
    });

    test('two writers of one parameter and one status agree', async () => {
      const { id } = await loggedModels.create(actor, { experiment });
      const written = await Promise.allSettled(
        ['1', '2', '3'].map((value) => loggedModels.logParams(actor, id, { p: value })),
      );
      expect(written.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await Promise.all([1, 2, 3].map(() => loggedModels.finalize(actor, id, 'FAILED')));
      expect((await events(id)).map(({ type }) => type)).toEqual(['logged-model.created', 'logged-model.finalized']);
    });

    test('models from elsewhere keep their id, time and status', async () => {
      const id = `m-${'ab'.repeat(16)}`;
      const made = { experiment, id, createdAt: 77, status: 'READY' } as const;
      expect(await loggedModels.create(actor, made)).toMatchObject({
        id,
        createdAt: 77,
        updatedAt: 77,
        status: 'READY',
      });
      await expect(loggedModels.create(actor, made)).rejects.toEqual(code('already_exists'));
    });

    test('deleted models are removed for good, those of a purged experiment by themselves', async () => {
      const { id: other } = await tracking.experiments.create(actor, { name: 'purged' });
      const [gone, kept, theirs] = [
        await loggedModels.create(actor, { experiment }),
        await loggedModels.create(actor, { experiment }),
        await loggedModels.create(actor, { experiment: other, params: { a: '1' } }),
      ];
      for (const { id } of [gone, kept, theirs]) await tracking.artifacts.put(id, 'a/b', Buffer.from('four'));
      await loggedModels.delete(actor, gone.id);
      const before = clock.now();
      clock.advance(10);
      const none = { models: 0, artifacts: 0, artifactBytes: 0 };
      expect(await loggedModels.purge(actor, { deletedBefore: start - 1 })).toEqual({ dryRun: false, ...none });
      const counted = await loggedModels.purge(actor, { dryRun: true });
      expect(counted).toMatchObject({ dryRun: true, artifacts: 1, artifactBytes: 4 });
      expect((await loggedModels.get(gone.id, { allowDeleted: true })).deletedAt).toBe(before);
      expect(await loggedModels.purge(actor, {})).toEqual({ ...counted, dryRun: false });
      await expect(loggedModels.get(gone.id, { allowDeleted: true })).rejects.toEqual(code('not_found'));
      expect(await tracking.artifacts.files(gone.id, '')).toEqual([]);
      expect(await tracking.artifacts.files(kept.id, '')).toHaveLength(1);

      spine.background.start();
      const subject = { kind: 'experiment', id: other, name: 'purged' };
      await opened.database.transaction((tx) =>
        spine.ledger.append(tx, { type: 'experiment.purged', actor, subject, data: {} }),
      );
      await vi.waitFor(async () => expect(await tracking.artifacts.files(theirs.id, '')).toEqual([]), 10_000);
      await expect(loggedModels.get(theirs.id)).rejects.toEqual(code('not_found'));
      expect((await events(theirs.id)).map(({ type }) => type)).toEqual([
        'logged-model.created',
        'logged-model.purged',
      ]);
      await spine.background.stop();
      expect(spine.errors).toEqual([]);
    });

    test('files belong to the model', async () => {
      const { id } = await loggedModels.create(actor, { experiment });
      await tracking.artifacts.put(id, 'data/model.pkl', Buffer.from('bytes'));
      const { items } = await loggedModels.artifacts.list(id, 'data', { limit: 10 });
      expect(items).toMatchObject([{ path: 'data/model.pkl', kind: 'file', bytes: 5 }]);
      const found = (await loggedModels.artifacts.stat(id, 'data/model.pkl')) as ArtifactFile;
      expect(await text(await loggedModels.artifacts.content(found))).toBe('bytes');
      await expect(loggedModels.artifacts.stat(id, '../x')).rejects.toEqual(code('invalid_path'));
    });
  });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import type { Metric, Tracking } from './index.ts';
import { createTracking } from './index.ts';

const actor: Actor = { ...systemActor, id: 'u1', kind: 'user', name: 'ada' };
const all = { limit: 1000 };

/** What tracking keeps on every backend. */
export function describeTracking(backend: (typeof backends)[number]): void {
  describe(`tracking on ${backend.name}`, () => {
    let opened: TestDatabase;
    let spine: Spine;
    let tracking: Tracking;
    let clock: ManualClock;
    let folder: string;
    let experiments = 0;

    beforeAll(async () => {
      opened = await backend.open();
      clock = createManualClock(1_700_000_000_000);
      spine = createSpine(opened.database, clock);
      folder = await mkdtemp(join(tmpdir(), 'tidemill-tracking-'));
      const blobs = await createLocalBlobs(folder);
      tracking = createTracking({ database: opened.database, ledger: spine.ledger, clock, blobs });
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    const newRun = async (more: object = {}) => {
      const { id } = await tracking.experiments.create(actor, { name: `exp/${++experiments}` });
      return tracking.runs.create(actor, { experiment: id, ...more });
    };
    const code = (expected: string) => expect.objectContaining({ code: expected });
    const events = async (id: string) =>
      (await spine.ledger.read({ limit: 1000 })).filter((e) => e.subject.id === id).map((e) => e.type);

    test('experiments: path-like names, tags, rename, delete with their runs, restore', async () => {
      const made = await tracking.experiments.create(actor, { name: 'team/höhe ☂/q1', tags: { owner: 'ada' } });
      expect(await tracking.experiments.get('team/höhe ☂/q1')).toEqual(made);
      expect(await tracking.experiments.get(made.id)).toEqual(made);
      await expect(tracking.experiments.create(actor, { name: 'team/höhe ☂/q1' })).rejects.toEqual(
        code('already_exists'),
      );
      for (const name of ['', 'a\u0000b', 'a\nb', 'x'.repeat(501)]) {
        await expect(tracking.experiments.create(actor, { name })).rejects.toEqual(code('invalid_input'));
      }
      await tracking.experiments.setTags(made.id, { owner: 'bob', empty: '' });
      await tracking.experiments.deleteTag(made.id, 'empty');
      await expect(tracking.experiments.deleteTag(made.id, 'empty')).rejects.toEqual(code('not_found'));
      const renamed = await tracking.experiments.update(actor, made.id, { name: 'team/new', description: 'd' });
      expect(renamed).toMatchObject({ name: 'team/new', description: 'd', tags: { owner: 'bob' } });

      const gone = await tracking.runs.create(actor, { experiment: made.id });
      await tracking.runs.delete(actor, gone.id);
      clock.advance(1000);
      const kept = await tracking.runs.create(actor, { experiment: 'team/new' });
      await tracking.experiments.delete(actor, made.id);
      await tracking.experiments.delete(actor, made.id);
      expect((await tracking.runs.info(kept.id)).lifecycle).toBe('deleted');
      await expect(tracking.runs.create(actor, { experiment: made.id })).rejects.toEqual(code('conflict'));
      await expect(tracking.experiments.create(actor, { name: 'team/new' })).rejects.toThrow(/restore/);
      await tracking.experiments.restore(actor, made.id);
      expect((await tracking.runs.info(kept.id)).lifecycle).toBe('active');
      expect((await tracking.runs.info(gone.id)).lifecycle).toBe('deleted');
      expect(await events(made.id)).toEqual([
        'experiment.created',
        'experiment.updated',
        'experiment.deleted',
        'experiment.restored',
      ]);
    });

    test('the default experiment is there, and a folder of names is listed in pages', async () => {
      expect((await tracking.experiments.get('0')).name).toBe('Default');
      for (let i = 0; i < 7; i++) await tracking.experiments.create(actor, { name: `tree_%/leaf ${i}` });
      await tracking.experiments.create(actor, { name: 'treeX%/no' });
      const names: string[] = [];
      for (let pageToken: string | undefined, first = true; first || pageToken; first = false) {
        const page = await tracking.experiments.list({ under: 'tree_%', limit: 3, pageToken });
        names.push(...page.items.map((one) => one.name));
        pageToken = page.nextPageToken;
      }
      expect(names).toEqual(Array.from({ length: 7 }, (_, i) => `tree_%/leaf ${i}`));
    });

    test('ensure gives ten callers at once the same experiment', async () => {
      const made = await Promise.all(Array.from({ length: 10 }, () => tracking.experiments.ensure(actor, 'shared')));
      expect(new Set(made.map((one) => one.id)).size).toBe(1);
    });

    test('a run keeps what it is given, ends, opens again, is deleted and restored', async () => {
      const parent = await newRun();
      const environment = { node: '24.0.0', platform: 'linux', packages: { zod: '4' } };
      const run = await tracking.runs.create(actor, {
        experiment: parent.experimentId,
        parentRunId: parent.id,
        user: 'somebody',
        code: { commit: 'abc', dirty: true, remote: 'git@x:y.git' },
        environment,
        params: { lr: '0.1', 'grüße/ñ': 'ü😀', empty: '' },
        tags: { note: 'multi\nline' },
        inputs: [{ name: 'flights', digest: 'd1', versionId: 'v1', context: 'training' }],
      });
      expect(run.id).toMatch(/^[0-9a-f]{32}$/);
      expect(run.name).toMatch(/^[a-z]+-[a-z]+-\d{3}$/);
      expect(run).toMatchObject({ status: 'RUNNING', user: 'somebody', actorId: 'u1', environment });
      expect(await tracking.runs.get(run.id)).toEqual(run);
      clock.advance(5);
      expect(await tracking.runs.update(actor, run.id, { status: 'FINISHED' })).toMatchObject({ endedAt: clock.now() });
      expect((await tracking.runs.update(actor, run.id, { status: 'RUNNING' })).endedAt).toBeNull();
      await tracking.runs.delete(actor, run.id);
      await tracking.runs.delete(actor, run.id);
      await expect(tracking.runs.log(run.id, { tags: { a: 'b' } })).rejects.toEqual(code('conflict'));
      await expect(tracking.runs.logMetric(run.id, { key: 'm', value: 1 })).rejects.toEqual(code('conflict'));
      await tracking.runs.restore(actor, run.id);
      expect(await events(run.id)).toEqual([
        'run.created',
        'run.inputs.recorded',
        'run.status.changed',
        'run.status.changed',
        'run.deleted',
        'run.restored',
      ]);
      await expect(tracking.runs.get('f'.repeat(32))).rejects.toEqual(code('not_found'));
      await expect(tracking.runs.create(actor, { experiment: 'nowhere' })).rejects.toEqual(code('not_found'));
    });

    test('parameters are written once, and a refused batch leaves nothing', async () => {
      const { id } = await newRun();
      await tracking.runs.log(id, { params: { a: '1' } });
      await tracking.runs.log(id, { params: { a: '1', b: '2' }, tags: { t: '1' } });
      const refused = { params: { c: '3', a: 'other' }, tags: { t: '2' }, metrics: [{ key: 'm', value: 1 }] };
      await expect(tracking.runs.log(id, refused)).rejects.toThrow(/'a'.*cannot become 'other'/);
      expect(await tracking.runs.get(id)).toMatchObject({ params: { a: '1', b: '2' }, tags: { t: '1' }, metrics: {} });
      await tracking.runs.deleteTag(id, 't');
      await expect(tracking.runs.deleteTag(id, 't')).rejects.toEqual(code('not_found'));
    });

    test('limits and wrong keys are refused', async () => {
      const { id } = await newRun();
      const metrics = Array.from({ length: 1001 }, (_, i) => ({ key: 'm', value: i, step: i }));
      await expect(tracking.runs.log(id, { metrics })).rejects.toEqual(code('invalid_input'));
      for (const key of ['', 'a`b', 'a"b', 'a\u0000', '__proto__', 'k'.repeat(251)]) {
        await expect(tracking.runs.logMetric(id, { key, value: 1 })).rejects.toEqual(code('invalid_input'));
        // A record never holds that key: zod leaves it out.
        if (key === '__proto__') continue;
        await expect(tracking.runs.log(id, { params: { [key]: 'x' } })).rejects.toEqual(code('invalid_input'));
        if (!/^a["`]/.test(key)) {
          await expect(tracking.runs.log(id, { tags: { [key]: 'x' } })).rejects.toEqual(code('invalid_input'));
        }
      }
      await expect(tracking.runs.log(id, { params: { a: 'x'.repeat(16_385) } })).rejects.toEqual(code('invalid_input'));
      await expect(tracking.runs.log(id, { tags: { a: 'nul\u0000' } })).rejects.toEqual(code('invalid_input'));
      await expect(tracking.runs.logMetric(id, { key: 'm', value: 1, step: 0.5 })).rejects.toEqual(
        code('invalid_input'),
      );
      await tracking.runs.log(id, { tags: { huge: 'ü😀'.repeat(20_000) }, params: { p: 'x'.repeat(16_384) } });
      expect((await tracking.runs.get(id)).tags['huge']).toHaveLength(60_000);
      await tracking.runs.log(id, {});
    });

    test('the latest metric is that of the highest step, then time, then value', async () => {
      const { id } = await newRun();
      const log = (value: number, step: number, at: number) =>
        tracking.runs.logMetric(id, { key: 'auc', value, step, at });
      await log(0.5, 3, 10);
      await log(0.9, 2, 99);
      expect(await tracking.runs.latestMetric(id, 'auc')).toEqual({ key: 'auc', value: 0.5, step: 3, at: 10 });
      await log(0.4, 3, 11);
      await log(0.45, 3, 11);
      await log(0.41, 3, 11);
      await log(Number.NaN, 3, 11);
      expect((await tracking.runs.latestMetric(id, 'auc'))?.value).toBe(0.45);
      await log(Number.NaN, 4, 0);
      expect((await tracking.runs.get(id)).metrics['auc']).toEqual({ key: 'auc', value: Number.NaN, step: 4, at: 0 });
      await log(Number.NEGATIVE_INFINITY, 4, 0);
      expect((await tracking.runs.latestMetric(id, 'auc'))?.value).toBe(Number.NEGATIVE_INFINITY);
      expect(await tracking.runs.latestMetric(id, 'none')).toBeUndefined();
    });

    test('history keeps NaN, ±Infinity, extremes and negative steps, drops exact duplicates, and pages', async () => {
      const { id } = await newRun();
      const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 5e-324, Number.MAX_VALUE, 0.1];
      const metrics = [-2, 0, Number.MAX_SAFE_INTEGER].flatMap((step) =>
        values.map((value) => ({ key: 'x', value, step, at: 7 })),
      );
      await tracking.runs.log(id, { metrics });
      await tracking.runs.log(id, { metrics: metrics.slice(0, 9) });
      const found: Metric[] = [];
      for (let pageToken: string | undefined, first = true; first || pageToken; first = false) {
        const page = await tracking.runs.metricHistory(id, 'x', { limit: 4, pageToken });
        found.push(...page.items);
        pageToken = page.nextPageToken;
      }
      expect(found).toHaveLength(21);
      const sort = (list: object[]) => list.map((one) => Object.entries(one).map(String).sort().join()).sort();
      expect(sort(found)).toEqual(sort(metrics));
      expect(found.map((one) => one.step)).toEqual([...found.map((one) => one.step)].sort((a, b) => a - b));
      expect((await tracking.runs.metricHistory(id, 'none', all)).items).toEqual([]);
    });

    test('a batch of 1,000 points over many keys, and twenty batches at once', async () => {
      const { id } = await newRun();
      const batch = (offset: number) =>
        Array.from({ length: 1000 }, (_, i) => ({ key: `k${i % 37}`, value: i, step: offset + i }));
      await tracking.runs.log(id, { metrics: batch(0) });
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => tracking.runs.log(id, { metrics: batch(i).slice(0, 60) })),
      );
      const { metrics } = await tracking.runs.get(id);
      expect(Object.keys(metrics)).toHaveLength(37);
      expect(metrics['k0']).toMatchObject({ value: 999, step: 999 });
      const history = await tracking.runs.metricHistory(id, 'k5', all);
      expect(new Set(history.items.map((one) => `${one.step}:${one.value}`)).size).toBe(history.items.length);
    });

    test('runs made at once all get a place of their own', async () => {
      const { experimentId } = await newRun();
      const runs = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          tracking.runs.create(actor, { experiment: experimentId, tags: { i: `${i}` } }),
        ),
      );
      await Promise.all(runs.map((run, i) => tracking.runs.logMetric(run.id, { key: 'own', value: i })));
      const found = await tracking.runs.search({ experiments: [experimentId], limit: 100 });
      expect(found.items).toHaveLength(13);
      for (const run of found.items.filter((one) => one.tags['i'])) {
        expect(run.metrics['own']!.value).toBe(Number(run.tags['i']));
      }
    });

    test('an id given to a metric key by a rolled back transaction is not remembered', async () => {
      const { id } = await newRun();
      const undone = opened.database.transaction(async () => {
        await tracking.runs.logMetric(id, { key: 'undone', value: 1 });
        throw new Error('undo');
      });
      await expect(undone).rejects.toThrow('undo');
      await tracking.runs.logMetric(id, { key: 'other', value: 2 });
      await tracking.runs.logMetric(id, { key: 'undone', value: 3 });
      const { metrics } = await tracking.runs.get(id);
      expect([metrics['undone']!.value, metrics['other']!.value]).toEqual([3, 2]);
    });

    test('artifacts: folders, replacing, listing in pages, conflicts, deleting', async () => {
      const { id } = await newRun();
      const { artifacts } = tracking.runs;
      for (const path of ['model/model.onnx', 'model/data/a', 'model/data/b', 'grüße.txt', 'z']) {
        await artifacts.put(id, path, `content of ${path}`);
      }
      await artifacts.put(id, 'z', Buffer.alloc(0));
      expect(
        (await artifacts.list(id, '', all)).items.map((one) => `${one.kind} ${one.path} ${one.bytes}`).sort(),
      ).toEqual(['file grüße.txt 22', 'file z 0', 'folder model 0']);
      const first = await artifacts.list(id, 'model/data', { limit: 1 });
      const second = await artifacts.list(id, 'model/data', { limit: 1, pageToken: first.nextPageToken });
      expect([...first.items, ...second.items].map((one) => one.path)).toEqual(['model/data/a', 'model/data/b']);
      expect(second.nextPageToken).toBeUndefined();
      const opened = await artifacts.open(id, 'model/data/b');
      expect(await text(opened.stream)).toBe('content of model/data/b');
      await expect(artifacts.open(id, 'model')).rejects.toEqual(code('not_found'));
      await expect(artifacts.put(id, 'z/below', 'x')).rejects.toEqual(code('conflict'));
      await expect(artifacts.put(id, 'model', 'x')).rejects.toEqual(code('conflict'));
      for (const path of ['../x', '/x', 'a/../b', 'a\\b', '%2e%2e/x', '']) {
        await expect(artifacts.put(id, path, 'x')).rejects.toEqual(code('invalid_path'));
      }
      expect(await artifacts.delete(id, 'model')).toBe(true);
      expect(await artifacts.delete(id, 'model')).toBe(false);
      expect((await artifacts.list(id, 'model/data', all)).items).toEqual([]);
    });
  });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { type Blobs, createLocalBlobs } from '../../blobs/index.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { createPurging, createTracking, type Purging, type Tracking } from '../tracking/index.ts';
import { createFolders, type Folders } from './index.ts';

const actor: Actor = { ...systemActor, id: 'u1', kind: 'user', name: 'ada' };
const dayMs = 86_400_000;

/** What folders, purging and retention keep on every backend. */
export function describeFolders(backend: (typeof backends)[number]): void {
  describe(`folders on ${backend.name}`, () => {
    let opened: TestDatabase;
    let spine: Spine;
    let clock: ManualClock;
    let blobs: Blobs;
    let tracking: Tracking;
    let purging: Purging;
    let folders: Folders;
    let home: string;
    let made = 0;

    beforeAll(async () => {
      opened = await backend.open();
      clock = createManualClock(1_700_000_000_000);
      spine = createSpine(opened.database, clock);
      home = await mkdtemp(join(tmpdir(), 'tidemill-folders-'));
      blobs = await createLocalBlobs(home);
      const shared = { database: opened.database, ledger: spine.ledger, background: spine.background, clock, blobs };
      tracking = createTracking({
        ...shared,
        experimentDefaults: async (name) => (await folders.settings(name)).effective,
      });
      purging = createPurging(shared);
      folders = createFolders({ ...shared, tracking, purging });
    });
    afterAll(async () => {
      await spine.background.stop();
      await opened.dispose();
      await rm(home, { recursive: true, force: true });
    });

    const code = (expected: string) => expect.objectContaining({ code: expected });
    const newRun = async (experiment: string) => {
      const run = await tracking.runs.create(actor, { experiment, params: { a: '1' }, tags: { t: 'x' } });
      await tracking.runs.log(run.id, { metrics: [{ key: 'm', value: 1 }] });
      await tracking.runs.artifacts.put(run.id, 'model/a.bin', Buffer.alloc(1000, ++made));
      return run.id;
    };
    const top = () => `top${++made}`;

    test('an experiment inherits from every folder above it, the nearest last', async () => {
      const root = top();
      await folders.setSettings(actor, root, {
        description: 'credit risk',
        tags: { team: 'risk', tier: '2' },
        retention: { deleteEndedAfterDays: 90, purgeDeletedAfterDays: 30 },
      });
      await folders.setSettings(actor, `${root}/prod`, {
        tags: { tier: '1' },
        retention: { deleteEndedAfterDays: null },
      });
      const { own, effective, from } = await folders.settings(`${root}/prod`);
      expect(own).toEqual({ tags: { tier: '1' }, retention: { deleteEndedAfterDays: null } });
      expect(effective).toEqual({
        description: 'credit risk',
        tags: { team: 'risk', tier: '1' },
        retention: { deleteEndedAfterDays: null, purgeDeletedAfterDays: 30 },
      });
      expect(from).toMatchObject({ description: root, 'tags.tier': `${root}/prod`, 'tags.team': root });
      const created = await tracking.experiments.create(actor, { name: `${root}/prod/q1`, tags: { team: 'mine' } });
      expect(created.tags).toEqual({ team: 'mine', tier: '1' });
      await folders.setSettings(actor, `${root}/prod`, {});
      expect((await folders.settings(`${root}/prod`)).own).toEqual({});
    });

    test('listing counts what is below each folder; moving renames all of it, or nothing', async () => {
      const root = top();
      for (const name of ['a/x', 'a/y/z', 'b/x', 'c']) {
        await tracking.experiments.create(actor, { name: `${root}/${name}` });
      }
      await folders.setSettings(actor, `${root}/a/y`, { description: 'deep' });
      expect(await folders.list(root)).toEqual([
        { path: `${root}/a`, name: 'a', experiments: 2 },
        { path: `${root}/b`, name: 'b', experiments: 1 },
      ]);
      await tracking.experiments.create(actor, { name: `${root}/d/x` });
      await tracking.experiments.create(actor, { name: `${root}/e/x` });
      await expect(folders.move(actor, `${root}/d`, `${root}/e`)).rejects.toEqual(code('already_exists'));
      expect((await tracking.experiments.get(`${root}/d/x`)).name).toBe(`${root}/d/x`);
      await expect(folders.move(actor, `${root}/a`, `${root}/a/y`)).rejects.toEqual(code('invalid_input'));
      await expect(folders.move(actor, `${root}/nothing`, `${root}/q`)).rejects.toEqual(code('not_found'));
      expect(await folders.move(actor, `${root}/a`, `${root}/moved`)).toEqual({ experiments: 2 });
      expect((await tracking.experiments.get(`${root}/moved/y/z`)).name).toBe(`${root}/moved/y/z`);
      expect((await folders.settings(`${root}/moved/y`)).own).toEqual({ description: 'deep' });
      expect((await folders.settings(`${root}/a/y`)).own).toEqual({});
    });

    test('purging removes only what is deleted, with metrics and artifacts, and frees the name', async () => {
      const name = top();
      const { id } = await tracking.experiments.create(actor, { name });
      const [kept, gone] = [await newRun(id), await newRun(id)];
      const child = await tracking.runs.create(actor, { experiment: id, parentRunId: gone });
      await expect(purging.purge(actor, { runs: [gone] })).rejects.toEqual(code('conflict'));
      await tracking.runs.delete(actor, gone);
      const dry = await purging.purge(actor, { runs: [gone], dryRun: true });
      expect(dry).toEqual({ dryRun: true, runs: 1, experiments: 0, artifacts: 1, artifactBytes: 1000 });
      expect((await tracking.runs.get(gone)).id).toBe(gone);
      expect(await purging.purge(actor, { runs: [gone] })).toEqual({ ...dry, dryRun: false });
      await expect(tracking.runs.get(gone)).rejects.toEqual(code('not_found'));
      expect((await tracking.runs.get(child.id)).parentRunId).toBeNull();
      expect((await tracking.runs.get(kept)).metrics['m']).toMatchObject({ value: 1 });

      await expect(purging.purge(actor, { experiments: [name] })).rejects.toEqual(code('conflict'));
      await tracking.experiments.delete(actor, id);
      expect(await purging.purge(actor, { experiments: [name] })).toMatchObject({ runs: 2, experiments: 1 });
      await expect(tracking.experiments.get(id)).rejects.toEqual(code('not_found'));
      const again = await tracking.experiments.create(actor, { name });
      expect(again.id).not.toBe(id);
    });

    test('points of purged runs go in the background and never turn up under another run', async () => {
      const { id } = await tracking.experiments.create(actor, { name: top() });
      const gone = await newRun(id);
      await tracking.runs.delete(actor, gone);
      await purging.purge(actor, { runs: [gone] });
      const next = await tracking.runs.create(actor, { experiment: id });
      expect((await tracking.runs.get(next.id)).metrics).toEqual({});
      expect((await tracking.runs.metricHistory(next.id, 'm', { limit: 10 })).items).toEqual([]);
      spine.background.start();
      spine.background.wake('purged-metrics');
      const count = async (table: string) =>
        Number(
          (
            (await opened.database.query
              .withTables<Record<string, { run_number: number }>>()
              .selectFrom(table)
              .select((e) => e.fn.countAll().as('n'))
              .executeTakeFirstOrThrow()) as { n: number }
          ).n,
        );
      await expect.poll(() => count('metric_orphan'), { timeout: 10_000 }).toBe(0);
      expect(spine.errors).toEqual([]);
    });

    test('retention deletes what ended long ago and purges what was deleted long ago, where a folder says so', async () => {
      const root = top();
      await folders.setSettings(actor, root, { retention: { deleteEndedAfterDays: 10, purgeDeletedAfterDays: 5 } });
      const inside = await tracking.experiments.create(actor, { name: `${root}/x` });
      const outside = await tracking.experiments.create(actor, { name: top() });
      const [old, open, elsewhere] = [await newRun(inside.id), await newRun(inside.id), await newRun(outside.id)];
      for (const run of [old, elsewhere]) await tracking.runs.update(actor, run, { status: 'FINISHED' });
      clock.advance(11 * dayMs);
      const young = await newRun(inside.id);
      await tracking.runs.update(actor, young, { status: 'FINISHED' });
      expect(await folders.applyRetention(actor, { dryRun: true })).toMatchObject({ deletedRuns: 1, purgedRuns: 0 });
      expect(await folders.applyRetention(actor, { dryRun: false })).toMatchObject({ deletedRuns: 1, purgedRuns: 0 });
      expect((await tracking.runs.info(old)).lifecycle).toBe('deleted');
      clock.advance(6 * dayMs);
      expect(await folders.applyRetention(actor, { dryRun: false })).toMatchObject({
        purgedRuns: 1,
        artifactBytes: 1000,
      });
      await expect(tracking.runs.info(old)).rejects.toEqual(code('not_found'));
      for (const run of [open, elsewhere, young]) expect((await tracking.runs.info(run)).lifecycle).toBe('active');
    });
  });
}

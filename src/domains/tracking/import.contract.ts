import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createImporting, createTracking, type ImportedRun, type Importing, type Tracking } from './index.ts';

const actor: Actor = { ...systemActor, id: 'u1', kind: 'user', name: 'ada' };
const idOf = (digit: string) => digit.repeat(32);
const at = 1_600_000_000_000;

/** What importing keeps on every backend. */
export function describeImporting(backend: (typeof backends)[number]): void {
  describe(`importing on ${backend.name}`, () => {
    let opened: TestDatabase;
    let spine: Spine;
    let tracking: Tracking;
    let importing: Importing;
    let folder: string;

    beforeAll(async () => {
      opened = await backend.open();
      const clock = createManualClock(1_700_000_000_000);
      spine = createSpine(opened.database, clock);
      folder = await mkdtemp(join(tmpdir(), 'tidemill-import-'));
      const deps = { database: opened.database, ledger: spine.ledger, clock, blobs: await createLocalBlobs(folder) };
      tracking = createTracking(deps);
      importing = createImporting(deps);
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    const code = (expected: string) => expect.objectContaining({ code: expected });
    const events = async (id: string) =>
      (await spine.ledger.read({ limit: 1000 })).filter((event) => event.subject.id === id).map((event) => event.type);
    const run = (digit: string, more: object = {}): ImportedRun => ({
      ...{ id: idOf(digit), experiment: 'taken', name: 'first', status: 'FINISHED', startedAt: at, endedAt: at + 5 },
      ...more,
    });

    test('an experiment keeps its id, times and state; one of its name takes what follows', async () => {
      const given = { id: '7', name: 'alt/höhe', tags: { owner: 'ada' }, createdAt: at, updatedAt: at + 1 };
      expect(await importing.experiment(actor, given)).toEqual({ id: '7', isNew: true });
      await tracking.experiments.setTags('7', { owner: 'bob' });
      const again = { ...given, tags: { owner: 'ada', more: 'x' } };
      expect(await importing.experiment(actor, again)).toEqual({ id: '7', isNew: false });
      expect(await tracking.experiments.get('7')).toMatchObject({
        ...{ name: 'alt/höhe', createdAt: at, updatedAt: at + 1, tags: { owner: 'bob', more: 'x' } },
      });
      expect(await events('7')).toEqual(['experiment.imported']);
      const other = await importing.experiment(actor, { id: '7', name: 'of another server' });
      expect(other).toMatchObject({ isNew: true, id: expect.not.stringMatching(/^7$/) });
      const gone = await importing.experiment(actor, { id: '8', name: 'gone', lifecycle: 'deleted' });
      expect(await tracking.experiments.get(gone.id)).toMatchObject({ lifecycle: 'deleted' });
      expect(await importing.run(actor, run('8', { experiment: 'gone' }))).toMatchObject({ isNew: true });
    });

    test('a run keeps its id and times; twice changes nothing, and its end may come later', async () => {
      await importing.experiment(actor, { id: '70', name: 'taken' });
      const input = { name: 'iris', digest: 'd1', context: 'training', source: 'x', tags: { a: 'b' } };
      const more = {
        ...{ params: { C: '1' }, tags: { note: 'ü', 'mlflow.user': 'ada' }, inputs: [input], user: 'ada' },
        ...{ modelInputs: ['m-1'], modelOutputs: [{ modelId: 'm-2', step: 3 }] },
      };
      const open = run('1', { ...more, status: 'RUNNING', endedAt: null });
      expect(await importing.run(actor, open)).toEqual({ id: idOf('1'), isNew: true, parentRunId: null });
      await tracking.runs.log(idOf('1'), { metrics: [{ key: 'loss', value: Number.NaN, step: -1, at }] });
      for (let i = 0; i < 2; i++) {
        expect(await importing.run(actor, run('1', more))).toMatchObject({ isNew: false });
        await tracking.runs.log(idOf('1'), { metrics: [{ key: 'loss', value: Number.NaN, step: -1, at }] });
      }
      expect(await tracking.runs.get(idOf('1'))).toMatchObject({
        ...{ experimentId: '70', status: 'FINISHED', startedAt: at, endedAt: at + 5, user: 'ada', params: { C: '1' } },
        ...{ tags: more.tags, inputs: [input], modelInputs: ['m-1'], modelOutputs: [{ modelId: 'm-2', step: 3 }] },
      });
      expect((await tracking.runs.metricHistory(idOf('1'), 'loss', { limit: 10 })).items).toHaveLength(1);
      expect(await events(idOf('1'))).toEqual(['run.imported', 'run.inputs.recorded']);
      await expect(importing.run(actor, run('1', { params: { C: '2' } }))).rejects.toEqual(code('conflict'));
      await expect(importing.run(actor, run('1', { experiment: '7' }))).rejects.toEqual(code('conflict'));
    });

    test('a parent is joined once it is there; deleted is said at the end', async () => {
      const child = run('2', { parentRunId: idOf('3') });
      expect(await importing.run(actor, child)).toMatchObject({ parentRunId: null });
      await importing.run(actor, run('3'));
      expect(await importing.run(actor, { ...child, lifecycle: 'deleted' })).toMatchObject({ parentRunId: idOf('3') });
      expect(await tracking.runs.get(idOf('2'))).toMatchObject({ parentRunId: idOf('3'), lifecycle: 'deleted' });
      await expect(tracking.runs.log(idOf('2'), { tags: { a: 'b' } })).rejects.toEqual(code('conflict'));
    });

    test('what cannot be is refused and leaves nothing', async () => {
      await expect(importing.run(actor, run('4', { experiment: 'nowhere' }))).rejects.toEqual(code('not_found'));
      await expect(importing.run(actor, run('4', { params: { 'a\u0000': '1' } }))).rejects.toEqual(
        code('invalid_input'),
      );
      await expect(importing.experiment(actor, { name: 'a\nb' })).rejects.toEqual(code('invalid_input'));
      await expect(tracking.runs.get(idOf('4'))).rejects.toEqual(code('not_found'));
    });
  });
}

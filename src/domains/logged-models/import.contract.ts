import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createTracking } from '../tracking/index.ts';
import { createLoggedModels, type LoggedModels } from './index.ts';

const at = 1_600_000_000_000;
const code = (expected: string) => expect.objectContaining({ code: expected });

/** What the import of logged models keeps on every backend. */
export function describeLoggedModelImport(backend: (typeof backends)[number]): void {
  describe(`importing logged models on ${backend.name}`, () => {
    let opened: TestDatabase;
    let loggedModels: LoggedModels;
    let folder: string;

    beforeAll(async () => {
      opened = await backend.open();
      const clock = createManualClock(1_700_000_000_000);
      folder = await mkdtemp(join(tmpdir(), 'tidemill-import-'));
      const shared = { database: opened.database, ledger: createSpine(opened.database, clock).ledger, clock };
      const tracking = createTracking({ ...shared, blobs: await createLocalBlobs(folder) });
      loggedModels = createLoggedModels({ ...shared, tracking });
      for (const name of ['one', 'two']) await tracking.experiments.create(systemActor, { name });
      await tracking.experiments.delete(systemActor, 'two');
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    test('a model keeps its id and times, and is deleted at the end; the same again changes nothing', async () => {
      const id = `m-${'a'.repeat(32)}`;
      const said = { name: 'net', type: 'classifier', status: 'READY', sourceRunId: 'r1' } as const;
      const model = { id, experiment: 'one', ...said, params: { C: '1' }, createdAt: at, updatedAt: at + 5 };
      expect(await loggedModels.take(systemActor, model)).toEqual({ id, isNew: true });
      await loggedModels.logMetrics(systemActor, id, [{ key: 'auc', value: Number.NaN, at }]);
      const before = await loggedModels.get(id);
      expect(before).toMatchObject({ ...said, createdAt: at, updatedAt: at + 5, params: { C: '1' } });
      expect(await loggedModels.take(systemActor, model)).toEqual({ id, isNew: false });
      expect(await loggedModels.get(id)).toEqual(before);
      const other = { ...model, params: { C: '2' } };
      await expect(loggedModels.take(systemActor, other)).rejects.toEqual(code('conflict'));
      await expect(loggedModels.take(systemActor, { ...model, experiment: 'two' })).rejects.toEqual(code('conflict'));
      await loggedModels.take(systemActor, { ...model, lifecycle: 'deleted' });
      await expect(loggedModels.get(id)).rejects.toEqual(code('not_found'));
    });

    test('models of a deleted experiment come, too', async () => {
      const model = { id: `m-${'b'.repeat(32)}`, experiment: 'two', name: 'net' };
      expect(await loggedModels.take(systemActor, model)).toMatchObject({ isNew: true });
    });
  });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { type Blobs, createLocalBlobs } from '../../blobs/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createRegistry, onnxInspector, openGate, type Registry } from './index.ts';

const at = 1_600_000_000_000;
const code = (expected: string) => expect.objectContaining({ code: expected });

/** What the import of models and versions keeps on every backend. */
export function describeRegistryImport(backend: (typeof backends)[number]): void {
  describe(`importing models on ${backend.name}`, () => {
    let opened: TestDatabase;
    let registry: Registry;
    let blobs: Blobs;
    let folder: string;

    beforeAll(async () => {
      opened = await backend.open();
      const clock = createManualClock(1_700_000_000_000);
      folder = await mkdtemp(join(tmpdir(), 'tidemill-import-'));
      blobs = await createLocalBlobs(folder);
      const { ledger } = createSpine(opened.database, clock);
      const deps = { database: opened.database, ledger, clock, blobs };
      registry = createRegistry({ ...deps, inspector: onnxInspector, gate: openGate });
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    const version = (number: number, more: object = {}) => ({
      ...{ model: 'iris ☂', number, format: 'mlflow', origin: `models:/x/${number}`, createdAt: at + number },
      ...{ files: [], content: 'awaited' as const, source: { runId: 'r1' }, tags: { q: 'ü' } },
      ...more,
    });

    test('a model keeps its times and takes tags; a version keeps its number and its time, gaps included', async () => {
      const model = { name: 'iris ☂', description: 'gut', tags: { a: '1' }, createdAt: at, updatedAt: at + 9 };
      expect(await registry.importing.model(systemActor, model)).toMatchObject({ isNew: true });
      expect(await registry.models.get('iris ☂')).toMatchObject({ createdAt: at, updatedAt: at + 9, tags: { a: '1' } });
      const more = { ...model, tags: { a: '2', b: '3' } };
      expect(await registry.importing.model(systemActor, more)).toMatchObject({ isNew: false });
      expect((await registry.models.get('iris ☂')).tags).toEqual({ a: '1', b: '3' });
      expect(await registry.importing.version(systemActor, version(3))).toMatchObject({ isNew: true });
      expect(await registry.importing.version(systemActor, version(3))).toMatchObject({ isNew: false });
      expect(await registry.versions.get('iris ☂', 3)).toMatchObject({ createdAt: at + 3, tags: { q: 'ü' } });
      expect((await registry.models.get('iris ☂')).latestVersion).toBe(3);
      for (const other of [version(2), version(3, { origin: 'models:/other' })]) {
        await expect(registry.importing.version(systemActor, other)).rejects.toEqual(code('conflict'));
      }
      const lost = version(1, { model: 'not here' });
      await expect(registry.importing.version(systemActor, lost)).rejects.toEqual(code('not_found'));
    });

    test('a version that came without its files gets them from a later import, once', async () => {
      const files = [{ path: 'MLmodel', ...(await blobs.put('flavors: {}')) }];
      await registry.importing.version(systemActor, version(5));
      expect(await registry.importing.version(systemActor, version(5, { files }))).toMatchObject({ isNew: false });
      await registry.importing.version(systemActor, version(5, { files: [] }));
      expect(await registry.versions.get('iris ☂', 5)).toMatchObject({ content: 'fixed' });
      expect(await registry.versions.files({ model: 'iris ☂', version: 5 })).toEqual(files);
    });
  });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { type Blobs, createLocalBlobs } from '../../blobs/index.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { splitModel } from '../../onnx/split-model.ts';
import { createRegistry, onnxInspector, openGate, type PromotionGate, type Registry } from './index.ts';
import { smallModel } from './registry.contract.ts';
import { testSearches } from './search-oracle.contract.ts';

const ada: Actor = { ...systemActor, id: 'ada', kind: 'user', name: 'Ada' };
const start = 1_700_000_000_000;

/** Folder versions, deletion with release, stages in time and searches, on every backend. */
export function describeFolders(backend: (typeof backends)[number]): void {
  describe(`folder versions on ${backend.name}`, () => {
    let opened: TestDatabase;
    let spine: Spine;
    let registry: Registry;
    let blobs: Blobs;
    let clock: ManualClock;
    let folder: string;
    let gate: PromotionGate;

    beforeAll(async () => {
      opened = await backend.open();
      clock = createManualClock(start);
      spine = createSpine(opened.database, clock);
      folder = await mkdtemp(join(tmpdir(), 'tidemill-folders-'));
      blobs = await createLocalBlobs(folder);
      gate = openGate;
      const { database } = opened;
      const shared = { database, ledger: spine.ledger, clock, blobs, inspector: onnxInspector };
      registry = createRegistry({ ...shared, gate: { check: (request) => gate.check(request) } });
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    const file = async (path: string, content: string | Uint8Array) => ({ path, ...(await blobs.put(content)) });
    const code = (expected: string) => expect.objectContaining({ code: expected });
    const register = async (model: string, more: Partial<Parameters<Registry['versions']['registerFolder']>[1]> = {}) =>
      registry.versions.registerFolder(ada, {
        model,
        format: 'mlflow',
        files: [await file('MLmodel', model)],
        ...more,
      });

    test('equal folders are different versions that share what they hold', async () => {
      const files = [await file('b/c.txt', 'two'), await file('MLmodel', 'one')];
      const source = { runId: 'a'.repeat(32), loggedModelId: `m-${'b'.repeat(32)}` };
      const said = { files, source, origin: 'runs:/x/model', runLink: 'http://elsewhere', tags: { a: 'ü' } };
      const first = await register('folders', { ...said, description: 'd' });
      const second = await register('folders', { files: files.toReversed() });
      expect(first).toMatchObject({ number: 1, content: 'fixed', bytes: 6, servableDigest: null, description: 'd' });
      expect(first).toMatchObject({ origin: 'runs:/x/model', runLink: 'http://elsewhere', source, tags: { a: 'ü' } });
      expect(second.number).toBe(2);
      expect(second.registeredDigest).toBe(first.registeredDigest);
      expect(second.digest).not.toBe(first.digest);
      for (const digest of [first.digest, first.registeredDigest]) expect(await blobs.has(digest)).toBe(true);
      const at = { model: 'folders', version: 1 };
      expect((await registry.versions.files(at)).map(({ path }) => path)).toEqual(['MLmodel', 'b/c.txt']);
      const { stream } = await registry.versions.openFile(at, 'b/c.txt', { start: 1 });
      expect(await text(stream)).toBe('wo');
      await expect(registry.versions.openFile(at, 'b')).rejects.toEqual(code('not_found'));
    });

    test('a folder with an ONNX file can be served; one with a broken or a second one cannot', async () => {
      const model = smallModel(3);
      const version = await register('onnx-folder', {
        files: [await file('MLmodel', ''), await file('model.onnx', model)],
      });
      expect(version.servableDigest).toBe((await blobs.put(model)).digest);
      expect(version.signature.inputs).toEqual([{ name: 'x', type: 'float32', shape: [null, 2] }]);
      const broken = await register('onnx-folder', { files: [await file('model.onnx', 'no model')] });
      const two = [await file('a.onnx', model), await file('b.onnx', model)];
      const deep = [await file('x/model.onnx', model)];
      expect(broken.servableDigest).toBeNull();
      expect((await register('onnx-folder', { files: two })).servableDigest).toBeNull();
      expect((await register('onnx-folder', { files: deep })).servableDigest).toBeNull();
      const { digest } = await blobs.put(model);
      const native = await registry.versions.register(ada, { model: 'onnx-folder', digest });
      expect(native.servableDigest).toBe(native.digest);
      const dataBeside = splitModel([
        { key: 'location', value: 'w.bin' },
        { key: 'length', value: '8' },
      ]);
      const outside = await register('onnx-folder', {
        files: [await file('model.onnx', dataBeside), await file('w.bin', '')],
      });
      expect(outside.servableDigest).toBeNull();
      const floats = new Uint8Array(new Float32Array([1, 2]).buffer);
      const inside = await register('onnx-folder', {
        files: [await file('model.onnx', dataBeside), await file('w.bin', floats)],
      });
      expect(inside.servableDigest).not.toBeNull();
      expect(inside.servableDigest).not.toBe((await blobs.put(dataBeside)).digest);
      const at = { model: 'onnx-folder', version: native.number };
      expect(await registry.versions.files(at)).toEqual([{ path: 'model.onnx', digest, bytes: model.length }]);
    });

    test('what is no folder is refused', async () => {
      const good = await file('a', 'x');
      const wrong = [
        ...['../a', '/a', 'a/../b', 'a//b', 'a/', '', '.', 'a\\b', 'a\u0000', 'C:\\a', 'a\nb'].map((path) => [
          { ...good, path },
        ]),
        [good, good],
        [good, { ...good, path: 'a/b' }],
        [{ ...good, digest: 'f'.repeat(64) }],
        [{ ...good, bytes: 2 }],
      ];
      for (const files of wrong) await expect(register('refused', { files })).rejects.toEqual(code('invalid_input'));
      await expect(register('absent', { createModel: false })).rejects.toEqual(code('not_found'));
      for (const model of ['a/b', 'a:b', 'a%b', 'a\\b', '..', ' ', 'a\u0007']) {
        await expect(register(model)).rejects.toEqual(code('invalid_input'));
      }
      expect((await register('  Größe ü (neu) #1 ')).model).toBe('Größe ü (neu) #1');
    });

    test('an awaited version takes its files once; a gate does not let it through before', async () => {
      const waiting = await register('awaited', { files: [], content: 'awaited', origin: 'runs:/r/model' });
      expect(waiting).toMatchObject({ content: 'awaited', bytes: 0 });
      const at = { model: 'awaited', version: 1 };
      expect(await registry.versions.files(at)).toEqual([]);
      gate = { check: async () => ({ id: 'v', outcome: 'passed', rules: [], approvals: [], evidenceDigest: null }) };
      const move = { ...at, alias: 'champion' };
      await expect(registry.promotions.setAlias(ada, move)).rejects.toEqual(code('conflict'));
      expect((await registry.versions.fill(ada, at, [])).content).toBe('awaited');
      const both = await Promise.all(
        ['one', 'two'].map(async (text) => registry.versions.fill(ada, at, [await file('a', text)])),
      );
      expect(new Set(both.map((one) => one.digest)).size).toBe(1);
      expect(both[0]).toMatchObject({ content: 'fixed', bytes: 3, id: waiting.id });
      expect(both[0]!.digest).not.toBe(waiting.digest);
      const later = await registry.versions.fill(ada, at, [await file('b', 'later')]);
      expect(later.digest).toBe(both[0]!.digest);
      expect((await registry.versions.files(at)).map(({ path }) => path)).toEqual(['a']);
      await registry.promotions.setAlias(ada, move);
      gate = openGate;
      const filled = await spine.ledger.read({ types: ['model-version.filled'], limit: 10 });
      expect(filled.map((event) => event.data)).toEqual([{ ...at, digest: later.digest, bytes: 3 }]);
      for (const content of ['elsewhere', 'none'] as const) {
        const version = await register('awaited', { files: [], content });
        const where = { model: 'awaited', version: version.number };
        expect((await registry.versions.fill(ada, where, [await file('a', 'x')])).content).toBe(content);
      }
    });

    test('what is in the files is scanned as they are fixed, and only the registry says what it found', async () => {
      const scanOf = async (version: number) => {
        const kept = await registry.versions.evidence({ model: 'scanned', version });
        return kept
          .filter(({ name }) => name === 'scan')
          .map(({ document, createdBy }) => ({ ...document, createdBy }));
      };
      const evil = await file('model.pkl', "cos\nsystem\n(S'id'\ntR.");
      const own = 'flavors:\n  python_function:\n    loader_module: theirs\n    code: code\n';
      await register('scanned');
      await register('scanned', {
        files: [evil, await file('MLmodel', own), await file('code/theirs.py', 'import os')],
      });
      await register('scanned', { files: [], content: 'awaited' });
      const clean = { verdict: 'safe', findings: [], omitted: 0, scanner: 1, createdBy: 'system' };
      expect(await scanOf(1)).toEqual([{ ...clean, files: 1 }]);
      expect(await scanOf(2)).toMatchObject([{ verdict: 'dangerous', files: 3, omitted: 0 }]);
      expect((await scanOf(2))[0]).toMatchObject({
        findings: [
          { path: 'MLmodel', level: 'dangerous', what: 'Flavor python_function is loaded by the module theirs.' },
          { path: 'model.pkl', level: 'dangerous', what: 'Its pickle imports os.system.' },
          { path: 'MLmodel', level: 'suspicious' },
          { path: 'code/theirs.py', level: 'suspicious' },
        ],
      });
      expect(await scanOf(3)).toEqual([]);
      await registry.versions.fill(ada, { model: 'scanned', version: 3 }, [evil]);
      expect(await scanOf(3)).toMatchObject([{ verdict: 'dangerous' }]);
      const forged = { name: 'scan', document: { verdict: 'safe' } };
      const forge = registry.versions.attachEvidence(ada, { model: 'scanned', version: 2 }, forged);
      await expect(forge).rejects.toEqual(code('forbidden'));
      const { digest } = await blobs.put("cposix\nsystem\n(S'id'\ntR.");
      await registry.versions.register(ada, { model: 'scanned', digest, format: 'pickle' });
      expect(await scanOf(4)).toMatchObject([{ verdict: 'dangerous', files: 1 }]);
    });

    test('deleting with release takes aliases and stages along, on record, and numbers are never used again', async () => {
      const { digest } = await blobs.put(smallModel(77));
      await registry.versions.register(ada, { model: 'released', digest });
      await registry.promotions.setAlias(ada, { model: 'released', alias: '2026', version: 1 });
      await registry.promotions.setStage(ada, { model: 'released', version: 1, stage: 'production' });
      await expect(registry.versions.delete(ada, { model: 'released', version: 1 })).rejects.toEqual(code('in_use'));
      await registry.versions.delete(ada, { model: 'released', version: 1 }, { release: true });
      expect((await registry.models.get('released')).aliases).toEqual({});
      const moves = await registry.promotions.aliasHistory({ model: 'released', limit: 10 });
      expect(moves.items[0]).toMatchObject({ from: 1, to: null, reason: 'The version was deleted.' });
      expect((await register('released')).number).toBe(2);
      const back = await registry.versions.register(ada, { model: 'released', digest });
      expect(back).toMatchObject({ number: 1, stage: 'none', aliases: [] });
      await registry.promotions.setAlias(ada, { model: 'released', alias: 'a', version: 2 });
      await expect(registry.models.delete(ada, 'released')).rejects.toEqual(code('in_use'));
      await registry.models.delete(ada, 'released', { release: true });
      await expect(registry.models.get('released')).rejects.toEqual(code('not_found'));
    });

    test('which versions were in a stage at a moment', async () => {
      const at = clock.now();
      for (const _ of [1, 2, 3]) await register('staged in time');
      const change = async (version: number, stage: 'staging' | 'production' | 'archived') => {
        clock.advance(1000);
        await registry.promotions.setStage(ada, { model: 'staged in time', version, stage });
      };
      await change(1, 'production');
      await change(2, 'production');
      await change(1, 'archived');
      const then = (stage: 'none' | 'production' | 'archived', seconds: number) =>
        registry.promotions.stageAt('staged in time', stage, at + seconds * 1000);
      expect(await Promise.all([0, 1, 2, 3].map((seconds) => then('production', seconds)))).toEqual([
        [],
        [1],
        [2, 1],
        [2],
      ]);
      expect(await then('none', 0)).toEqual([3, 2, 1]);
      expect(await then('none', -1)).toEqual([]);
      expect(await then('archived', 5)).toEqual([1]);
      clock.advance(1000);
      await registry.versions.delete(ada, { model: 'staged in time', version: 3 });
      expect(await then('none', 2)).toEqual([3]);
      expect(await then('none', 10)).toEqual([]);
    });

    test('the newest version of each stage', async () => {
      for (const _ of [1, 2, 3, 4]) await register('newest');
      await registry.promotions.setStage(ada, { model: 'newest', version: 1, stage: 'production' });
      await registry.versions.delete(ada, { model: 'newest', version: 4 });
      const newest = await registry.versions.newestOfStages(['newest', 'folders', 'nothing']);
      expect(newest.get('newest')!.map(({ number, stage }) => [number, stage])).toEqual([
        [1, 'production'],
        [3, 'none'],
      ]);
      expect([...newest.keys()].sort()).toEqual(['folders', 'newest']);
    });

    testSearches(() => ({ registry, actor: ada, advance: (ms) => clock.advance(ms) }));
  });
}

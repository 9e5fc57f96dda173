import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { type Blobs, createLocalBlobs } from '../../blobs/index.ts';
import type { BackgroundTask } from '../../database/background.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { sha256 } from '../../kernel/hash.ts';
import { createTracking, type Tracking } from './index.ts';

const actor: Actor = { ...systemActor, id: 'u1', kind: 'user', name: 'ada' };
const code = (value: string) => expect.objectContaining({ code: value });
const all = { limit: 1000 };
const dayMs = 24 * 3_600_000;

/** What files of any owner do, on every backend. */
export function describeArtifacts(backend: (typeof backends)[number]): void {
  describe(`artifacts on ${backend.name}`, () => {
    let opened: TestDatabase;
    let tracking: Tracking;
    let blobs: Blobs;
    let folder: string;
    const clock = createManualClock(1_700_000_000_000);
    const tasks: BackgroundTask[] = [];
    const owners = ['', `m-${'a'.repeat(32)}`, `tr-${'b'.repeat(32)}`];

    beforeAll(async () => {
      opened = await backend.open();
      const { ledger } = createSpine(opened.database, clock);
      folder = await mkdtemp(join(tmpdir(), 'tidemill-artifacts-'));
      blobs = await createLocalBlobs(folder);
      const background = { add: (task: BackgroundTask) => void tasks.push(task) };
      tracking = createTracking({ database: opened.database, ledger, clock, blobs, background });
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    const newRun = async () => (await tracking.runs.create(actor, { experiment: 'Default' })).id;
    const pathsOf = async (owner: string, under: string) =>
      (await tracking.artifacts.files(owner, under)).map(({ path }) => path);
    const uploadFolders = async () => (await blobs.listPath('uploads', { limit: 100 })).items.length;

    test('owners do not see each other; files below a folder, and the one of a path', async () => {
      const { artifacts } = tracking;
      for (const owner of owners) {
        for (const path of ['a', 'model/MLmodel', 'model/data/x', 'model.txt']) {
          await artifacts.put(owner, path, `${owner} ${path}`);
        }
      }
      const [, model = ''] = owners;
      expect(await pathsOf(model, '')).toEqual(['a', 'model.txt', 'model/MLmodel', 'model/data/x']);
      expect(await pathsOf(model, 'model')).toEqual(['model/MLmodel', 'model/data/x']);
      expect(await pathsOf(model, 'a')).toEqual(['a']);
      expect(await pathsOf(model, 'mode')).toEqual([]);
      const [file] = await artifacts.files(model, 'a');
      expect(file).toMatchObject({ kind: 'file', bytes: 36, digest: sha256(`${model} a`) });
      expect(await text(await artifacts.content(file!, { start: 35 }))).toBe('a');
      expect(await text((await artifacts.open(model, 'a', { start: 0, end: 2 })).stream)).toBe('m-');
      expect(await artifacts.stat(model, 'model')).toMatchObject({ kind: 'folder', digest: null });
      expect(await artifacts.stat(model, 'none')).toBeUndefined();
      expect(await artifacts.delete(model, '')).toBe(true);
      expect(await artifacts.delete(model, '')).toBe(false);
      expect(await pathsOf(model, '')).toEqual([]);
      expect(await pathsOf('', '')).toHaveLength(4);
    });

    test('more files than are read at once, in order', async () => {
      const owner = `m-${'c'.repeat(32)}`;
      const content = await blobs.put('the same');
      await opened.database.transaction(async () => {
        for (let i = 0; i < 520; i++) await tracking.artifacts.link(owner, `f/${String(i).padStart(4, '0')}`, content);
      });
      const files = await tracking.artifacts.files(owner, 'f');
      expect(files).toHaveLength(520);
      expect(files.at(-1)).toMatchObject({ path: 'f/0519', digest: content.digest });
      const first = await tracking.artifacts.list(owner, 'f', { limit: 500 });
      expect(first.items).toHaveLength(500);
      expect(
        (await tracking.artifacts.list(owner, 'f', { ...all, pageToken: first.nextPageToken })).items,
      ).toHaveLength(20);
    });

    test('files written and folders removed at once leave nothing that no list shows', async () => {
      const owner = `m-${'d'.repeat(32)}`;
      await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          i % 3 === 2 ? tracking.artifacts.delete(owner, 'x') : tracking.artifacts.put(owner, `x/y/${i}`, 'same'),
        ),
      );
      const listed = (await tracking.artifacts.list(owner, 'x/y', all)).items.map(({ path }) => path);
      expect(await pathsOf(owner, '')).toEqual(listed);
      if (listed.length > 0)
        expect(await tracking.artifacts.list(owner, '', all)).toMatchObject({ items: [{ path: 'x' }] });
    });

    test('a run that is deleted gives its files and takes none', async () => {
      const run = await newRun();
      const { artifacts } = tracking.runs;
      await artifacts.put(run, 'kept', 'kept');
      await tracking.runs.delete(actor, run);
      expect(await text((await artifacts.open(run, 'kept')).stream)).toBe('kept');
      await expect(artifacts.put(run, 'new', 'x')).rejects.toEqual(code('conflict'));
      await expect(artifacts.link(run, 'new', { digest: sha256('kept'), bytes: 4 })).rejects.toEqual(code('conflict'));
      await expect(artifacts.delete(run, 'kept')).rejects.toEqual(code('conflict'));
      await expect(tracking.uploads.begin(run, 'large')).rejects.toEqual(code('conflict'));
      await expect(artifacts.files('0'.repeat(32), '')).rejects.toEqual(code('not_found'));
    });

    test('where the files of new experiments are to go can be said for all of them', async () => {
      const { ledger } = createSpine(opened.database, clock);
      const elsewhere = createTracking({
        database: opened.database,
        ledger,
        clock,
        blobs,
        artifactRoot: 's3://files/ml/',
      });
      const made = await elsewhere.experiments.create(actor, { name: 'elsewhere' });
      expect(made.artifactLocation).toBe(`s3://files/ml/${made.id}`);
      const own = await elsewhere.experiments.create(actor, { name: 'own place', artifactLocation: 's3://own' });
      expect(own.artifactLocation).toBe('s3://own');
    });

    test('an upload in parts: any order, again, seen when whole, completed twice', async () => {
      const { uploads, artifacts } = tracking;
      const run = await newRun();
      const id = await uploads.begin(run, 'in/parts.bin');
      expect(await uploads.target(id)).toEqual({ owner: run, path: 'in/parts.bin' });
      const wrong = await uploads.addPart(id, 2, 'wrong');
      const third = await uploads.addPart(id, 3, 'three');
      const [second, first] = await Promise.all([uploads.addPart(id, 2, 'two, '), uploads.addPart(id, 1, 'one, ')]);
      expect(await artifacts.stat(run, 'in/parts.bin')).toBeUndefined();
      const parts = [
        { number: 3, digest: third.digest },
        { number: 1, digest: first.digest },
        { number: 2, digest: second.digest },
      ];
      for (const bad of [
        [],
        [parts[0]!, parts[0]!],
        [{ number: 2, digest: wrong.digest }],
        [{ ...parts[0]!, number: 4 }],
      ]) {
        await expect(uploads.complete(id, bad)).rejects.toEqual(code('invalid_input'));
      }
      for (const number of [0, 1.5, 10_001]) {
        await expect(uploads.addPart(id, number, 'x')).rejects.toEqual(code('invalid_input'));
      }
      await Promise.all([uploads.complete(id, parts), uploads.complete(id, parts)]);
      await uploads.complete(id, parts);
      const { stream, digest } = await artifacts.open(run, 'in/parts.bin');
      expect(await text(stream)).toBe('one, two, three');
      expect(digest).toBe(sha256('one, two, three'));
      await expect(uploads.addPart(id, 1, 'late')).rejects.toEqual(code('conflict'));
      await uploads.abort(id);
      expect(await artifacts.stat(run, 'in/parts.bin')).toBeDefined();
      expect(await uploadFolders()).toBe(0);
    });

    test('an upload given up, or left alone for a day, leaves nothing', async () => {
      const { uploads } = tracking;
      const aborted = await uploads.begin('', 'large');
      const stale = await uploads.begin('', 'larger');
      for (const id of [aborted, stale]) await uploads.addPart(id, 1, 'x');
      await uploads.abort(aborted);
      await uploads.abort(aborted);
      await expect(uploads.addPart(aborted, 1, 'x')).rejects.toEqual(code('not_found'));
      await expect(uploads.complete(aborted, [])).rejects.toEqual(code('not_found'));
      const clean = tasks.find(({ name }) => name === 'artifact-uploads')!;
      const turn = { fence: 1, signal: new AbortController().signal };
      clock.advance(dayMs - 1000);
      await uploads.addPart(stale, 2, 'y');
      clock.advance(2000);
      await clean.run(turn);
      expect(await uploadFolders()).toBe(1);
      clock.advance(dayMs);
      await clean.run(turn);
      expect(await uploadFolders()).toBe(0);
      await expect(uploads.target(stale)).rejects.toEqual(code('not_found'));
    });
  });
}

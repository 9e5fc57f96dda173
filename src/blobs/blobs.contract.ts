import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../kernel/hash.ts';
import type { Page } from '../kernel/page.ts';
import type { Blobs, PathEntry, StoredContent } from './blobs.ts';

/** A store for one test file, and how to be rid of it. */
export interface OpenedBlobs {
  blobs: Blobs;
  dispose(): Promise<void>;
}

/** What every implementation of `Blobs` keeps. */
export function describeBlobs(name: string, openBlobs: () => Promise<OpenedBlobs>): void {
  describe(`blobs on ${name}`, () => {
    let opened: OpenedBlobs;
    let blobs: Blobs;
    beforeAll(async () => {
      opened = await openBlobs();
      blobs = opened.blobs;
    });
    afterAll(() => opened.dispose());

    describeContent(() => blobs);
    describePaths(() => blobs);
    describeRefusals(() => blobs);
  });
}

function describeContent(blobs: () => Blobs): void {
  test('content comes back under its sha256, from bytes, text and streams alike', async () => {
    const bytes = randomBytes(300_000);
    const digest = sha256(bytes);
    expect(await blobs().put(bytes)).toEqual({ digest, bytes: 300_000 });
    const stream = Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]);
    expect(await blobs().put(stream)).toEqual({ digest, bytes: 300_000 });
    expect(await blobs().read(digest, { verify: true })).toEqual(bytes);
    expect(await readFile(await blobs().localPath(digest))).toEqual(bytes);
    expect(await blobs().stat(digest)).toEqual({ digest, bytes: 300_000 });
    expect((await blobs().put('grüße')).digest).toBe(sha256('grüße'));
  });

  test('empty content is content', async () => {
    const { digest, bytes } = await blobs().put('');
    expect([digest, bytes]).toEqual([sha256(''), 0]);
    expect(await blobs().read(digest)).toEqual(Buffer.alloc(0));
    expect(await buffer(await blobs().open(digest))).toEqual(Buffer.alloc(0));
  });

  test('ranges start where they say and end before their end', async () => {
    const { digest } = await blobs().put('0123456789-range');
    const part = async (start: number, end?: number) =>
      (await buffer(await blobs().open(digest, end === undefined ? { start } : { start, end }))).toString();
    expect(await part(0, 4)).toBe('0123');
    expect(await part(4, 5)).toBe('4');
    expect(await part(10)).toBe('-range');
    expect(await part(10, 9_999)).toBe('-range');
    expect(await part(3, 3)).toBe('');
    expect(await part(16)).toBe('');
    for (const wrong of [{ start: 17 }, { start: -1 }, { start: 5, end: 4 }, { start: 0.5 }]) {
      await expect(blobs().open(digest, wrong)).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });

  test('puts of the same content at the same time all succeed', async () => {
    const bytes = randomBytes(200_000);
    const puts = Array.from({ length: 12 }, (_, i) => blobs().put(i % 2 ? bytes : Readable.from([bytes])));
    for (const stored of await Promise.all(puts)) expect(stored).toEqual({ digest: sha256(bytes), bytes: 200_000 });
    expect(await blobs().read(sha256(bytes), { verify: true })).toEqual(bytes);
  });

  test('a stream that fails stores nothing', async () => {
    const before = await allContent(blobs());
    const failing = Readable.from(
      (async function* () {
        yield randomBytes(100_000);
        throw new Error('the client went away');
      })(),
    );
    await expect(blobs().put(failing)).rejects.toThrow('the client went away');
    expect(await allContent(blobs())).toEqual(before);
  });

  test('delete removes once; what is missing is not found', async () => {
    const { digest } = await blobs().put('to be deleted');
    expect(await blobs().delete(digest)).toBe(true);
    expect(await blobs().delete(digest)).toBe(false);
    expect(await blobs().has(digest)).toBe(false);
    expect(await blobs().stat(digest)).toBeUndefined();
    await expect(blobs().open(digest)).rejects.toMatchObject({ code: 'not_found' });
    await expect(blobs().read(digest)).rejects.toMatchObject({ code: 'not_found' });
    await expect(blobs().localPath(digest)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('the list has every digest once, in order, however small its pages', async () => {
    const put = await Promise.all(Array.from({ length: 25 }, (_, i) => blobs().put(`listed ${i}`)));
    const listed = (await allContent(blobs(), 4)).map((item) => item.digest);
    expect(listed).toEqual([...new Set(listed)].sort());
    for (const { digest } of put) expect(listed).toContain(digest);
  });
}

function describePaths(blobs: () => Blobs): void {
  test('a file is replaced whole', async () => {
    const path = 'replace/a b/ünï.txt';
    expect(await blobs().putPath(path, 'first')).toEqual({ path, bytes: 5, digest: sha256('first') });
    await blobs().putPath(path, Readable.from([Buffer.from('second!')]));
    expect((await buffer(await blobs().openPath(path))).toString()).toBe('second!');
    expect((await buffer(await blobs().openPath(path, { start: 1, end: 3 }))).toString()).toBe('ec');
    expect(await blobs().statPath(path)).toMatchObject({ path, bytes: 7 });
  });

  test('a failed write leaves the file as it was', async () => {
    await blobs().putPath('kept/file', 'old');
    const failing = Readable.from(
      (async function* () {
        yield Buffer.from('new');
        throw new Error('cut');
      })(),
    );
    await expect(blobs().putPath('kept/file', failing)).rejects.toThrow('cut');
    expect((await buffer(await blobs().openPath('kept/file'))).toString()).toBe('old');
  });

  test('folders list their children or everything below, in the byte order of paths, in pages', async () => {
    const paths = ['tree/a-b', 'tree/a.txt', 'tree/a/1', 'tree/a/2/deep', 'tree/b/3', 'tree/ä', 'tree/z'];
    for (const path of paths) await blobs().putPath(path, 'x');
    const inOrder = ['tree/a-b', 'tree/a.txt', 'tree/a/1', 'tree/a/2/deep', 'tree/b/3', 'tree/z', 'tree/ä'];
    for (const limit of [1, 2, 3, 100]) {
      expect((await allPaths(blobs(), { folder: 'tree', limit, recursive: true })).map((e) => e.path)).toEqual(inOrder);
      const children = await allPaths(blobs(), { folder: 'tree', limit, recursive: false });
      expect(children.map((e) => [e.path, e.kind, e.bytes])).toEqual([
        ['tree/a-b', 'file', 1],
        ['tree/a.txt', 'file', 1],
        ['tree/a', 'folder', 0],
        ['tree/b', 'folder', 0],
        ['tree/z', 'file', 1],
        ['tree/ä', 'file', 1],
      ]);
    }
    expect(await blobs().listPath('no/such/folder', { limit: 5 })).toEqual({ items: [] });
    expect((await blobs().listPath('', { limit: 1000 })).items.map((e) => e.path)).toContain('tree');
  });

  test('deleting a folder deletes what is below it and nothing beside it', async () => {
    for (const path of ['gone/run/1', 'gone/run/sub/2', 'gone/run-2']) await blobs().putPath(path, 'x');
    expect(await blobs().deletePath('gone/run')).toBe(true);
    expect(await blobs().deletePath('gone/run')).toBe(false);
    expect(await blobs().statPath('gone/run/1')).toBeUndefined();
    expect(await blobs().statPath('gone/run-2')).toBeDefined();
    await expect(blobs().openPath('gone/run/1')).rejects.toMatchObject({ code: 'not_found' });
    await expect(blobs().openPath('gone')).rejects.toMatchObject({ code: 'not_found' });
  });
}

/** Paths that would leave the store, plainly or after decoding, and names no file system takes. */
export const hostilePaths = [
  '',
  '.',
  '..',
  '/etc/passwd',
  '//x',
  'a//b',
  'a/',
  'a/./b',
  '../x',
  'a/../../x',
  'a/%2e%2e/b',
  'a/%2E./b',
  '%2e%2e%2fx',
  'a/%252e%252e/b',
  'a/%25252e%25252e%25252fb',
  '%zz%2e%2e%2f%2e%2e/x',
  '%2fetc/passwd',
  'a\\..\\b',
  '..%5cx',
  'C:/windows',
  'c%3a/windows',
  'a\0b',
  'a%00b',
  'a\nb',
  '\ud800',
  'x'.repeat(256),
  'x/'.repeat(600),
];

function describeRefusals(blobs: () => Blobs): void {
  test.each(hostilePaths)('the path %j is refused by every verb', async (path) => {
    const refused = { code: 'invalid_path' };
    await expect(blobs().putPath(path, 'x')).rejects.toMatchObject(refused);
    await expect(blobs().openPath(path)).rejects.toMatchObject(refused);
    await expect(blobs().statPath(path)).rejects.toMatchObject(refused);
    await expect(blobs().deletePath(path)).rejects.toMatchObject(refused);
    if (path !== '') await expect(blobs().listPath(path, { limit: 1 })).rejects.toMatchObject(refused);
  });

  test.each(['', 'abc', '../x', 'A'.repeat(64), `${'a'.repeat(63)}/`])('the digest %j is refused', async (digest) => {
    for (const verb of ['has', 'stat', 'open', 'read', 'delete', 'localPath'] as const) {
      await expect(blobs()[verb](digest)).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });
}

async function allContent(blobs: Blobs, limit = 1000): Promise<StoredContent[]> {
  return allOf((pageToken) => blobs.list({ limit, pageToken }));
}

async function allPaths(blobs: Blobs, how: { folder: string; limit: number; recursive: boolean }) {
  return allOf<PathEntry>((pageToken) => blobs.listPath(how.folder, { ...how, pageToken }));
}

async function allOf<T>(read: (pageToken: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let pageToken: string | undefined;
  do {
    const page = await read(pageToken);
    all.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return all;
}

import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { describeBlobs } from './blobs.contract.ts';
import { createLocalBlobs } from './local.ts';

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemill-blobs-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describeBlobs('a local folder', async () => ({ blobs: await createLocalBlobs(newFolder()), dispose: async () => {} }));

describe('a local folder', () => {
  test('bytes that rotted are found by a verified read, and healed by storing the content again', async () => {
    const blobs = await createLocalBlobs(newFolder());
    const { digest } = await blobs.put('sound bytes');
    const place = await blobs.localPath(digest);
    await chmod(place, 0o644);
    await writeFile(place, 'rotten');
    await expect(blobs.read(digest, { verify: true })).rejects.toMatchObject({ code: 'corrupt' });
    expect((await blobs.read(digest)).toString()).toBe('rotten');
    await blobs.put('sound bytes');
    expect((await blobs.read(digest, { verify: true })).toString()).toBe('sound bytes');
  });

  test('a full disk stops a write and leaves nothing, also in the middle of a stream', async () => {
    const folder = newFolder();
    let room = 100_000;
    const admit = (bytes: number) => {
      room -= bytes;
      if (room < 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    const blobs = await createLocalBlobs(folder, { admit });
    await blobs.putPath('run/model.bin', 'the old model');
    async function* large() {
      for (let i = 0; i < 10; i++) yield Buffer.alloc(20_000, i);
    }
    await expect(blobs.put(large())).rejects.toMatchObject({ code: 'disk_full' });
    room = 50_000;
    await expect(blobs.putPath('run/model.bin', large())).rejects.toMatchObject({ code: 'disk_full' });
    expect(readdirSync(join(folder, 'staging'))).toEqual([]);
    expect(await blobs.list({ limit: 10 })).toEqual({ items: [] });
    expect(await blobs.statPath('run/model.bin')).toMatchObject({ bytes: 13 });
    room = 1_000_000;
    expect((await blobs.put(large())).bytes).toBe(200_000);
  });

  test('links that lead out of the folder are not followed', async () => {
    const folder = newFolder();
    const outside = newFolder();
    writeFileSync(join(outside, 'secret'), 'secret');
    const blobs = await createLocalBlobs(folder);
    mkdirSync(join(folder, 'artifacts', 'run'));
    symlinkSync(outside, join(folder, 'artifacts', 'run', 'out'));
    symlinkSync(join(outside, 'secret'), join(folder, 'artifacts', 'run', 'file'));
    symlinkSync(join(outside, 'nothing'), join(folder, 'artifacts', 'run', 'dangling'));
    for (const path of ['run/out/secret', 'run/out/new', 'run/out', 'run/file', 'run/dangling', 'run/dangling/x']) {
      await expect(blobs.openPath(path)).rejects.toMatchObject({ code: 'invalid_path' });
      await expect(blobs.putPath(path, 'x')).rejects.toMatchObject({ code: 'invalid_path' });
      await expect(blobs.deletePath(path)).rejects.toMatchObject({ code: 'invalid_path' });
    }
    await expect(blobs.listPath('run/out', { limit: 1 })).rejects.toMatchObject({ code: 'invalid_path' });
    expect(await blobs.listPath('run', { limit: 9 })).toEqual({ items: [] });
    expect(readdirSync(outside)).toEqual(['secret']);
  });

  test('a path through a file, and a file over a folder, are conflicts', async () => {
    const blobs = await createLocalBlobs(newFolder());
    await blobs.putPath('a', 'file');
    await blobs.putPath('b/c', 'file');
    await expect(blobs.putPath('a/b', 'x')).rejects.toMatchObject({ code: 'conflict' });
    await expect(blobs.putPath('b', 'x')).rejects.toMatchObject({ code: 'conflict' });
    await expect(blobs.openPath('a/b')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('opening removes what a killed process left in staging, and nothing that may still be written', async () => {
    const folder = newFolder();
    await createLocalBlobs(folder);
    const old = join(folder, 'staging', 'old');
    writeFileSync(old, 'half');
    writeFileSync(join(folder, 'staging', 'young'), 'half');
    const hoursAgo = Date.now() / 1000 - 7200;
    utimesSync(old, hoursAgo, hoursAgo);
    await createLocalBlobs(folder);
    expect(readdirSync(join(folder, 'staging'))).toEqual(['young']);
  });

  test('an open stream outlives the deletion of its content', async () => {
    const blobs = await createLocalBlobs(newFolder());
    const { digest } = await blobs.put(Buffer.alloc(500_000, 7));
    const stream = await blobs.open(digest);
    await blobs.delete(digest);
    let bytes = 0;
    for await (const chunk of stream) bytes += chunk.length;
    expect(bytes).toBe(500_000);
  });
});

const disk = mountSmallDisk();

describe('a real disk of one megabyte', () => {
  test.skipIf(disk === undefined)(`refuses what does not fit and stays usable${disk ? '' : whyNot()}`, async () => {
    const blobs = await createLocalBlobs(disk!);
    await blobs.putPath('small', 'fits');
    async function* tooMuch() {
      for (let i = 0; i < 40; i++) yield Buffer.alloc(64 * 1024, i);
    }
    await expect(blobs.put(tooMuch())).rejects.toMatchObject({ code: 'disk_full' });
    await expect(blobs.putPath('small', tooMuch())).rejects.toMatchObject({ code: 'disk_full' });
    expect(readdirSync(join(disk!, 'staging'))).toEqual([]);
    expect(await blobs.statPath('small')).toMatchObject({ bytes: 4 });
    expect((await blobs.put(Buffer.alloc(300_000))).bytes).toBe(300_000);
  });
  afterAll(() => {
    if (disk) execFileSync('umount', [disk]);
  });
});

describe('content that nothing needs', () => {
  test('goes when it is old; put again it is young, and a clearing that broke off gives it back', async () => {
    const folder = newFolder();
    const blobs = await createLocalBlobs(folder);
    const { digest } = await blobs.put('cleared away');
    const place = await blobs.localPath(digest);
    const hourAgo = new Date(Date.now() - 3_600_000);
    expect(await blobs.deleteUnused(digest, Date.now() - 60_000)).toBe(false);
    utimesSync(place, hourAgo, hourAgo);
    expect(await blobs.deleteUnused(digest, Date.now() - 60_000, { dryRun: true })).toBe(true);
    expect(await blobs.has(digest)).toBe(true);
    await blobs.put('cleared away');
    expect(await blobs.deleteUnused(digest, Date.now() - 60_000)).toBe(false);
    utimesSync(place, hourAgo, hourAgo);
    expect(await blobs.deleteUnused(digest, Date.now() - 60_000)).toBe(true);
    expect(await blobs.has(digest)).toBe(false);
    expect(await blobs.deleteUnused(digest, Date.now())).toBe(false);

    await blobs.put('cleared away');
    renameSync(place, join(folder, 'staging', `unused-${digest}`));
    expect(await (await createLocalBlobs(folder)).has(digest)).toBe(true);
  });
});

function whyNot(): string {
  return ' (skipped: this user may not mount a tmpfs)';
}

function mountSmallDisk(): string | undefined {
  const folder = newFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  return mounted.status === 0 ? folder : undefined;
}

import { constants, createReadStream } from 'node:fs';
import { access, mkdir, open, readFile, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { fail, notFound } from '../kernel/errors.ts';
import { sha256 } from '../kernel/hash.ts';
import type { Blobs, ByteRange, Content, StoredContent, StoredFile } from './blobs.ts';
import { asideOf, clearAway, isOlder, restoreAside, touch } from './clearing.ts';
import { listContent, listFiles } from './listing.ts';
import { checkDigest, placeInside } from './paths.ts';
import { fromFileError, publish, removeStale, type Staging, stage, syncFolder } from './staging.ts';

/** How a local store behaves, where the defaults do not fit. */
export interface LocalBlobsOptions {
  /** Asked before each write with its number of bytes; may throw to refuse it (a quota; a full disk in a test). */
  admit?: (bytes: number) => void;
  /** Staging files untouched for so long belong to no running process and are removed when the store opens. */
  staleAfterMs?: number;
}

interface Folders extends Staging {
  objects: string;
  artifacts: string;
}

/**
 * Opens the store in a folder: `objects/sha256/ab/…` by digest, `artifacts/…` by path, `staging/` for what is being written.
 * Several processes may use one folder.
 */
export async function createLocalBlobs(folder: string, options: LocalBlobsOptions = {}): Promise<Blobs> {
  const root = resolve(folder);
  const at: Folders = {
    objects: join(root, 'objects', 'sha256'),
    artifacts: join(root, 'artifacts'),
    folder: join(root, 'staging'),
    admit: options.admit,
  };
  for (const each of [at.objects, at.artifacts, at.folder]) await mkdir(each, { recursive: true });
  await restoreAside(at.folder, (digest) => objectAt(at, digest));
  await removeStale(at.folder, Date.now() - (options.staleAfterMs ?? 3_600_000));
  return {
    put: (content) => put(at, content),
    has: async (digest) => (await sizeOf(objectAt(at, digest))) !== undefined,
    async stat(digest) {
      const bytes = await sizeOf(objectAt(at, digest));
      return bytes === undefined ? undefined : { digest, bytes };
    },
    open: async (digest, range) => openFile(objectAt(at, digest), { range, what: 'content', name: digest }),
    read: async (digest, { verify = false } = {}) => read(at, digest, verify),
    delete: async (digest) => removeFile(objectAt(at, digest)),
    deleteUnused: (digest, before, { dryRun = false } = {}) => {
      const place = objectAt(at, digest);
      return dryRun ? isOlder(place, before) : clearAway({ place, aside: asideOf(at.folder, digest) }, before);
    },
    async localPath(digest) {
      const place = objectAt(at, digest);
      await access(place).catch(() => notFound('content', digest));
      return place;
    },
    list: (request) => listContent(at.objects, request),
    putPath: (path, content) => putPath(at, path, content),
    openPath: async (path, range) =>
      openFile(await placeInside(at.artifacts, path), { range, what: 'file', name: path }),
    statPath: (path) => statPath(at, path),
    async listPath(inside, request) {
      if (inside !== '') await placeInside(at.artifacts, inside);
      return listFiles(at.artifacts, inside, request);
    },
    deletePath: (path) => deletePath(at, path),
  };
}

function objectAt(at: Folders, digest: string): string {
  return join(at.objects, checkDigest(digest).slice(0, 2), digest.slice(2));
}

async function put(at: Folders, content: Content): Promise<StoredContent> {
  if (typeof content === 'string' || content instanceof Uint8Array) {
    const digest = sha256(content);
    const bytes = Buffer.byteLength(content);
    const place = objectAt(at, digest);
    if ((await sizeOf(place)) === bytes && (await touch(place))) {
      // Whoever put it first may not have synced its name yet, and our answer promises that it is durable.
      await syncFolder(dirname(place));
      return { digest, bytes };
    }
  }
  const staged = await stage(at, content);
  await publish(staged, objectAt(at, staged.digest));
  return { digest: staged.digest, bytes: staged.bytes };
}

async function read(at: Folders, digest: string, verify: boolean): Promise<Buffer> {
  const bytes = await readFile(objectAt(at, digest)).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return notFound('content', digest);
    throw error;
  });
  if (verify && sha256(bytes) !== digest) {
    return fail('corrupt', `The stored bytes of ${digest} do not match their digest.`, {
      field: 'digest',
      value: digest,
    });
  }
  return bytes;
}

async function putPath(at: Folders, path: string, content: Content): Promise<StoredFile> {
  const place = await placeInside(at.artifacts, path);
  const staged = await stage(at, content);
  await publish(staged, place);
  return { path, digest: staged.digest, bytes: staged.bytes };
}

async function statPath(at: Folders, path: string) {
  const found = await statOf(await placeInside(at.artifacts, path));
  return found?.isFile() ? { path, bytes: found.size, modifiedAt: Math.trunc(found.mtimeMs) } : undefined;
}

async function deletePath(at: Folders, path: string): Promise<boolean> {
  const place = await placeInside(at.artifacts, path);
  if (!(await statOf(place))) return false;
  await rm(place, { recursive: true, force: true });
  await syncFolder(dirname(place)).catch(() => {});
  return true;
}

/** A stat, or nothing where there is no such file: a file in the middle of a path also means that. */
async function statOf(place: string) {
  return stat(place).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}

async function sizeOf(place: string): Promise<number | undefined> {
  const found = await statOf(place);
  return found?.isFile() ? found.size : undefined;
}

async function removeFile(place: string): Promise<boolean> {
  try {
    await unlink(place);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return false;
    throw fromFileError(error);
  }
}

/** Opens before it answers, so that a missing file is an error of the call and a later delete does not cut the stream. */
async function openFile(
  place: string,
  wanted: { range: ByteRange | undefined; what: string; name: string },
): Promise<Readable> {
  const handle = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return notFound(wanted.what, wanted.name);
    throw error;
  });
  const { start = 0, end } = wanted.range ?? {};
  const found = await handle.stat();
  const last = Math.min(end ?? found.size, found.size) - 1;
  const isRange = Number.isInteger(start) && start >= 0 && start <= found.size && (end === undefined || end >= start);
  if (!found.isFile() || !isRange) {
    await handle.close();
    if (!found.isFile()) return notFound(wanted.what, wanted.name);
    return fail('invalid_input', `The range ${start} to ${end ?? ''} is not inside ${found.size} bytes.`, {
      field: 'range',
    });
  }
  if (last < start) {
    await handle.close();
    return Readable.from([]);
  }
  return createReadStream('', { fd: handle, start, end: last });
}

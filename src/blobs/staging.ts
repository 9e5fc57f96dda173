import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, TidemillError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { type BatchWriter, createBatchWriter } from './batch-writer.ts';
import type { Content, StoredContent } from './blobs.ts';

/** Where bytes are written before they get their name, and what may refuse them. */
export interface Staging {
  folder: string;
  /** Asked before each write with its number of bytes; a quota, or a test's full disk, throws. */
  admit?: ((bytes: number) => void) | undefined;
}

/** Content on disk and synced, still without its final name. */
export interface Staged extends StoredContent {
  file: string;
}

/** Writes content to a new staging file, hashed and synced; on any failure nothing remains. */
export async function stage(staging: Staging, content: Content): Promise<Staged> {
  const file = join(staging.folder, newId());
  const hash = createHash('sha256');
  let bytes = 0;
  let handle: FileHandle | undefined;
  let writer: BatchWriter | undefined;
  try {
    handle = await open(file, 'wx', 0o444);
    writer = createBatchWriter(handle);
    for await (const chunk of chunksOf(content)) {
      staging.admit?.(chunk.length);
      hash.update(chunk);
      bytes += chunk.length;
      const full = writer.add(chunk);
      if (full) await full;
    }
    await writer.finish();
    await handle.close();
    return { file, digest: hash.digest('hex'), bytes };
  } catch (error) {
    await writer?.settle();
    await handle?.close().catch(() => {});
    await rm(file, { force: true }).catch(() => {});
    throw fromFileError(error);
  }
}

async function* chunksOf(content: Content): AsyncGenerator<Uint8Array> {
  if (typeof content === 'string') yield Buffer.from(content);
  else if (content instanceof Uint8Array) yield content;
  else yield* content;
}

/** Gives a staged file its name, atomically and durably, in place of what had it. */
export async function publish(staged: Staged, place: string): Promise<void> {
  try {
    const made = await mkdir(dirname(place), { recursive: true });
    await rename(staged.file, place);
    await syncFolder(dirname(place));
    // A folder that is new is only durable once the folder that holds it is.
    if (made) for (let at = dirname(place); at.length >= made.length; at = dirname(at)) await syncFolder(dirname(at));
  } catch (error) {
    await rm(staged.file, { force: true }).catch(() => {});
    throw fromFileError(error);
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes staging files that nobody has written to since `before`; younger ones may belong to a process that runs. */
export async function removeStale(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found && found.mtimeMs < before) await unlink(file).catch(() => {});
  }
}

/** Turns a file system's error into ours: a full disk, or a name that is a file where a folder is needed and the reverse. */
export function fromFileError(error: unknown): unknown {
  const code = (error as { code?: string }).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new TidemillError('disk_full', 'The disk is full; nothing was written.', { cause: error });
  }
  if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENOTEMPTY' || code === 'EEXIST') {
    return new TidemillError(
      'conflict',
      `A file stands where a folder is needed, or the reverse: ${messageOf(error)}.`,
      {
        cause: error,
      },
    );
  }
  return error;
}

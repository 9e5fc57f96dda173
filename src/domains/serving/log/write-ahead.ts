import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { LogChunk } from './log-chunk.ts';
import { decodeChunks, encodeChunk } from './log-frames.ts';

/** Files of log chunks not yet in Parquet; whatever `append` has returned for survives a crash. */
export interface WriteAhead {
  /** Writes chunks to the current file and syncs it; gives the file's name. */
  append(chunks: readonly LogChunk[]): Promise<string>;
  /** Ends the current file, so that it can be compacted; gives its name where it has rows. */
  rotate(): Promise<string | undefined>;
  /** The files that an earlier process left, in order of age. */
  left(): Promise<string[]>;
  /** The chunks of one file as it stands; a torn tail is dropped. */
  read(file: string): Promise<LogChunk[]>;
  path(file: string): string;
  remove(file: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the write-ahead files of a folder. */
export function createWriteAhead(folder: string): WriteAhead {
  let current: { name: string; handle: FileHandle } | undefined;
  const path = (file: string) => join(folder, file);
  const read = async (file: string) => decodeChunks(await readFile(path(file))).chunks;

  async function file(): Promise<{ name: string; handle: FileHandle }> {
    if (current) return current;
    await mkdir(folder, { recursive: true });
    const name = `${newId()}.wal`;
    current = { name, handle: await open(path(name), 'a') };
    await syncFolder(folder);
    return current;
  }

  return {
    async append(chunks) {
      const { name, handle } = await file();
      try {
        await writeAll(handle, chunks.flatMap(encodeChunk));
        await handle.datasync();
        return name;
      } catch (error) {
        // Nothing behind a torn frame would be read again, so what comes next goes to another file.
        current = undefined;
        await handle.close().catch(() => {});
        throw error;
      }
    },
    async rotate() {
      const ended = current;
      current = undefined;
      await ended?.handle.close();
      return ended?.name;
    },
    async left() {
      await mkdir(folder, { recursive: true });
      return (await readdir(folder)).filter((name) => name.endsWith('.wal') && name !== current?.name).sort();
    },
    read,
    path,
    remove: (name) => rm(path(name), { force: true }),
    async close() {
      await current?.handle.close();
      current = undefined;
    },
  };
}

async function writeAll(handle: FileHandle, parts: readonly Buffer[]) {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const { bytesWritten } = await handle.writev(parts);
  if (bytesWritten < bytes) fail('unavailable', `Only ${bytesWritten} of ${bytes} bytes of the log could be written.`);
}

async function syncFolder(folder: string) {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

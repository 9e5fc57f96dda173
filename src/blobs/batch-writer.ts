import type { FileHandle } from 'node:fs/promises';

const firstBatchBytes = 65_536;
const batchBytes = 1_048_576;
const syncEveryBytes = 67_108_864;

/** Writes a file from its start in batches: one is written while the next is filled. */
export interface BatchWriter {
  /** Takes the bytes of a chunk, which is the caller's again at once; a promise is to be awaited before the next. */
  add(chunk: Uint8Array): Promise<void> | undefined;
  /** Writes what is left and makes it durable. */
  finish(): Promise<void>;
  /** Waits until nothing is under way any more, whatever became of it; before the file is closed. */
  settle(): Promise<void>;
}

interface Writing {
  handle: FileHandle;
  /** What is being filled, and how far. */
  batch: Buffer;
  filled: number;
  /** A batch that is not in use, if there is one. */
  spare: Buffer | undefined;
  unsynced: number;
  write: Promise<void>;
  sync: Promise<void>;
  isSyncing: boolean;
}

/** Makes a writer of a file; it keeps two batches in memory, however large the file. */
export function createBatchWriter(handle: FileHandle): BatchWriter {
  const idle = Promise.resolve();
  const batch = Buffer.allocUnsafeSlow(firstBatchBytes);
  const at: Writing = {
    ...{ handle, batch, filled: 0, spare: undefined, unsynced: 0, isSyncing: false },
    ...{ write: idle, sync: idle },
  };
  return {
    add: (chunk) => (chunk.length > at.batch.length - at.filled ? addOver(at, chunk) : void copy(at, chunk)),
    async finish() {
      await flush(at);
      await at.write;
      await at.sync;
      await handle.datasync();
    },
    settle: async () => void (await Promise.allSettled([at.write, at.sync])),
  };
}

function copy(at: Writing, chunk: Uint8Array): void {
  at.batch.set(chunk, at.filled);
  at.filled += chunk.length;
}

async function addOver(at: Writing, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.length; ) {
    if (at.filled === at.batch.length) await flush(at);
    const part = chunk.subarray(from, from + at.batch.length - at.filled);
    copy(at, part);
    from += part.length;
  }
}

/** Hands the batch over to be written, once the one before is; a failure is told by the next call. */
async function flush(at: Writing): Promise<void> {
  await at.write;
  const { batch, filled } = at;
  at.batch = at.spare ?? Buffer.allocUnsafeSlow(batchBytes);
  at.spare = undefined;
  at.filled = 0;
  at.unsynced += filled;
  at.write = writeAll(at.handle, batch.subarray(0, filled)).then(() => {
    if (batch.length === batchBytes) at.spare = batch;
  });
  at.write.catch(() => {});
  if (at.unsynced >= syncEveryBytes && !at.isSyncing) startSync(at);
}

/** Lets the disk begin early, so that the last sync has little left to do. */
function startSync(at: Writing): void {
  at.unsynced = 0;
  at.isSyncing = true;
  at.sync = at.handle.datasync().finally(() => {
    at.isSyncing = false;
  });
  at.sync.catch(() => {});
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; ) from += (await handle.write(bytes, from)).bytesWritten;
}

import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import type { Client } from '@tidemill/sdk';
import { UsageError } from './context.ts';
import { bytesText, startProgress } from './progress.ts';

/** A file the server now has. */
export interface Uploaded {
  digest: string;
  name: string;
}

/** Sends local files to the server, with one bar over all their bytes. */
export async function uploadFiles(client: Client, paths: readonly string[]): Promise<Uploaded[]> {
  const bytes = paths.map(bytesOf);
  const progress = await startProgress(
    'uploading',
    bytes.reduce((sum, one) => sum + one, 0),
    bytesText,
  );
  try {
    const done: Uploaded[] = [];
    for (const path of paths) {
      const counted = new Transform({
        transform(chunk: Buffer, _encoding, next) {
          progress.add(chunk.length);
          next(null, chunk);
        },
      });
      const body = Readable.toWeb(createReadStream(path).pipe(counted)) as ReadableStream;
      const { digest } = (await client.upload('POST', '/api/v1/uploads', body)) as { digest: string };
      done.push({ digest, name: basename(path) });
    }
    return done;
  } finally {
    progress.end();
  }
}

function bytesOf(path: string): number {
  if (!existsSync(path)) throw new UsageError(`There is no file '${path}' here.`);
  const { size, isFile } = { ...statSync(path), isFile: statSync(path).isFile() };
  if (!isFile) throw new UsageError(`'${path}' is not a file.`);
  return size;
}

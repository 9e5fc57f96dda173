import type { Readable } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** How bytes may be compressed that are looked into. */
export type Compression = 'gzip' | 'zlib' | 'deflate';

/** Compressed bytes that are no such, end too early, or come to more than is looked at. */
export class Unreadable extends Error {}

const mostBytes = 4 * 1024 ** 3;
const makers = { gzip: createGunzip, zlib: createInflate, deflate: createInflateRaw };

/** The bytes behind compressed ones, at most `limit` of them and never more than four gigabytes. */
export async function* inflated(
  source: Readable,
  compression: Compression | undefined,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  const stream = compression ? source.pipe(makers[compression]()) : source;
  source.once('error', (error) => stream.destroy(error));
  let bytes = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > mostBytes && compression) throw new Unreadable('It inflates to more than is looked into.');
      yield bytes > limit ? part.subarray(0, part.length - (bytes - limit)) : part;
      if (bytes >= limit) return;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) throw new Unreadable('It cannot be inflated to its end.');
    throw error;
  } finally {
    source.destroy();
    stream.destroy();
  }
}

/** All bytes of a short stream. */
export async function collect(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

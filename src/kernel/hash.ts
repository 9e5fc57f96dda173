import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { canonicalJson } from './json.ts';

/** The lower-case hex sha256 of bytes or UTF-8 text. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The sha256 of a value's canonical JSON (RFC 8785): equal for equal documents, whatever the order of their keys. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** Passes bytes through, counting and hashing them; `digest()` and `bytes` are final once the stream has ended. */
export class HashingStream extends Transform {
  readonly #hash = createHash('sha256');
  #digest: string | undefined;
  bytes = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
    done(null, chunk);
  }

  digest(): string {
    this.#digest ??= this.#hash.digest('hex');
    return this.#digest;
  }
}

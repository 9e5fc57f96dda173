import type { Readable, Writable } from 'node:stream';

/*
 * Waiting for the collector, which looks through the whole heap for every 30 megabytes of parts, takes longer than moving a large
 * file itself. So whoever is done with a part gives its memory back at once.
 */

/** The parts of a body for a reader that is done with each when it asks for the next. */
export async function* passingParts(stream: Readable): AsyncGenerator<Buffer> {
  for await (const part of stream as AsyncIterable<Buffer>) {
    yield part;
    giveBack(part);
  }
}

/** Makes a stream whose parts are nobody else's give each back when it is sent. */
export function passingStream(stream: Readable): Readable {
  const pipe = <T extends NodeJS.WritableStream>(to: T): T => {
    pass(stream, to as unknown as Writable);
    return to;
  };
  return Object.assign(stream, { pipe });
}

function pass(from: Readable, to: Writable): void {
  from.on('data', (part: Buffer | string) => {
    const isWaiting = !to.write(part, () => {
      if (typeof part !== 'string') giveBack(part);
    });
    if (isWaiting) from.pause();
  });
  to.on('drain', () => from.resume());
  from.once('end', () => to.end());
}

/** Frees the memory of a part that is all of its own; one cut from something larger stays. */
function giveBack(part: Uint8Array): void {
  const isWhole = part.byteOffset === 0 && part.buffer.byteLength === part.length;
  if (isWhole && part.buffer instanceof ArrayBuffer) part.buffer.transfer(0);
}

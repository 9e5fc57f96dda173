import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { TidemillError } from '../kernel/errors.ts';

const mostDiscardedBytes = 67_108_864;
/** How much may wait for the reader: with less, the connection would be paused after every read of its socket. */
const mostWaitingParts = 16;

/** The bytes of a request's body. A reader that gives up half-way does not destroy the connection its answer goes back on. */
export function bodyStream(request: IncomingMessage): Readable {
  // Of objects: a stream of bytes would copy what waits into one piece for its reader.
  const stream = new Readable({
    objectMode: true,
    highWaterMark: mostWaitingParts,
    read: () => void request.resume(),
  });
  // Whoever reads hears of it; before anybody reads, it would be nobody's and end the process.
  stream.on('error', () => {});
  request.on('data', (part: Buffer) => {
    if (!stream.push(part)) request.pause();
  });
  request.once('end', () => stream.push(null));
  const leave = (cause?: Error) =>
    stream.destroy(new TidemillError('cancelled', 'The client went away in the middle of the body.', { cause }));
  request.once('error', leave);
  request.once('close', () => {
    if (!request.readableEnded) leave();
  });
  return stream;
}

/**
 * Reads on where a handler stopped in the middle of a body (a full disk), so that the client comes to read the answer and
 * its next request does not wait for ever behind the rest of this one; a client that goes on for too long is cut off.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.readableEnded || request.destroyed) return;
  let left = mostDiscardedBytes;
  request.removeAllListeners('data');
  request.on('error', () => {});
  request.on('data', (part: Buffer) => {
    left -= part.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}

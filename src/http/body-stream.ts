import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

const mostDiscardedBytes = 67_108_864;

/** The bytes of a request's body. A reader that gives up half-way does not destroy the connection its answer goes back on. */
export function bodyStream(request: IncomingMessage): Readable {
  const stream = new Readable({ read: () => void request.resume() });
  request.on('data', (part: Buffer) => {
    if (!stream.push(part)) request.pause();
  });
  request.once('end', () => stream.push(null));
  request.once('error', (error) => stream.destroy(error));
  request.once('close', () => {
    if (!request.readableEnded) stream.destroy(new Error('The client went away in the middle of the body.'));
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

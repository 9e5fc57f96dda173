import type { FastifyInstance } from 'fastify';

const longestMs = 15_000;

/**
 * Closes a server gracefully: requests under way finish (for 15 seconds at the most), then every connection is cut. Without
 * this, a connection that a client opened and has not used yet would hold the process for Node's minute of waiting.
 */
export function createDrain(app: FastifyInstance): () => Promise<void> {
  let active = 0;
  let isClosing = false;
  const cut = () => app.server.closeAllConnections();
  app.server.on('request', (_request, response) => {
    active++;
    // Comes also where the client went away in the middle of an answer.
    response.once('close', () => {
      active--;
      if (isClosing && active === 0) setImmediate(cut);
    });
  });
  return async () => {
    isClosing = true;
    const closing = app.close();
    const late = setTimeout(cut, longestMs);
    if (active === 0) setImmediate(cut);
    try {
      await closing;
    } finally {
      clearTimeout(late);
    }
  };
}

import type { FastifyInstance } from 'fastify';
import { parseJson } from '../kernel/json.ts';

/** Sets how bodies are read in a scope: parsed as (tolerant) JSON, as bytes, or left as a stream. */
export function readBodies(scope: FastifyInstance, body: 'json' | 'bytes' | 'stream'): void {
  scope.removeAllContentTypeParsers();
  if (body === 'stream') {
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    return;
  }
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => {
    if (body === 'bytes') return done(null, bytes);
    try {
      const text = (bytes as Buffer).toString('utf8');
      done(null, text.trim() === '' ? undefined : parseJson(text));
    } catch (error) {
      done(error as Error);
    }
  });
}

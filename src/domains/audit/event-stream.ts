import { Readable } from 'node:stream';
import { type Ledger, type LedgerEvent, tail, typesMatching } from '../../ledger/index.ts';

const aliveEveryMs = 15_000;

/** What a live page asks for. */
export interface StreamRequest {
  types?: readonly string[] | undefined;
  after?: number | undefined;
  signal: AbortSignal;
}

/**
 * The ledger as server-sent events (WHATWG HTML §9.2): `id` is the position, so that a browser that reconnects goes on where
 * it was; a comment every fifteen seconds keeps proxies from closing a quiet connection.
 */
export function eventStream(ledger: Ledger, request: StreamRequest, shown: (event: LedgerEvent) => unknown): Readable {
  const types = request.types?.flatMap(typesMatching);
  async function* lines() {
    yield 'retry: 2000\n\n';
    let aliveAt = performance.now();
    for await (const event of tail(ledger, { ...request, types })) {
      if (event) yield `id: ${event.position}\ndata: ${JSON.stringify(shown(event))}\n\n`;
      else if (performance.now() - aliveAt < aliveEveryMs) continue;
      else yield ': alive\n\n';
      aliveAt = performance.now();
    }
  }
  return Readable.from(lines());
}

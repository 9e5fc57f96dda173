import type { LedgerEvent } from './event.ts';
import type { Ledger } from './ledger.ts';

/** What to follow. */
export interface TailRequest {
  /** Events after this position; from now on unless given. */
  after?: number | undefined;
  types?: readonly string[] | undefined;
  signal: AbortSignal;
  /** How often to look for what other processes wrote; a second unless given. */
  pollMs?: number;
}

const batch = 200;

/**
 * Follows the ledger until the signal aborts: every event after a position, in order, none twice, whichever process wrote it.
 * Gives `undefined` each time it has waited in vain, so that a caller can show that it is alive.
 */
export async function* tail(ledger: Ledger, request: TailRequest): AsyncGenerator<LedgerEvent | undefined> {
  const { types, signal, pollMs = 1_000 } = request;
  let heard = false;
  let hear = () => {};
  const stop = ledger.listen(() => {
    heard = true;
    hear();
  });
  try {
    let after = request.after ?? (await lastPosition(ledger));
    while (!signal.aborted) {
      heard = false;
      const events = await ledger.read({ after, types, limit: batch });
      for (const event of events) yield event;
      after = events.at(-1)?.position ?? after;
      if (events.length === batch || heard || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        hear = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', hear, { once: true });
      });
      signal.removeEventListener('abort', hear);
      if (!heard) yield undefined;
    }
  } finally {
    stop();
  }
}

async function lastPosition(ledger: Ledger): Promise<number> {
  return (await ledger.read({ limit: 1, newestFirst: true }))[0]?.position ?? 0;
}

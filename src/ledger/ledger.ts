import type { Database, Queries } from '../database/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { fail } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { eventCatalogue, type NewEvent } from './catalogue.ts';
import type { LedgerEvent } from './event.ts';
import { type Reader, type ReaderDeps, type ReaderState, readerStates, runReader, wakeReader } from './readers.ts';
import { createEventStore, type EventQuery } from './store.ts';

/** The spine: what happened, in commit order. */
export interface Ledger {
  /** Appends an event inside the transaction that makes the change it tells of. */
  append(tx: Queries, event: NewEvent): Promise<LedgerEvent>;
  read(query: EventQuery): Promise<LedgerEvent[]>;
  /** Hears of events this process committed (a hint for live pages; readers are the durable way). Gives back its end. */
  listen(heard: (event: LedgerEvent) => void): () => void;
  addReader(reader: Reader): void;
  /** Where every reader of this process stands. */
  readers(): Promise<ReaderState[]>;
}

/** Makes the ledger over a database; its readers run as background tasks. */
export function createLedger(deps: ReaderDeps): Ledger {
  const { database, clock, background } = deps;
  const listeners = new Set<(event: LedgerEvent) => void>();
  const readers: Reader[] = [];
  const announce = (event: LedgerEvent) => {
    for (const heard of listeners) heard(event);
    for (const reader of readers) wakeReader(background, reader, event);
  };
  return {
    async append(tx, event) {
      const written = await write({ database, clock }, tx, event);
      database.afterCommit(() => announce(written));
      return written;
    },
    read: (query) => createEventStore(database.query).read(query),
    listen(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    addReader(reader) {
      readers.push(reader);
      runReader(deps, reader);
    },
    readers: () => readerStates(deps, readers),
  };
}

async function write(
  { database, clock }: { database: Database; clock: Clock },
  tx: Queries,
  event: NewEvent,
): Promise<LedgerEvent> {
  if (tx === database.query) fail('internal', 'The ledger is appended to inside a transaction only.');
  const data = eventCatalogue[event.type].parse(event.data) as Record<string, unknown>;
  await database.lock(tx, 'ledger');
  const store = createEventStore(tx);
  const { id, kind, name } = event.actor;
  const now = clock.now();
  const written: LedgerEvent = {
    position: (await store.lastPosition()) + 1,
    id: newId(now),
    type: event.type,
    at: now,
    actor: { id, kind, name },
    subject: event.subject,
    // Through JSON once, so that what is announced is what will be read.
    data: JSON.parse(JSON.stringify(data)) as Record<string, unknown>,
  };
  await store.insert(written);
  return written;
}

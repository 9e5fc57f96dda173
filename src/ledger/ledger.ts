import type { Background } from '../database/background.ts';
import type { Database, Queries } from '../database/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { fail } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { type EventType, eventCatalogue, type NewEvent } from './catalogue.ts';
import type { LedgerEvent } from './event.ts';
import { createLedgerStore, type EventQuery } from './store.ts';

/** Something that reacts to events, durably: it keeps a cursor, and catches up when it was down. */
export interface Reader {
  name: string;
  types: readonly EventType[] | 'all';
  /**
   * Handles one event. `tx` is the transaction that also moves the cursor: what is written through it happens exactly once.
   * Anything else happens at least once, so it must be idempotent. Never await anything slow: queue it and let a task do it.
   */
  handle(event: LedgerEvent, tx: Queries): Promise<void>;
  /** A new reader starts at the ledger's end unless this is `beginning`. */
  from?: 'beginning' | 'end';
}

/** The spine: what happened, in commit order. */
export interface Ledger {
  /** Appends an event inside the transaction that makes the change it tells of. */
  append(tx: Queries, event: NewEvent): Promise<LedgerEvent>;
  read(query: EventQuery): Promise<LedgerEvent[]>;
  /** Hears of events this process committed (a hint for live pages; readers are the durable way). Gives back its end. */
  listen(heard: (event: LedgerEvent) => void): () => void;
  addReader(reader: Reader): void;
}

interface LedgerOptions {
  database: Database;
  clock: Clock;
  background: Background;
}

const batch = 100;

/** Makes the ledger over a database; its readers run as background tasks. */
export function createLedger({ database, clock, background }: LedgerOptions): Ledger {
  const listeners = new Set<(event: LedgerEvent) => void>();
  const readers: Reader[] = [];

  function announce(event: LedgerEvent) {
    for (const heard of listeners) heard(event);
    for (const reader of readers) {
      if (reader.types === 'all' || (reader.types as readonly string[]).includes(event.type)) {
        background.wake(taskName(reader));
      }
    }
  }

  /** Reads on from the reader's cursor; gives `true` when there may be more. */
  async function advance(reader: Reader): Promise<boolean> {
    const store = createLedgerStore(database.query);
    const cursor = await startOf(reader);
    const types = reader.types === 'all' ? {} : { types: reader.types };
    const end = await store.lastPosition();
    const events = await store.read({ after: cursor, before: end + 1, limit: batch, ...types });
    for (const event of events) {
      await database.transaction(async (tx) => {
        await reader.handle(event, tx);
        await createLedgerStore(tx).moveCursor(reader.name, event.position, clock.now());
      });
    }
    if (events.length < batch && end > (events.at(-1)?.position ?? cursor)) {
      await store.moveCursor(reader.name, end, clock.now());
    }
    return events.length === batch;
  }

  async function startOf(reader: Reader): Promise<number> {
    const store = createLedgerStore(database.query);
    const cursor = await store.cursor(reader.name);
    if (cursor > 0 || reader.from === 'beginning') return cursor;
    const end = await store.lastPosition();
    await store.moveCursor(reader.name, end, clock.now());
    return end;
  }

  return {
    async append(tx, event) {
      if (tx === database.query) fail('internal', 'The ledger is appended to inside a transaction only.');
      const data = eventCatalogue[event.type].parse(event.data) as Record<string, unknown>;
      await database.lock(tx, 'ledger');
      const store = createLedgerStore(tx);
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
      database.afterCommit(() => announce(written));
      return written;
    },
    read: (query) => createLedgerStore(database.query).read(query),
    listen(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    addReader(reader) {
      readers.push(reader);
      background.add({ name: taskName(reader), everyMs: 2_000, run: () => advance(reader) });
    },
  };
}

function taskName(reader: Reader): string {
  return `reader:${reader.name}`;
}

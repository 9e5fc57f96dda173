import type { Selectable } from 'kysely';
import type { Queries } from '../database/database.ts';
import { runPrepared } from '../database/prepared.ts';
import { sha256 } from '../kernel/hash.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { LedgerEvent } from './event.ts';
import type { LedgerTables } from './tables.ts';

/** What to read: events after a position, of some types, about some subject, by some actor, in some time, in order. */
export interface EventQuery {
  after?: number | undefined;
  before?: number | undefined;
  types?: readonly string[] | undefined;
  subject?: { kind: string; id?: string | undefined; name?: string | undefined } | undefined;
  actor?: string | undefined;
  /** UTC milliseconds, included. */
  from?: number | undefined;
  /** UTC milliseconds, not included. */
  to?: number | undefined;
  limit: number;
  newestFirst?: boolean | undefined;
}

type EventRow = Selectable<LedgerTables['ledger_event']>;

/** An event with the text and digest it is stored with. */
export interface StoredEvent {
  event: LedgerEvent;
  digest: string;
  /** Whether text and digest are what the event's content gives. */
  sound: boolean;
}

/** All SQL of the ledger's events. */
export function createEventStore(queries: Queries) {
  const db = queries.withTables<LedgerTables>();
  return {
    async lastPosition(): Promise<number> {
      const build = () => db.selectFrom('ledger_event').select((e) => e.fn.max('position').as('last'));
      const [row] = await runPrepared(queries, { name: 'ledger-end', build }, []);
      return Number(row?.last ?? 0);
    },

    insert: async (event: LedgerEvent) => {
      const row = toRow(event);
      const build = () => db.insertInto('ledger_event').values(row);
      await runPrepared(queries, { name: 'ledger-append', build }, Object.values(row));
    },

    async read(query: EventQuery): Promise<LedgerEvent[]> {
      const { after, before, types, subject, actor, from, to } = query;
      const rows = await db
        .selectFrom('ledger_event')
        .selectAll()
        .$if(after !== undefined, (q) => q.where('position', '>', after!))
        .$if(before !== undefined, (q) => q.where('position', '<', before!))
        .$if(types !== undefined, (q) => q.where('type', 'in', types!.length ? [...types!] : ['']))
        .$if(subject !== undefined, (q) => q.where('subject_kind', '=', subject!.kind))
        .$if(subject?.id !== undefined, (q) => q.where('subject_id', '=', subject!.id!))
        .$if(subject?.name !== undefined, (q) => q.where('subject_name', '=', subject!.name!))
        .$if(actor !== undefined, (q) => q.where('actor_id', '=', actor!))
        .$if(from !== undefined, (q) => q.where('at', '>=', from!))
        .$if(to !== undefined, (q) => q.where('at', '<', to!))
        .orderBy('position', query.newestFirst ? 'desc' : 'asc')
        .limit(query.limit)
        .execute();
      return rows.map(toEvent);
    },

    async at(position: number): Promise<LedgerEvent | undefined> {
      const row = await db.selectFrom('ledger_event').selectAll().where('position', '=', position).executeTakeFirst();
      return row && toEvent(row);
    },

    /** Events after a position as they are stored, for those who check them. */
    async readStored(after: number, limit: number): Promise<StoredEvent[]> {
      const rows = await db
        .selectFrom('ledger_event')
        .selectAll()
        .where('position', '>', after)
        .orderBy('position')
        .limit(limit)
        .execute();
      return rows.map(toStoredEvent);
    },
  };
}

/** The digest that seals an event: sha256 over the canonical JSON of all it says. */
export function eventDigest(event: LedgerEvent): string {
  return sha256(canonicalJson(event));
}

function toRow(event: LedgerEvent): EventRow {
  const { actor, subject } = event;
  return {
    position: event.position,
    id: event.id,
    type: event.type,
    at: event.at,
    actor_id: actor.id,
    actor_kind: actor.kind,
    actor_name: actor.name,
    subject_kind: subject.kind,
    subject_id: subject.id,
    subject_name: subject.name ?? null,
    data: canonicalJson(event.data),
    digest: eventDigest(event),
  };
}

function toEvent(row: EventRow): LedgerEvent {
  const subject = { kind: row.subject_kind, id: row.subject_id };
  return {
    position: row.position,
    id: row.id,
    type: row.type,
    at: row.at,
    actor: { id: row.actor_id, kind: row.actor_kind as LedgerEvent['actor']['kind'], name: row.actor_name },
    subject: row.subject_name === null ? subject : { ...subject, name: row.subject_name },
    data: JSON.parse(row.data) as Record<string, unknown>,
  };
}

function toStoredEvent(row: EventRow): StoredEvent {
  const { digest } = row;
  try {
    const event = toEvent(row);
    return { event, digest, sound: row.data === canonicalJson(event.data) && digest === eventDigest(event) };
  } catch {
    return { event: { ...toEvent({ ...row, data: '{}' }) }, digest, sound: false };
  }
}

import type { Selectable } from 'kysely';
import type { Queries } from '../database/database.ts';
import { sha256 } from '../kernel/hash.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { LedgerEvent } from './event.ts';
import type { LedgerTables } from './tables.ts';

/** What to read: events after a position, of some types or about some subject, in order. */
export interface EventQuery {
  after?: number;
  before?: number;
  types?: readonly string[];
  subject?: { kind: string; id?: string };
  limit: number;
  newestFirst?: boolean;
}

/** All SQL of the ledger's events and cursors. */
export function createLedgerStore(queries: Queries) {
  const db = queries.withTables<LedgerTables>();
  return {
    async lastPosition(): Promise<number> {
      const row = await db
        .selectFrom('ledger_event')
        .select((e) => e.fn.max('position').as('last'))
        .executeTakeFirst();
      return Number(row?.last ?? 0);
    },

    async insert(event: LedgerEvent): Promise<void> {
      const { actor, subject } = event;
      await db
        .insertInto('ledger_event')
        .values({
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
        })
        .execute();
    },

    async read(query: EventQuery): Promise<LedgerEvent[]> {
      const rows = await db
        .selectFrom('ledger_event')
        .selectAll()
        .$if(query.after !== undefined, (q) => q.where('position', '>', query.after!))
        .$if(query.before !== undefined, (q) => q.where('position', '<', query.before!))
        .$if(query.types !== undefined, (q) => q.where('type', 'in', query.types!.length ? [...query.types!] : ['']))
        .$if(query.subject !== undefined, (q) => q.where('subject_kind', '=', query.subject!.kind))
        .$if(query.subject?.id !== undefined, (q) => q.where('subject_id', '=', query.subject!.id!))
        .orderBy('position', query.newestFirst ? 'desc' : 'asc')
        .limit(query.limit)
        .execute();
      return rows.map(toEvent);
    },

    async cursor(reader: string): Promise<number> {
      const row = await db
        .selectFrom('ledger_cursor')
        .select('position')
        .where('reader', '=', reader)
        .executeTakeFirst();
      return row?.position ?? 0;
    },

    async moveCursor(reader: string, position: number, now: number): Promise<void> {
      await db
        .insertInto('ledger_cursor')
        .values({ reader, position, updated_at: now })
        .onConflict((conflict) => conflict.column('reader').doUpdateSet({ position, updated_at: now }))
        .execute();
    },
  };
}

/** The digest that seals an event: sha256 over the canonical JSON of all it says. */
export function eventDigest(event: LedgerEvent): string {
  return sha256(canonicalJson(event));
}

function toEvent(row: Selectable<LedgerTables['ledger_event']>): LedgerEvent {
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

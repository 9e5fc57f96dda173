import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { Delivery } from './schema.ts';
import type { NotifyTables } from './tables.ts';

/** A delivery about to be written. */
export interface NewDelivery {
  id: string;
  webhookId: string;
  eventPosition: number | null;
  eventType: string;
  body: string;
  createdAt: number;
  nextAt: number;
}

/** A delivery to be sent now, with all that takes. */
export interface DueDelivery {
  id: string;
  webhookId: string;
  url: string;
  secret: string;
  body: string;
  attempts: number;
}

/** How an attempt ended. */
export interface AttemptOutcome {
  state: Delivery['state'];
  nextAt: number;
  attemptedAt: number;
  status: number | null;
  durationMs: number;
  error: string | null;
}

/** All SQL of deliveries. */
export function createDeliveryStore(queries: Queries) {
  const db = queries.withTables<NotifyTables>();
  return {
    async insert(delivery: NewDelivery): Promise<void> {
      await db
        .insertInto('webhook_delivery')
        .values({
          id: delivery.id,
          webhook_id: delivery.webhookId,
          event_position: delivery.eventPosition,
          event_type: delivery.eventType,
          body: delivery.body,
          state: 'pending',
          attempts: 0,
          next_at: delivery.nextAt,
          created_at: delivery.createdAt,
        } as NotifyTables['webhook_delivery'])
        .execute();
    },

    /** What is due of webhooks that are on, apart from those too busy to take more. */
    async due(now: number, busy: readonly string[], limit: number): Promise<DueDelivery[]> {
      return db
        .selectFrom('webhook_delivery')
        .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
        .select([
          'webhook_delivery.id',
          'webhook_delivery.webhook_id as webhookId',
          'webhook_delivery.body',
          'webhook_delivery.attempts',
          'webhook.url',
          'webhook.secret',
        ])
        .where('state', '=', 'pending')
        .where('next_at', '<=', now)
        .where('webhook.enabled', '=', 1)
        .$if(busy.length > 0, (q) => q.where('webhook_id', 'not in', [...busy]))
        .orderBy('next_at')
        .limit(limit)
        .execute();
    },

    /** Takes a due delivery for an attempt, until `until`; gives false when another has it. */
    async claim(id: string, now: number, until: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('webhook_delivery')
        .set((row) => ({ attempts: row('attempts', '+', 1), next_at: until, attempted_at: now }))
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .where('next_at', '<=', now)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Gives a claimed delivery back as if it had not been tried. */
    async giveBack(id: string, now: number): Promise<void> {
      await db
        .updateTable('webhook_delivery')
        .set((row) => ({ attempts: row('attempts', '-', 1), next_at: now }))
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .execute();
    },

    async record(id: string, outcome: AttemptOutcome): Promise<void> {
      const { state, nextAt, attemptedAt, status, durationMs, error } = outcome;
      await db
        .updateTable('webhook_delivery')
        .set({ state, next_at: nextAt, attempted_at: attemptedAt, status, duration_ms: durationMs, error })
        .where('id', '=', id)
        .execute();
    },

    /** Makes a delivery due again, counted anew; gives false when it is not this webhook's. */
    async renew(webhookId: string, id: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('webhook_delivery')
        .set({ state: 'pending', attempts: 0, next_at: now })
        .where('id', '=', id)
        .where('webhook_id', '=', webhookId)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async byId(webhookId: string, id: string): Promise<Delivery | undefined> {
      const row = await db
        .selectFrom('webhook_delivery')
        .selectAll()
        .where('id', '=', id)
        .where('webhook_id', '=', webhookId)
        .executeTakeFirst();
      return row && toDelivery(row);
    },

    /** The deliveries of a webhook, newest first. */
    async list(
      of: { webhookId: string; state?: Delivery['state'] | undefined },
      request: PageRequest,
    ): Promise<Page<Delivery>> {
      const before = request.pageToken && String(decodePageToken(request.pageToken, ['string'])[0]);
      const rows = await db
        .selectFrom('webhook_delivery')
        .selectAll()
        .where('webhook_id', '=', of.webhookId)
        .$if(of.state !== undefined, (q) => q.where('state', '=', of.state!))
        .$if(before !== undefined, (q) => q.where('id', '<', before!))
        .orderBy('id', 'desc')
        .limit(request.limit + 1)
        .execute();
      return toPage(rows.map(toDelivery), request.limit, (delivery) => [delivery.id]);
    },

    async removeEndedBefore(at: number): Promise<void> {
      await db.deleteFrom('webhook_delivery').where('state', '!=', 'pending').where('created_at', '<', at).execute();
    },
  };
}

function toDelivery(row: Selectable<NotifyTables['webhook_delivery']>): Delivery {
  return {
    id: row.id,
    state: row.state,
    eventType: row.event_type,
    eventPosition: row.event_position,
    attempts: row.attempts,
    createdAt: row.created_at,
    attemptedAt: row.attempted_at,
    nextAt: row.state === 'pending' ? row.next_at : null,
    status: row.status,
    durationMs: row.duration_ms,
    error: row.error,
  };
}

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

/** All SQL of deliveries as a log. */
export function createDeliveryStore(queries: Queries) {
  const db = queries.withTables<NotifyTables>();
  return {
    async insert(delivery: NewDelivery): Promise<void> {
      await db.insertInto('webhook_delivery').values(toRow(delivery)).execute();
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

function toRow(delivery: NewDelivery): Selectable<NotifyTables['webhook_delivery']> {
  const { id, webhookId, eventPosition, eventType, body, createdAt, nextAt } = delivery;
  return {
    id,
    webhook_id: webhookId,
    event_position: eventPosition,
    event_type: eventType,
    body,
    state: 'pending',
    attempts: 0,
    next_at: nextAt,
    created_at: createdAt,
    attempted_at: null,
    status: null,
    duration_ms: null,
    error: null,
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

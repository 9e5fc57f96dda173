import type { Queries } from '../../database/database.ts';
import type { Delivery } from './schema.ts';
import type { NotifyTables } from './tables.ts';

/** A delivery to be sent now, with all that takes. */
export interface DueDelivery {
  id: string;
  webhookId: string;
  url: string;
  /** Sealed; empty when there is none. */
  secret: string;
  format: string;
  body: string;
  attempts: number;
  /** How much of the answer to read. */
  readBytes?: number;
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

/** All SQL of deliveries as a queue. */
export function createDeliveryQueue(queries: Queries) {
  const db = queries.withTables<NotifyTables>();
  return {
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
          'webhook.format',
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
  };
}

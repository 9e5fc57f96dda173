import type { Queries } from '../../database/database.ts';
import { isoTime } from '../../kernel/clock.ts';
import { newId } from '../../kernel/ids.ts';
import type { LedgerEvent } from '../../ledger/index.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { createWebhookStore } from './store.ts';

/** Queues an event for every webhook that wants it, in the transaction that moves the reader on; gives how many. */
export async function enqueue(event: LedgerEvent, { tx, now }: { tx: Queries; now: number }): Promise<number> {
  const all = await createWebhookStore(tx).all();
  const wanting = all.filter((webhook) => event.position > webhook.sincePosition && wants(webhook.events, event.type));
  const store = createDeliveryStore(tx);
  for (const { id: webhookId } of wanting) {
    const id = newId(now);
    await store.insert({
      id,
      webhookId,
      eventPosition: event.position,
      eventType: event.type,
      body: bodyOf(id, event),
      createdAt: now,
      nextAt: now,
    });
  }
  return wanting.length;
}

/** Whether one of the patterns (a type, `<start>.*`, `*`) fits an event type. */
export function wants(patterns: readonly string[], type: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
  );
}

/** What is posted: the event as the ledger has it, with the delivery's id. */
export function bodyOf(id: string, { position, type, at, actor, subject, data }: Omit<LedgerEvent, 'id'>): string {
  return JSON.stringify({ id, type, at: isoTime(at), position, actor, subject, data });
}

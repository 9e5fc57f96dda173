import type { Queries } from '../../database/database.ts';
import { newId } from '../../kernel/ids.ts';
import type { LedgerEvent } from '../../ledger/index.ts';
import { createDeliveryStore } from './delivery-store.ts';
import type { WebhookFormat } from './format.ts';
import { createWebhookStore } from './store.ts';

/** Queues an event for every webhook that wants it, in the transaction that moves the reader on; gives how many. */
export async function enqueue(
  event: LedgerEvent,
  { tx, now, formats }: { tx: Queries; now: number; formats: ReadonlyMap<string, WebhookFormat> },
): Promise<number> {
  const webhooks = (await createWebhookStore(tx).all()).filter(({ sincePosition }) => event.position > sincePosition);
  const store = createDeliveryStore(tx);
  let queued = 0;
  for (const format of formats.values()) {
    const own = webhooks.filter((webhook) => webhook.format === format.name);
    const message = own.length > 0 ? await format.word(event) : undefined;
    if (!message) continue;
    for (const { id: webhookId } of own.filter(({ events }) => wants(events, message.topic))) {
      const id = newId(now);
      const body = message.body(id);
      const about = { eventPosition: event.position, eventType: message.topic };
      await store.insert({ id, webhookId, ...about, body, createdAt: now, nextAt: now });
      queued++;
    }
  }
  return queued;
}

/** Whether one of the patterns (a topic, `<start>.*`, `*`) fits a topic. */
export function wants(patterns: readonly string[], topic: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' || pattern === topic || (pattern.endsWith('.*') && topic.startsWith(pattern.slice(0, -1))),
  );
}

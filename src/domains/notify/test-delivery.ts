import type { Actor } from '../../kernel/actor.ts';
import { newId } from '../../kernel/ids.ts';
import type { Deliverer, DeliveryOptions } from './deliver.ts';
import { createDeliveryQueue } from './delivery-queue.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { bodyOf } from './enqueue.ts';
import type { Delivery } from './schema.ts';
import type { StoredWebhook } from './store.ts';

const type = 'webhook.test';

/** Sends a test event to a webhook at once, also to one that is off, and never again; gives what came of it. */
export async function sendTest(
  {
    database,
    clock,
    deliverer,
    timeoutMs,
  }: Pick<DeliveryOptions, 'database' | 'clock' | 'timeoutMs'> & { deliverer: Deliverer },
  webhook: StoredWebhook,
  actor: Actor,
): Promise<Delivery> {
  const now = clock.now();
  const id = newId(now);
  const { id: webhookId, name, url, secret } = webhook;
  const by = { id: actor.id, kind: actor.kind, name: actor.name };
  const event = { position: 0, type, at: now, actor: by, subject: { kind: 'webhook', id: webhookId, name }, data: {} };
  const body = bodyOf(id, event);
  const store = createDeliveryStore(database.query);
  const delivery = { id, webhookId, eventPosition: null, eventType: type, body, createdAt: now };
  // Claimed from the first, so that the background task leaves it alone.
  await store.insert({ ...delivery, nextAt: now });
  await createDeliveryQueue(database.query).claim(id, now, now + timeoutMs + 30_000);
  await deliverer.attemptOnce({ id, webhookId, url, secret, body, attempts: 1 }, new AbortController().signal);
  return (await store.byId(webhookId, id))!;
}

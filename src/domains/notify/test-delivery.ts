import type { Actor } from '../../kernel/actor.ts';
import { newId } from '../../kernel/ids.ts';
import { createDeliveryQueue } from './delivery-queue.ts';
import { createDeliveryStore } from './delivery-store.ts';
import type { NotifyDeps } from './deps.ts';
import { formatOf } from './format.ts';
import type { Delivery } from './schema.ts';
import type { StoredWebhook } from './store.ts';

const shownBytes = 16_384;

/** What came of a test: its delivery, and the start of what the receiver answered. */
export interface TestResult {
  delivery: Delivery;
  answer: string;
}

/** Sends an example to a webhook at once, also to one that is off, and never again. */
export async function sendTest(
  { database, clock, deliverer, timeoutMs, formats }: NotifyDeps,
  webhook: StoredWebhook,
  { actor, topic }: { actor: Actor; topic?: string | undefined },
): Promise<TestResult> {
  const now = clock.now();
  const id = newId(now);
  const { id: webhookId, url, secret, format } = webhook;
  const message = formatOf(formats, format).example({ actor, at: now, webhook, topic });
  const body = message.body(id);
  const store = createDeliveryStore(database.query);
  const delivery = { id, webhookId, eventPosition: null, eventType: message.topic, body, createdAt: now };
  // Claimed from the first, so that the background task leaves it alone.
  await store.insert({ ...delivery, nextAt: now });
  await createDeliveryQueue(database.query).claim(id, now, now + timeoutMs + 30_000);
  const due = { id, webhookId, url, secret, format, body, attempts: 1, readBytes: shownBytes };
  const { text } = await deliverer.attemptOnce(due, new AbortController().signal);
  return { delivery: (await store.byId(webhookId, id))!, answer: text };
}

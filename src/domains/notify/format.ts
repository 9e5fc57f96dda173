import { createHmac } from 'node:crypto';
import type { Actor } from '../../kernel/actor.ts';
import { isoTime } from '../../kernel/clock.ts';
import { fail } from '../../kernel/errors.ts';
import { type LedgerEvent, typesMatching } from '../../ledger/index.ts';

/** What is posted about something that happened. */
export interface Message {
  /** What it is about, in the words that webhooks of the format ask in. */
  topic: string;
  /** The body; `deliveryId` is the same at every attempt. */
  body(deliveryId: string): string;
}

/** A delivery about to be signed. */
export interface Signing {
  id: string;
  /** Seconds since 1970. */
  timestamp: number;
  body: string;
  /** Empty when the webhook has none. */
  secret: string;
}

/** For whom a message is tried out. */
export interface TryOut {
  actor: Actor;
  at: number;
  webhook: { id: string; name: string; events: readonly string[] };
  /** What to show an example of, where the format has several. */
  topic?: string | undefined;
}

/** How a sort of receiver wants to be told; protocols bring theirs. */
export interface WebhookFormat {
  name: string;
  /** Fails unless a webhook of this format may be so. */
  check(wanted: { url: string; events: readonly string[] }): void;
  /** Words an event; nothing when the format has no words for it. */
  word(event: LedgerEvent): Promise<Message | undefined>;
  example(tryOut: TryOut): Message;
  headers(signing: Signing): Record<string, string>;
}

/**
 * The signature of a delivery: `v1,` and the base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>` under the webhook's
 * secret (the form of the Standard Webhooks specification).
 */
export function signatureOf({ id, timestamp, body, secret }: Signing): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Our own format: the event as the ledger has it, with the delivery's id. */
export const ownFormat: WebhookFormat = {
  name: 'tidemill',
  check({ events }) {
    for (const pattern of events) typesMatching(pattern);
  },
  word: async (event) => ({ topic: event.type, body: (id) => bodyOf(id, event) }),
  example({ actor, at, webhook: { id, name } }) {
    const type = 'webhook.test';
    const by = { id: actor.id, kind: actor.kind, name: actor.name };
    const event = { position: 0, type, at, actor: by, subject: { kind: 'webhook', id, name }, data: {} };
    return { topic: type, body: (deliveryId) => bodyOf(deliveryId, event) };
  },
  headers: (signing) => ({
    'x-tidemill-delivery': signing.id,
    'x-tidemill-timestamp': String(signing.timestamp),
    ...(signing.secret && { 'x-tidemill-signature': signatureOf(signing) }),
  }),
};

function bodyOf(id: string, { position, type, at, actor, subject, data }: Omit<LedgerEvent, 'id'>): string {
  return JSON.stringify({ id, type, at: isoTime(at), position, actor, subject, data });
}

/** The format of a name. */
export function formatOf(formats: ReadonlyMap<string, WebhookFormat>, name: string): WebhookFormat {
  const known = [...formats.keys()].join(', ');
  const message = `There is no format '${name.slice(0, 100)}' of webhooks. Formats: ${known}.`;
  return formats.get(name) ?? fail('invalid_input', message, { field: 'format', value: name });
}

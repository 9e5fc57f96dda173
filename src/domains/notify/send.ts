import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { messageOf } from '../../kernel/errors.ts';
import { type AddressPolicy, checkedLookup, hostOf, refusePrivate } from './addresses.ts';

// An import of it as a module would also load the whole of fetch: 13 MB that every server would hold for nothing.
const { request: httpRequest } = process.getBuiltinModule('node:http');

/** A signed request about to be made. */
export interface Outgoing {
  url: string;
  id: string;
  body: string;
  secret: string;
  /** Seconds since 1970. */
  timestamp: number;
}

/** What came of a request: an answer's status, or why there was none. */
export interface Answer {
  status: number | null;
  durationMs: number;
  error: string | null;
  /** The seconds that a `Retry-After` header asks for. */
  retryAfterSeconds?: number | undefined;
}

/**
 * The signature of a delivery: `v1,` and the base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>` under the webhook's
 * secret (the form of the Standard Webhooks specification, headers named ours).
 */
export function signatureOf({ id, timestamp, body, secret }: Omit<Outgoing, 'url'>): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Posts a delivery on a connection of its own; redirects are not followed, and the answer's body is not read. */
export async function send(outgoing: Outgoing, policy: AddressPolicy, signal: AbortSignal): Promise<Answer> {
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  try {
    const { statusCode, headers } = await post(outgoing, policy, signal);
    const retryAfter = Number(headers['retry-after']);
    const retryAfterSeconds = retryAfter > 0 ? retryAfter : undefined;
    return { status: statusCode ?? null, durationMs: durationMs(), error: null, retryAfterSeconds };
  } catch (error) {
    return { status: null, durationMs: durationMs(), error: reasonOf(error) };
  }
}

function post(outgoing: Outgoing, policy: AddressPolicy, signal: AbortSignal): Promise<IncomingMessage> {
  const url = new URL(outgoing.url);
  const host = hostOf(url);
  // A literal address is connected to without a lookup.
  if (isIP(host) && !policy.allowPrivateAddresses) refusePrivate(host, host);
  const body = Buffer.from(outgoing.body);
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    'user-agent': 'tidemill-webhook/1',
    'x-tidemill-delivery': outgoing.id,
    'x-tidemill-timestamp': String(outgoing.timestamp),
    'x-tidemill-signature': signatureOf(outgoing),
  };
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent: false, signal, lookup: checkedLookup(policy) });
    sent.once('response', (answer) => {
      resolve(answer);
      answer.on('error', () => {});
      answer.destroy();
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const { name, code, cause } = error as { name?: string; code?: string; cause?: unknown };
  if (name === 'TimeoutError' || (name === 'AbortError' && (cause as Error)?.name === 'TimeoutError')) {
    return 'There was no answer in time.';
  }
  return (messageOf(error) || code || 'unknown').slice(0, 500);
}

import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type AddressPolicy, checkedLookup, hostOf, refusePrivate } from '../../kernel/addresses.ts';
import { messageOf } from '../../kernel/errors.ts';

// An import of it as a module would also load the whole of fetch: 13 MB that every server would hold for nothing.
const { request: httpRequest } = process.getBuiltinModule('node:http');

/** A request about to be made. */
export interface Outgoing {
  url: string;
  body: string;
  /** Those of its format. */
  headers: Record<string, string>;
  /** How much of the answer to read; nothing unless given. */
  readBytes?: number;
}

/** What came of a request: an answer's status, or why there was none. */
export interface Answer {
  status: number | null;
  durationMs: number;
  error: string | null;
  /** The seconds that a `Retry-After` header asks for. */
  retryAfterSeconds?: number | undefined;
  /** As much of the answer as was to be read. */
  text: string;
}

/** Posts a delivery on a connection of its own; redirects are not followed. */
export async function send(outgoing: Outgoing, policy: AddressPolicy, signal: AbortSignal): Promise<Answer> {
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  try {
    const answer = await post(outgoing, policy, signal);
    const { statusCode, headers } = answer;
    const text = await readStart(answer, outgoing.readBytes ?? 0);
    const retryAfter = Number(headers['retry-after']);
    const retryAfterSeconds = retryAfter > 0 ? retryAfter : undefined;
    return { status: statusCode ?? null, durationMs: durationMs(), error: null, retryAfterSeconds, text };
  } catch (error) {
    return { status: null, durationMs: durationMs(), error: reasonOf(error), text: '' };
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
    ...outgoing.headers,
  };
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent: false, signal, lookup: checkedLookup(policy) });
    sent.once('response', resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The start of an answer's body; an answer that breaks off gives what came. */
async function readStart(answer: IncomingMessage, bytes: number): Promise<string> {
  answer.on('error', () => {});
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    if (bytes > 0) {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= bytes) break;
      }
    }
  } catch {
    // The status has come; what is missing of the body is only missing from what is shown.
  }
  answer.destroy();
  return Buffer.concat(chunks).subarray(0, bytes).toString('utf8');
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const { name, code, cause } = error as { name?: string; code?: string; cause?: unknown };
  if (name === 'TimeoutError' || (name === 'AbortError' && (cause as Error)?.name === 'TimeoutError')) {
    return 'There was no answer in time.';
  }
  return (messageOf(error) || code || 'unknown').slice(0, 500);
}

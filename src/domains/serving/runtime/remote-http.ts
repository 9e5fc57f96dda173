import type { ClientRequest, Agent as HttpAgent, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type AddressPolicy, checkedLookup, hostOf, refusePrivate } from '../../../kernel/addresses.ts';
import { messageOf, TidemillError } from '../../../kernel/errors.ts';

// An import of it as a module would also load the whole of fetch: 13 MB that every server would hold for nothing.
const http = process.getBuiltinModule('node:http');

/** Where another server is and how it is reached. */
export interface UpstreamOptions {
  policy: AddressPolicy;
  concurrency: number;
  connectTimeoutMs: number;
  ca?: string | undefined;
  /** Headers of every request, credentials among them; asked each time, as they may change. */
  headers(): Record<string, string>;
  /** Hears that credentials were refused. */
  refused?(): void;
}

/** One request to another server. */
export interface UpstreamRequest {
  method: 'GET' | 'POST';
  url: URL;
  headers?: Record<string, string | number>;
  body?: string | Buffer;
  /** `performance.now()` after which nobody waits any more. */
  deadline: number;
}

/** An answer of another server, read whole. */
export interface UpstreamAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Connections to another server: kept alive, never redirected. */
export interface Upstream {
  /** Fails with `timeout`, `unavailable`, `forbidden_address` or `too_large`. */
  ask(request: UpstreamRequest): Promise<UpstreamAnswer>;
  close(): void;
}

const mostAnswerBytes = 256 * 2 ** 20;
/** Below the five seconds after which common servers close an idle connection, so that none is used while it closes. */
const idleMs = 4000;
const retryMs = 50;
const smallBytes = 32 * 1024;

/** Makes the connections to other servers; nothing is connected before the first request. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const lookup = checkedLookup(options.policy);
  const shared = { keepAlive: true, maxSockets: options.concurrency, timeout: idleMs, lookup };
  const plain = new http.Agent(shared);
  const secure = new HttpsAgent({ ...shared, ...(options.ca !== undefined && { ca: options.ca }) });
  const agentOf = (url: URL) => (url.protocol === 'https:' ? secure : plain);
  return {
    ask: (request) => askAgain(options, agentOf(request.url), request),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** Asks once more where nothing was sent: a server that is just starting again refuses connections for a moment. */
async function askAgain(options: UpstreamOptions, agent: HttpAgent, request: UpstreamRequest): Promise<UpstreamAnswer> {
  try {
    return await askOnce(options, agent, request);
  } catch (error) {
    const isUnsent = unsent.has(error as object);
    if (!isUnsent || request.deadline - performance.now() < 2 * retryMs) throw error;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    return askOnce(options, agent, request);
  }
}

function askOnce(options: UpstreamOptions, agent: HttpAgent, request: UpstreamRequest): Promise<UpstreamAnswer> {
  const { url, method, body, deadline } = request;
  const host = hostOf(url);
  // A literal address is connected to without a lookup.
  if (isIP(host) && !options.policy.allowPrivateAddresses) refusePrivate(host, host);
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const headers = { 'user-agent': 'tidemill/1', ...request.headers, ...length, ...options.headers() };
  const send = url.protocol === 'https:' ? httpsRequest : http.request;
  return new Promise((resolve, reject) => {
    const sent = send({ ...addressOf(url), method, headers, agent });
    const timer = setTimeout(() => sent.destroy(lateError(host)), Math.max(1, deadline - performance.now()));
    const end = (finish: () => void) => {
      clearTimeout(timer);
      finish();
    };
    watchConnect(sent, options.connectTimeoutMs);
    sent.once('response', (answer) => {
      readAnswer(answer).then(
        (read) => {
          if (read.status === 401 || read.status === 403) options.refused?.();
          end(() => resolve(read));
        },
        (error: unknown) => end(() => reject(toError(error, host))),
      );
    });
    sent.on('error', (error) => end(() => reject(toError(error, host))));
    // As text of one byte a character a small body goes out in one write with its headers; else it takes a second.
    if (Buffer.isBuffer(body) && body.length < smallBytes) sent.end(body.toString('latin1'), 'latin1');
    else sent.end(body);
  });
}

const addresses = new WeakMap<URL, { protocol: string; hostname: string; port: string; path: string; auth?: string }>();

/** An address as options of a request, taken apart once: a model is asked at the same one each time. */
function addressOf(url: URL) {
  let address = addresses.get(url);
  if (!address) {
    const { protocol, port, pathname, search, username, password } = url;
    const auth = username || password ? `${decodeURIComponent(username)}:${decodeURIComponent(password)}` : undefined;
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    address = { protocol, hostname, port, path: pathname + search, ...(auth !== undefined && { auth }) };
    addresses.set(url, address);
  }
  return address;
}

/** Gives up a connection that is not made in time; an idle one that is used again is made already. */
function watchConnect(sent: ClientRequest, timeoutMs: number): void {
  sent.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      const late = new TidemillError('unavailable', `No connection was made within ${timeoutMs} ms.`);
      unsent.add(late);
      sent.destroy(late);
    }, timeoutMs);
    const made = () => clearTimeout(timer);
    socket.once('connect', made).once('close', made);
  });
}

/** By events: iterating over the answer would cost more than all else of it. */
function readAnswer(answer: IncomingMessage): Promise<UpstreamAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostAnswerBytes) return void chunks.push(chunk);
      answer.destroy();
      reject(new TidemillError('model_failed', `The model's server answered more than ${mostAnswerBytes} bytes.`));
    });
    answer.once('end', () => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
    });
    answer.once('error', reject);
  });
}

function lateError(host: string): TidemillError {
  return new TidemillError('timeout', `The model's server ${host} did not answer in time.`);
}

/** Failures before a byte was sent. */
const unsent = new WeakSet<object>();
const unsentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function toError(error: unknown, host: string): TidemillError {
  if (error instanceof TidemillError) return error;
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  if (first instanceof TidemillError) return first;
  const { code } = first as { code?: string };
  const message = `The model's server ${host} cannot be reached: ${messageOf(first) || code}.`;
  const made = new TidemillError('unavailable', message, { cause: error, retryAfterSeconds: 1 });
  if (code !== undefined && unsentCodes.has(code)) unsent.add(made);
  return made;
}

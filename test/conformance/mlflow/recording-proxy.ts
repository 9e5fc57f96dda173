import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One call as it went over the wire. */
export interface Exchange {
  method: string;
  path: string;
  requestHeaders: IncomingMessage['headers'];
  requestBody: Buffer;
  status: number;
  responseHeaders: IncomingMessage['headers'];
  responseBody: Buffer;
}

/** What was said while one check ran. */
export interface Heard {
  title: string;
  exchanges: Exchange[];
}

/** A proxy that keeps what goes through it. */
export interface RecordingProxy {
  url: string;
  heard: Heard[];
  /** Begins a check. */
  mark(title: string): void;
  /** Names the server behind it, which is told the proxy's address first. */
  forwardTo(url: string): void;
  close(): Promise<void>;
}

/** The path at which the suite tells that a check begins. */
export const markPath = '/recording/mark';

/** Starts a proxy on a free port of this machine. */
export async function startRecordingProxy(): Promise<RecordingProxy> {
  const heard: Heard[] = [];
  const mark = (title: string) => void heard.push({ title, exchanges: [] });
  let target: URL | undefined;
  const server = createServer(async (incoming, outgoing) => {
    const requestBody = await buffer(incoming);
    if (incoming.url === markPath) {
      mark((JSON.parse(requestBody.toString()) as { title: string }).title);
      outgoing.end();
      return;
    }
    const exchange = begin(incoming, requestBody);
    const current = heard.at(-1);
    // In the order in which calls are answered, for a client may have several under way.
    forward(target!, { exchange, outgoing, answered: () => void current?.exchanges.push(exchange) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    mark,
    forwardTo(url) {
      target = new URL(url);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function begin(incoming: IncomingMessage, requestBody: Buffer): Exchange {
  return {
    method: incoming.method!,
    path: incoming.url!,
    requestHeaders: incoming.headers,
    requestBody,
    status: 0,
    responseHeaders: {},
    responseBody: Buffer.alloc(0),
  };
}

interface Forwarded {
  exchange: Exchange;
  outgoing: ServerResponse;
  answered(): void;
}

function forward(target: URL, { exchange, outgoing, answered }: Forwarded): void {
  const { method, path, requestHeaders, requestBody } = exchange;
  const headers = { ...requestHeaders, host: target.host, 'content-length': String(requestBody.length) };
  delete (headers as Record<string, unknown>)['transfer-encoding'];
  // Bodies are to be read here as well.
  delete (headers as Record<string, unknown>)['accept-encoding'];
  const call = ask({ host: target.hostname, port: target.port, method, path, headers }, async (answer) => {
    const body = await buffer(answer);
    exchange.status = answer.statusCode!;
    exchange.responseHeaders = answer.headers;
    exchange.responseBody = body;
    answered();
    const kept = { ...answer.headers, 'content-length': String(body.length) };
    delete (kept as Record<string, unknown>)['transfer-encoding'];
    outgoing.writeHead(answer.statusCode!, kept);
    outgoing.end(body);
  });
  call.on('error', (error) => outgoing.destroy(error));
  call.end(requestBody);
}

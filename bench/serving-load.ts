import { Agent, request as httpRequest } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { LoadOptions, Work } from './serving-work.ts';

// Sends one body over and over; prints what it saw as JSON. Argument: what to send, as JSON. The gRPC kind writes its frames
// itself, so that the client costs less than the server.

type Order = Omit<Work, 'body'> & LoadOptions & { url: string; callers: number; body: string };
const order = JSON.parse(process.argv[2]!) as Order;
const { url, seconds, callers, kind, headerBytes, rate, contentType = 'application/json' } = order;
const body = Buffer.from(order.body, 'base64');
const latencies: number[] = [];
let errors = 0;
const startedAt = performance.now();
const endsAt = startedAt + seconds * 1000;

const agent = new Agent({ keepAlive: true, maxSockets: callers });
const headers: Record<string, string> = { 'content-type': contentType, 'content-length': String(body.length) };
if (headerBytes) headers['inference-header-content-length'] = String(headerBytes);

function overRest(): Promise<boolean> {
  return new Promise((resolve) => {
    const call = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    });
    call.on('error', () => resolve(false));
    call.end(body);
  });
}

const framed = Buffer.concat([Buffer.alloc(5), body]);
framed.writeUInt32BE(body.length, 1);
const path = '/inference.GRPCInferenceService/ModelInfer';
const asked = { ':method': 'POST', ':path': path, te: 'trailers', 'content-type': 'application/grpc' };
const sessions = kind === 'grpc' ? Array.from({ length: 4 }, () => connect(url)) : [];

function overGrpc(session: ClientHttp2Session): Promise<boolean> {
  return new Promise((resolve) => {
    const stream = session.request(asked);
    let isGood = false;
    stream.on('trailers', (trailers) => {
      isGood = trailers['grpc-status'] === '0';
    });
    stream.on('close', () => resolve(isGood));
    stream.resume();
    stream.end(framed);
  });
}

/** One request; its latency counts from when it was due. */
async function ask(at: number, dueAt: number): Promise<void> {
  const isGood = kind === 'grpc' ? await overGrpc(sessions[at % sessions.length]!) : await overRest();
  if (!isGood) errors++;
  latencies.push(performance.now() - dueAt);
}

/** Sends when requests are due, whether others were answered or not. */
async function atRate(perSecond: number): Promise<void> {
  const underWay = new Set<Promise<void>>();
  for (let sent = 0; performance.now() < endsAt; ) {
    for (; startedAt + (sent * 1000) / perSecond <= performance.now(); sent++) {
      const one: Promise<void> = ask(sent, startedAt + (sent * 1000) / perSecond).finally(() => underWay.delete(one));
      underWay.add(one);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(underWay);
}

async function asAnswered(caller: number): Promise<void> {
  while (performance.now() < endsAt) await ask(caller, performance.now());
}

if (rate === undefined) await Promise.all(Array.from({ length: callers }, (_, caller) => asAnswered(caller)));
else await atRate(rate);
latencies.sort((a, b) => a - b);
const at = (q: number) => latencies[Math.floor(latencies.length * q)] ?? 0;
const perSecond = (latencies.length * 1000) / (performance.now() - startedAt);
process.stdout.write(
  `${JSON.stringify({ requests: latencies.length, perSecond, p50Ms: at(0.5), p99Ms: at(0.99), errors })}\n`,
);
process.exit(0);

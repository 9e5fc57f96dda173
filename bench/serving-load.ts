import { Agent, request as httpRequest } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';

// Sends one body over and over; prints what it saw as JSON. Arguments: url, seconds, callers, kind, body as base64,
// header length. The gRPC kind writes its frames itself, so that the client costs less than the server.

const [url, seconds, callers, kind, body64, headerBytes] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const body = Buffer.from(body64, 'base64');
const latencies: number[] = [];
let errors = 0;
const startedAt = performance.now();
const endsAt = startedAt + Number(seconds) * 1000;

const agent = new Agent({ keepAlive: true, maxSockets: Number(callers) });
const headers: Record<string, string> = { 'content-type': 'application/json', 'content-length': String(body.length) };
if (headerBytes) headers['inference-header-content-length'] = headerBytes;

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

await Promise.all(
  Array.from({ length: Number(callers) }, async (_, at) => {
    while (performance.now() < endsAt) {
      const began = performance.now();
      const isGood = kind === 'grpc' ? await overGrpc(sessions[at % sessions.length]!) : await overRest();
      if (!isGood) errors++;
      latencies.push(performance.now() - began);
    }
  }),
);
latencies.sort((a, b) => a - b);
const at = (q: number) => latencies[Math.floor(latencies.length * q)] ?? 0;
const perSecond = (latencies.length * 1000) / (performance.now() - startedAt);
process.stdout.write(
  `${JSON.stringify({ requests: latencies.length, perSecond, p50Ms: at(0.5), p99Ms: at(0.99), errors })}\n`,
);
process.exit(0);

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openServer } from '../support/in-process.ts';
import { askEach, declareObserved, freePort, streamGrpc } from '../support/observed-traffic.ts';
import { type ReceivedSpan, startCollector } from '../support/otlp-collector.ts';
import { cleanUp } from '../support/server-process.ts';

const traceId = 'af7651916cd43dd8448eb211c80319c1';
const callerSpan = 'b7ad6b7169203331';
const from = (flags: string) => ({ traceparent: `00-${traceId}-${callerSpan}-${flags}`, tracestate: 'vendor=1' });

let collector: Awaited<ReturnType<typeof startCollector>>;
let server: Awaited<ReturnType<typeof openServer>>;
let grpc: string;

async function open(flags: Record<string, unknown> = {}) {
  const grpcPort = await freePort();
  grpc = `127.0.0.1:${grpcPort}`;
  const otlp = { otlpEndpoint: collector.url, otlpHeaders: 'api-key=secret%20word', serviceName: 'scores' };
  server = await openServer({ grpcPort, ...otlp, ...flags });
  await declareObserved(server.call);
  return askEach(server.call, grpc);
}

/** Everything that was sent once the server has closed; only then is nothing left on the way. */
async function received(): Promise<ReceivedSpan[]> {
  await server.close();
  return collector.spans;
}

beforeEach(async () => {
  collector = await startCollector();
});
afterEach(async () => {
  await server.close();
  await collector.close();
});
afterAll(cleanUp);

const servers = {
  native: 'POST /api/v1/endpoints/:name/predict',
  'oip-rest': 'POST /v2/models/:model/infer',
  'oip-grpc': 'inference.GRPCInferenceService/ModelInfer',
  mlflow: 'POST /endpoints/:endpoint/invocations',
  v1: 'POST /v1/models/:model',
} as const;

describe('a request of a caller who traces', () => {
  test.each(Object.keys(servers) as (keyof typeof servers)[])('%s: our steps are inside the caller’s', async (name) => {
    const ask = await open();
    await ask[name]({ ...from('01'), 'x-request-id': 'asked-1' });
    const spans = await received();
    const own = spans.filter((span) => span.traceId === traceId);
    const answer = own.find((span) => span.kind === 2)!;
    expect(answer).toMatchObject({ name: servers[name], parentSpanId: callerSpan, service: 'scores', isError: false });
    const words = name === 'oip-grpc' ? { 'rpc.system': 'grpc', 'rpc.grpc.status_code': 0 } : httpWords(name);
    expect(answer.attributes).toMatchObject({ ...words, 'tidemill.endpoint': 'ep', 'tidemill.rows': 2 });
    if (name !== 'oip-grpc') expect(answer.attributes['tidemill.request.id']).toBe('asked-1');
    const inside = own.filter((span) => span.parentSpanId === answer.spanId);
    const expected = ['tidemill.batch', 'tidemill.queue', 'tidemill.read'];
    if (name !== 'mlflow' && name !== 'v1') expected.push('tidemill.write');
    expect(inside.map((span) => span.name).sort()).toEqual(expected);
    for (const span of inside) {
      expect(span.startMs).toBeGreaterThanOrEqual(answer.startMs - 1);
      expect(span.endMs).toBeLessThanOrEqual(answer.endMs + 1);
    }
    const shadow = spans.find((span) => span.name === 'tidemill.shadow')!;
    expect(shadow.traceId).not.toBe(traceId);
    expect(shadow.links).toEqual([{ traceId, spanId: answer.spanId }]);
  });

  test('a stream of gRPC is one step, with those of its requests inside', async () => {
    await open();
    expect(await streamGrpc(grpc, 3, from('01'))).toHaveLength(3);
    const own = (await received()).filter((span) => span.traceId === traceId);
    const [stream, ...others] = own.filter((span) => span.kind === 2);
    expect(others).toEqual([]);
    expect(stream).toMatchObject({ name: 'inference.GRPCInferenceService/ModelStreamInfer', parentSpanId: callerSpan });
    const reads = own.filter((span) => span.name === 'tidemill.read');
    expect(reads.map((span) => span.parentSpanId)).toEqual(Array(3).fill(stream!.spanId));
  });

  test('what the caller does not keep is not kept here, whatever comes of it', async () => {
    const ask = await open();
    for (const one of Object.values(ask)) await one(from('00'));
    const spans = await received();
    expect(spans.filter((span) => span.traceId === traceId)).toEqual([]);
    expect(spans.filter((span) => span.name === 'tidemill.shadow')).toEqual([]);
  });

  test('nonsense in the header begins a trace of our own', async () => {
    const ask = await open();
    for (const traceparent of [
      '00-0-0-01',
      `00-${'0'.repeat(32)}-${callerSpan}-01`,
      `ff-${traceId}-${callerSpan}-01`,
    ]) {
      await ask.native({ traceparent });
    }
    const spans = await received();
    const answers = spans.filter((span) => span.name === servers.native);
    expect(answers).toHaveLength(3);
    for (const { parentSpanId, traceId: own } of answers) {
      expect(parentSpanId).toBeUndefined();
      expect(own).not.toBe(traceId);
    }
  });

  test('errors name the trace, and its step the kind of failure without what was sent', async () => {
    await open();
    const rows = [{ a: 'my secret', b: 1 }];
    const { status, body } = await server.call('POST', 'endpoints/ep/predict', { rows }, from('01'));
    expect([status, body.traceId]).toEqual([400, traceId]);
    const spans = await received();
    expect(JSON.stringify(spans)).not.toContain('my secret');
  });
});

function httpWords(name: keyof typeof servers) {
  const [method, route] = servers[name].split(' ');
  return { 'http.request.method': method, 'http.route': route, 'http.response.status_code': 200 };
}

describe('requests that are merged', () => {
  test('each has the run in its own trace, linked to that of the first', async () => {
    await open();
    const ids = Array.from({ length: 8 }, (_, at) => `${at}${traceId.slice(1)}`);
    const rows = [{ a: 1, b: 0 }];
    const ask = (id: string) =>
      server.services.serving.predict({
        endpoint: 'ep',
        body: { rows },
        requestId: id,
        headers: {},
        actor: { id: 'a', kind: 'user', name: 'a', permissions: [] },
        trace: server.tracing!.serve(
          'test',
          (name) => (name === 'traceparent' ? `00-${id}-${callerSpan}-01` : undefined),
          {},
        ),
      });
    await Promise.all(ids.map(ask));
    const spans = await received();
    const runs = spans.filter((span) => span.name === 'tidemill.batch' && ids.includes(span.traceId));
    expect(runs).toHaveLength(1);
    expect(runs[0]!.attributes).toMatchObject({ 'tidemill.batch.requests': 8, 'tidemill.batch.rows': 8 });
    expect(runs[0]!.links).toHaveLength(7);
    const others = spans.filter((span) => span.name === 'tidemill.compute' && ids.includes(span.traceId));
    expect(new Set(others.map((span) => span.traceId)).size).toBe(7);
    for (const { links } of others) expect(links).toEqual([{ traceId: runs[0]!.traceId, spanId: runs[0]!.spanId }]);
  });
});

describe('a model at another server', () => {
  let asked: IncomingHttpHeaders[];
  let remote: ReturnType<typeof createServer>;
  beforeAll(() => {
    remote = createServer(async (request, response) => {
      const { instances } = (await json(request)) as { instances: unknown[] };
      asked.push(request.headers);
      response.end(JSON.stringify({ predictions: instances.map(() => 1) }));
    });
    return new Promise<void>((resolve) => remote.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void remote.close());

  test.each(['01', '00'])('gets our step as its parent, with the caller’s choice %s', async (flags) => {
    asked = [];
    await open({ allowPrivateAddresses: true });
    const url = `http://127.0.0.1:${(remote.address() as AddressInfo).port}/v1/models/x`;
    const columns = ['a', 'b'].map((name) => ({ name, type: 'number' }));
    const spec = { model: 'm', runtime: { kind: 'remote', url, protocol: 'v1', columns } };
    expect((await server.call('PUT', 'endpoints/far', { spec })).body.state).toBe('ready');
    asked = [];
    const { status } = await server.call('POST', 'endpoints/far/predict', { rows: [{ a: 1, b: 2 }] }, from(flags));
    expect(status).toBe(200);
    const [, id, parent, kept] = String(asked[0]!['traceparent']).split('-');
    expect([id, kept, asked[0]!['tracestate']]).toEqual([traceId, flags, 'vendor=1']);
    expect(parent).not.toBe(callerSpan);
    const call = (await received()).find((span) => span.kind === 3);
    if (flags === '00') expect(call).toBeUndefined();
    else expect(call).toMatchObject({ spanId: parent, attributes: { 'http.response.status_code': 200 } });
  });
});

describe('the collector', () => {
  test('is told with the headers that were set, and never logged', async () => {
    const ask = await open();
    await ask.native(from('01'));
    await received();
    expect(collector.requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'api-key': 'secret word' } });
  });

  test('takes nobody’s request or shutdown away by not being there', async () => {
    const ask = await open({ otlpEndpoint: `http://127.0.0.1:${await freePort()}` });
    expect(await ask.native(from('01'))).toMatchObject({ status: 200 });
    await server.close();
  });

  test('is asked for a share where that is set, and nothing is loaded where it is not', async () => {
    const ask = await open({ tracesSampler: 'always_off' });
    await ask.native(from('01'));
    expect(await received()).toEqual([]);
    server = await openServer();
    expect(server.tracing).toBeUndefined();
  });
});

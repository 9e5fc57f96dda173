import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { echoModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { createSecretBox } from '../../../kernel/secret-box.ts';
import { logSinkSchema } from './sink-schema.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

let stack: ServingStack;
let receiver: Server;
let url: string;
let received: Received[] = [];
/** What the receiver answers, one request after the other; then 204. */
let answers: (number | 'hang')[] = [];
let lastId = 0;
const clear = 'ann.lee-4472@example.com';

const endpointOf = (sink: Record<string, unknown>) => ({
  model: 'm',
  log: { columns: { text: 'hash', text_out: 'hash' }, sink: { url, ...sink } },
});

async function ask(endpoint: string, x = 0.5): Promise<string> {
  const requestId = `s-${++lastId}`;
  const rows = [
    { flag: true, count: 7, text: clear, x },
    { flag: false, count: 8, text: 'b', x: null },
  ];
  await stack.serving.predict({ endpoint, requestId, headers: {}, actor: systemActor, body: { rows } }).catch(() => {});
  return requestId;
}
const arrived = (count: number) => expect.poll(() => received.length, { timeout: 5000 }).toBe(count);
const state = (endpoint: string) => stack.serving.predictionLog.sinkState(endpoint);

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const answer = answers.shift() ?? 204;
    if (answer === 'hang') return;
    if (answer < 300) received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/events`;
  stack = await openServing({
    runtimes: { secrets: createSecretBox(randomBytes(32)), allowPrivateAddresses: true },
    sinkTuning: { retryMs: 20, timeoutMs: 300, maxEvents: 40 },
  });
  await stack.register('m', echoModel(), 'champion');
});
afterAll(async () => {
  await stack.dispose();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});
beforeEach(() => {
  received = [];
  answers = [];
});

describe('events on the wire', () => {
  test("binary, as KServe's loggers send them, with the contract applied", async () => {
    const variants = [{ name: 'dark', version: 1, shadow: true }];
    await stack.serving.declare(systemActor, 'kserve', { ...endpointOf({ namespace: 'shop' }), variants });
    const id = await ask('kserve');
    await arrived(2);
    const request = received.find((one) => one.headers['ce-type'] === 'org.kubeflow.serving.inference.request')!;
    const response = received.find((one) => one.headers['ce-type'] === 'org.kubeflow.serving.inference.response')!;
    for (const { headers } of [request, response]) {
      expect(headers).toMatchObject({
        'ce-specversion': '1.0',
        'ce-id': id,
        'ce-source': '/endpoints/kserve',
        'ce-inferenceservicename': 'kserve',
        'ce-namespace': 'shop',
        'ce-component': 'predictor',
        'ce-endpoint': 'champion',
        'ce-time': expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        'content-type': 'application/json',
      });
    }
    const { inputs } = JSON.parse(request.body);
    expect(inputs).toContainEqual({ name: 'x', datatype: 'FP64', shape: [2], data: [0.5, null] });
    const text = inputs.find((one: { name: string }) => one.name === 'text');
    expect(text).toMatchObject({
      datatype: 'BYTES',
      data: [expect.stringMatching(/^h:/), expect.stringMatching(/^h:/)],
    });
    const answer = JSON.parse(response.body);
    expect(answer).toMatchObject({
      id,
      model_name: 'kserve',
      model_version: '1',
      parameters: { model: 'm', code: 200 },
    });
    expect(answer.outputs).toContainEqual({ name: 'count_out', datatype: 'FP64', shape: [2], data: [7, 8] });
    expect(JSON.stringify(received)).not.toContain(clear);
  });

  test("structured, by Seldon's names, and feedback", async () => {
    const events = ['response', 'feedback'];
    await stack.serving.declare(systemActor, 'seldon', endpointOf({ dialect: 'seldon', mode: 'structured', events }));
    const id = await ask('seldon');
    await arrived(1);
    await stack.serving.feedback(systemActor, [{ predictionId: `${id}.1`, label: 'b', reward: 2 }]);
    await arrived(2);
    const [response, feedback] = received.map(({ body }) => JSON.parse(body));
    expect(received[0]!.headers['content-type']).toBe('application/cloudevents+json');
    const common = { specversion: '0.3', requestid: id, inferenceservicename: 'seldon', namespace: 'default' };
    expect(response).toMatchObject({ ...common, type: 'io.seldon.serving.inference.response', modelid: 'm' });
    expect(response.data).toMatchObject({ model_name: 'seldon' });
    expect(feedback).toMatchObject({ ...common, type: 'io.seldon.serving.feedback', id: `${id}.1` });
    expect(feedback.data).toEqual({ id, prediction_id: `${id}.1`, label: 'b', values: { reward: 2 } });
  });

  test('many at once in batches; a refused request is told with its code and without outputs', async () => {
    await stack.serving.declare(systemActor, 'batch', endpointOf({ mode: 'batch', events: ['response'] }));
    for (let at = 0; at < 10; at++) await ask('batch', at === 9 ? ('wrong' as never) : at);
    await expect.poll(() => received.flatMap(({ body }) => JSON.parse(body)).length).toBe(10);
    expect(received[0]!.headers['content-type']).toBe('application/cloudevents-batch+json');
    const codes = received.flatMap(({ body }) => JSON.parse(body)).map((one) => one.data.parameters.code);
    expect(codes.filter((code) => code === 400)).toHaveLength(1);
  });
});

describe('a receiver', () => {
  test('that fails or hangs gets the same events later; what it refuses is not sent again', async () => {
    await stack.serving.declare(systemActor, 'shaky', endpointOf({ events: ['request'] }));
    answers = [503, 'hang', 429, 400];
    const first = await ask('shaky');
    await expect.poll(() => state('shaky')).toMatchObject({ refused: 1, retries: 3, paused: false });
    const second = await ask('shaky');
    await arrived(1);
    expect(received[0]!.headers['ce-id']).toBe(second);
    expect(first).not.toBe(second);
    expect(state('shaky')).toMatchObject({ sent: 1, lastError: expect.stringContaining('400') });
  });

  test('that is away costs no request anything: events over the bound are dropped and counted', async () => {
    await stack.serving.declare(systemActor, 'away', endpointOf({ url: 'http://127.0.0.1:1/' }));
    for (let at = 0; at < 40; at++) await ask('away');
    await stack.serving.observations({ endpoint: 'away' });
    expect(state('away')).toMatchObject({ sent: 0, queued: 40, dropped: 40 });
    await expect.poll(() => state('away').paused).toBe(true);
    const families = await stack.serving.metrics();
    const dropped = families
      .find((one) => one.name === 'tidemill_log_sink_events_total')
      ?.values.find(({ labels }) => labels.endpoint === 'away' && labels.result === 'dropped');
    expect(dropped?.value).toBe(40);
  });

  test('is shown the credential that was set, which is stored sealed', async () => {
    await stack.serving.declare(systemActor, 'guarded', endpointOf({ events: ['request'] }));
    const credential = { header: 'Authorization', value: 'Bearer of-the-sink' };
    await stack.serving.predictionLog.setSinkCredential(systemActor, 'guarded', credential);
    await ask('guarded');
    await arrived(1);
    expect(received[0]!.headers.authorization).toBe('Bearer of-the-sink');
    await stack.serving.predictionLog.setSinkCredential(systemActor, 'guarded');
    await ask('guarded');
    await arrived(2);
    expect(received[1]!.headers.authorization).toBeUndefined();
  });

  test('at a private address is not reached unless that is allowed', async () => {
    const strict = await openServing({ sinkTuning: { retryMs: 20 } });
    try {
      await strict.register('m', echoModel(), 'champion');
      await strict.serving.declare(systemActor, 'e', { model: 'm', log: { sink: { url } } });
      const body = { rows: [{ flag: true, count: 1, text: 'a', x: 1 }] };
      await strict.serving.predict({ endpoint: 'e', requestId: 'r', headers: {}, actor: systemActor, body });
      await expect.poll(() => strict.serving.predictionLog.sinkState('e').lastError).toMatch(/private|address/);
      expect(received).toEqual([]);
    } finally {
      await strict.dispose();
    }
  });
});

test('what is logged when the server stops is sent before it has stopped', async () => {
  const allowed = { secrets: createSecretBox(randomBytes(32)), allowPrivateAddresses: true };
  const stopping = await openServing({ runtimes: allowed, flushMs: 60_000 });
  await stopping.register('m', echoModel(), 'champion');
  await stopping.serving.declare(systemActor, 'e', { model: 'm', log: { sink: { url, events: ['request'] } } });
  for (let at = 0; at < 30; at++) {
    const body = { rows: [{ flag: true, count: at, text: 'a', x: 1 }] };
    await stopping.serving.predict({ endpoint: 'e', requestId: `last-${at}`, headers: {}, actor: systemActor, body });
  }
  await stopping.dispose();
  expect(received).toHaveLength(30);
});

describe('a wrong sink', () => {
  test.each([
    [{ url: 'ftp://x/' }, 'url'],
    [{ url: 'http://me:secret@x/' }, 'url'],
    [{ url: 'http://x/', mode: 'loud' }, 'mode'],
    [{ url: 'http://x/', events: [] }, 'events'],
    [{ url: 'http://x/', namespace: 'a b' }, 'namespace'],
    [{ url: 'http://x/', dialect: 'seldon', mode: 'batch' }, undefined],
  ])('%j is refused', (sink, field) => {
    expect(logSinkSchema.safeParse(sink).error?.issues[0]?.path[0]).toBe(field);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../test/support/serving.ts';
import { echoModel, forestModel, logisticModel } from '../../../test/support/test-models.ts';
import type { Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { parseJson } from '../../kernel/json.ts';
import { oipRoutes } from './index.ts';

let stack: ServingStack;
let server: Server;

async function call(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await fetch(`${server.url}${path}`, {
    ...(body !== undefined && { method: 'POST', body: raw as never }),
    headers: body === undefined ? {} : { 'content-type': 'application/json', ...headers },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const head = response.headers.get('inference-header-content-length');
  const text = bytes.toString('utf8', 0, head ? Number(head) : bytes.length);
  return { status: response.status, body: parseJson(text) as never as Answer, text, bytes, head };
}
interface Answer {
  [key: string]: unknown;
  id: string;
  error: string;
  outputs: { name: string; datatype: string; shape: number[]; data: unknown[]; parameters?: unknown }[];
}

const fp32 = (name: string, shape: number[], data: unknown) => ({ name, shape, datatype: 'FP32', data });
const rows = (...more: object[]) => ({ inputs: [fp32('a', [2, 1], [1, 2]), fp32('b', [2, 1], [0, 0]), ...more] });
const infer = (body: unknown, path = '/v2/models/risk/infer') => call(path, body);

beforeAll(async () => {
  stack = await openServing();
  await stack.register('risk', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.register('echo', echoModel(), 'champion');
  await stack.register('forest', forestModel({ trees: 3, features: 3 }), 'champion');
  for (const name of ['risk', 'echo', 'forest']) await stack.serving.declare(systemActor, name, { model: name });
  server = await stack.listen({ routes: oipRoutes(stack.serving, { version: '1.2.3' }) });
});
afterAll(() => stack.dispose());

describe('health and metadata', () => {
  test('say what clients read', async () => {
    expect((await call('/v2')).body).toEqual({
      name: 'tidemill',
      version: '1.2.3',
      extensions: expect.arrayContaining(['binary_tensor_data', 'model_repository', 'statistics']),
    });
    expect((await call('/v2/health/live')).body).toEqual({ live: true });
    expect((await call('/v2/health/ready?x=1')).body).toEqual({ ready: true, live: true });
    expect((await call('/v2/models')).body).toEqual({ models: ['echo', 'forest', 'risk'] });
    expect((await call('/v2/models/risk')).body).toEqual({
      name: 'risk',
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      inputs: [
        { name: 'a', datatype: 'FP32', shape: [-1, 1] },
        { name: 'b', datatype: 'FP32', shape: [-1, 1] },
      ],
      outputs: [
        { name: 'label', datatype: 'INT64', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
      ],
    });
    expect((await call('/v2/models/risk/versions/1/ready')).body).toEqual({ name: 'risk', ready: true });
    expect((await call('/v2/repository/index', {})).body).toHaveLength(3);
  });

  test('a model that waits is not ready, and says why', async () => {
    await stack.serving.declare(systemActor, 'later', { model: 'none' });
    expect((await call('/v2/health/ready')).status).toBe(503);
    expect((await call('/v2/models/later/ready')).status).toBe(503);
    await stack.serving.undeclare(systemActor, 'later');
  });
});

describe('inference', () => {
  test('OIP-01: nested or flat data, as many values as the shape says', async () => {
    const flat = await infer({ inputs: [fp32('X', [2, 3], [1, 2, 3, 4, 5, 6])] }, '/v2/models/forest/infer');
    const nested = await infer(
      {
        inputs: [
          fp32(
            'X',
            [2, 3],
            [
              [1, 2, 3],
              [4, 5, 6],
            ],
          ),
        ],
      },
      '/v2/models/forest/infer',
    );
    expect(flat.status).toBe(200);
    expect(nested.body.outputs).toEqual(flat.body.outputs);
    expect(flat.body).toMatchObject({ model_name: 'forest', model_version: '1' });
    const few = await infer({ inputs: [fp32('X', [2, 3], [1, 2, 3])] }, '/v2/models/forest/infer');
    expect([few.status, few.body.error]).toEqual([400, expect.stringContaining('needs 6')]);
  });

  test('OIP-02, OIP-03: names and types of the inputs', async () => {
    const wrong = async (inputs: unknown[]) => (await infer({ inputs })).status;
    expect(await wrong([fp32('a', [1, 1], [1])])).toBe(400);
    expect(await wrong([...rows().inputs, fp32('c', [2, 1], [1, 2])])).toBe(400);
    expect(await wrong([...rows().inputs, fp32('a', [2, 1], [1, 2])])).toBe(400);
    expect(await wrong([{ ...fp32('a', [1, 1], [1]), datatype: 'FP64' }, fp32('b', [1, 1], [1])])).toBe(400);
    expect(await wrong([{ ...fp32('a', [1, 1], [1]), datatype: 'FP16' }, fp32('b', [1, 1], [1])])).toBe(400);
    expect(await wrong([fp32('a', [1, 1], ['x']), fp32('b', [1, 1], [1])])).toBe(400);
    expect(await wrong([])).toBe(400);
  });

  test('OIP-04: requested outputs, in the order asked for', async () => {
    const asked = (...names: string[]) => infer({ ...rows(), outputs: names.map((name) => ({ name })) });
    const reply = await asked('probabilities', 'label');
    expect(reply.body.outputs.map((output) => output.name)).toEqual(['probabilities', 'label']);
    expect((await asked('label')).body.outputs).toHaveLength(1);
    expect((await asked('nothing')).status).toBe(400);
    expect((await asked('label', 'label')).status).toBe(400);
  });

  test('OIP-05: the id comes back as it was, and one is made where there is none', async () => {
    const id = 'ä "quoted" \u2028 id';
    expect((await infer({ id, ...rows() })).body.id).toBe(id);
    const made = (await infer(rows())).body.id;
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    expect(await stack.serving.prediction(`${made}.1`)).toMatchObject({ features: { a: 2, b: 0 } });
  });

  test('OIP-06: malformed requests are refused without harm', async () => {
    const shapes = [[-1, 1], [2 ** 40, 2 ** 40], [1.5, 1], 'x', [], [0, 1], new Array(40).fill(1)];
    for (const shape of shapes) {
      const { status } = await infer({ inputs: [fp32('a', shape as never, [1, 2]), fp32('b', [2, 1], [1, 2])] });
      expect([shape, status]).toEqual([shape, 400]);
    }
    expect((await infer('['.repeat(100_000))).status).toBe(400);
    expect((await infer('{"inputs":')).status).toBe(400);
    expect((await infer('[]')).status).toBe(400);
    for (const length of ['-1', '999999', 'x', '1e400']) {
      const headers = { 'inference-header-content-length': length };
      expect((await call('/v2/models/risk/infer', JSON.stringify(rows()), headers)).status).toBe(400);
    }
    expect((await infer(rows())).status).toBe(200);
  });

  test('OIP-07, OIP-11: unknown models and versions, encoded names', async () => {
    const unknown = await infer(rows(), '/v2/models/a%2Fb/infer');
    expect(unknown.status).toBe(404);
    expect(unknown.body.error).toMatch(/^Request for unknown model/);
    const version = await infer(rows(), '/v2/models/risk/versions/9/infer');
    expect([version.status, version.body.error]).toEqual([404, expect.stringMatching(/^Request for unknown model/)]);
    expect((await infer(rows(), '/v2/models/r%69sk/versions/1/infer?x=1')).status).toBe(200);
  });

  test('OIP-10: all kinds of numbers come out as they went in', async () => {
    const text = `{"inputs":[
      {"name":"flag","datatype":"BOOL","shape":[2,1],"data":[true,false]},
      {"name":"count","datatype":"INT64","shape":[2,1],"data":[9007199254740993,-9223372036854775808]},
      {"name":"text","datatype":"BYTES","shape":[2,1],"data":["ä",""]},
      {"name":"x","datatype":"FP32","shape":[2,1],"data":[NaN,-Infinity]}]}`;
    const reply = await infer(text, '/v2/models/echo/infer');
    expect(reply.text).toContain('"data":[true,false]');
    expect(reply.text).toContain('"data":[9007199254740993,-9223372036854775808]');
    expect(reply.text).toContain('"data":["ä",""]');
    expect(reply.text).toContain('"data":[NaN,-Infinity]');
  });

  test('binary tensors in and out', async () => {
    const count = Buffer.alloc(8);
    count.writeBigInt64LE(9007199254740993n);
    const text = Buffer.from('\x02\0\0\0ä', 'utf8');
    const header = {
      parameters: { binary_data_output: true },
      inputs: [
        { name: 'flag', datatype: 'BOOL', shape: [1, 1], data: [true] },
        { name: 'count', datatype: 'INT64', shape: [1, 1], parameters: { binary_data_size: 8 } },
        { name: 'text', datatype: 'BYTES', shape: [1, 1], parameters: { binary_data_size: 6 } },
        { name: 'x', datatype: 'FP32', shape: [1, 1], data: [0.5] },
      ],
    };
    const head = Buffer.from(JSON.stringify(header));
    const body = Buffer.concat([head, count, text]);
    const headers = { 'inference-header-content-length': String(head.length) };
    const reply = await call('/v2/models/echo/infer', body, headers);
    expect(reply.body.outputs.map((output) => output.parameters)).toEqual(
      [1, 8, 6, 4].map((size) => ({ binary_data_size: size })),
    );
    const raw = reply.bytes.subarray(Number(reply.head));
    expect(raw).toEqual(Buffer.concat([Buffer.of(1), count, text, Buffer.of(0, 0, 0, 0x3f)]));
    const short = await call('/v2/models/echo/infer', body.subarray(0, body.length - 1), headers);
    expect(short.status).toBe(400);
    const long = await call('/v2/models/echo/infer', Buffer.concat([body, body]), headers);
    expect(long.status).toBe(400);
  });

  test('OIP-08: many at once each get their own rows', async () => {
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        infer({ id: `c${i}`, inputs: [fp32('a', [1, 1], [i]), fp32('b', [1, 1], [0])] }),
      ),
    );
    replies.forEach((reply, i) => {
      const p = (reply.body.outputs[1]!.data as number[])[1];
      expect([reply.body.id, p]).toEqual([`c${i}`, expect.closeTo(1 / (1 + Math.exp(-i)), 6)]);
    });
  });

  test('a full queue says when to come again, a passed deadline that it passed', async () => {
    await stack.serving.declare(systemActor, 'narrow', { model: 'risk', maxQueueRows: 2 });
    const body = { inputs: [fp32('a', [2, 1], [1, 2]), fp32('b', [2, 1], [0, 0])] };
    const ask = () => fetch(`${server.url}/v2/models/narrow/infer`, { method: 'POST', body: JSON.stringify(body) });
    const replies = await Promise.all(Array.from({ length: 60 }, ask));
    for (const reply of replies.filter(({ status }) => status !== 200)) {
      expect([reply.status, Number(reply.headers.get('retry-after'))]).toEqual([429, expect.toSatisfy((s) => s >= 1)]);
      expect(await reply.json()).toEqual({ error: expect.stringContaining('queue is full') });
    }
    const late = await infer({ ...rows(), parameters: { timeout: 1 } });
    expect([late.status, late.body.error]).toEqual([504, expect.stringContaining('deadline')]);
    const big = await infer(
      { inputs: [fp32('a', [3, 1], [1, 2, 3]), fp32('b', [3, 1], [0, 0, 0])] },
      '/v2/models/narrow/infer',
    );
    expect(big.status).toBe(413);
    await stack.serving.undeclare(systemActor, 'narrow');
  });

  test('an endpoint that is unloaded says so, and answers again when it is loaded', async () => {
    expect((await call('/v2/repository/models/echo/unload', {})).status).toBe(200);
    expect((await call('/v2/models/echo/ready')).status).toBe(503);
    expect((await call('/v2/health/ready')).status).toBe(200);
    const index = (await call('/v2/repository/any/index', { ready: true })).body as never as { name: string }[];
    expect(index.map(({ name }) => name)).toEqual(['forest', 'risk']);
    expect((await call('/v2/repository/models/echo/load', { parameters: { config: '{}' } })).status).toBe(501);
    expect((await call('/v2/repository/models/echo/load', '')).body).toEqual({ name: 'echo', load: true });
    expect((await call('/v2/models/echo/ready')).status).toBe(200);
  });
});

import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodings, readRest, restBody, type TestRequest, type TestTensor } from './clients.ts';
import { fetchChecked } from './documented.ts';
import { rawRequest } from './raw-http.ts';
import { openConformance } from './stack.ts';

let open: Awaited<ReturnType<typeof openConformance>>;
beforeAll(async () => {
  open = await openConformance();
}, 60_000);
afterAll(() => open.close());

const column = (name: string, ...values: number[]): TestTensor => ({
  name,
  datatype: 'FP32',
  shape: [values.length, 1],
  values,
});
const ab = (...values: number[]) => [column('a', ...values), column('b', ...values.map(() => 0))];
const risk = (more: Partial<TestRequest> = {}): TestRequest => ({ model: 'risk', inputs: ab(1, 2), ...more });
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe.each(encodings)('%s', (encoding) => {
  const ask = (request: TestRequest) => open.ask(encoding, request);

  test('OIP-02: inputs that are unknown, missing or given twice are refused by name', async () => {
    const [a, b] = ab(1) as [TestTensor, TestTensor];
    for (const [inputs, name] of [
      [[a], 'b'],
      [[a, b, column('c', 1)], 'c'],
      [[a, b, a], 'a'],
      [[a, column('B', 1)], 'b'],
    ] as const) {
      const reply = await ask(risk({ inputs: [...inputs] }));
      expect([reply.status, reply.error]).toEqual([400, expect.stringContaining(`'${name}'`)]);
    }
    expect((await ask(risk({ inputs: [] }))).status).toBe(400);
  });

  test('OIP-04: outputs as asked for, unknown and repeated ones refused', async () => {
    const names = async (...outputs: string[]) => (await ask(risk({ outputs }))).outputs.map(({ name }) => name);
    expect(await names('probabilities', 'label')).toEqual(['probabilities', 'label']);
    expect(await names('label')).toEqual(['label']);
    expect(await names()).toEqual(['label', 'probabilities']);
    expect((await ask(risk({ outputs: ['nothing'] }))).status).toBe(400);
    expect((await ask(risk({ outputs: ['label', 'label'] }))).status).toBe(400);
  });

  test('OIP-05: the id comes back as it was; one is made where there is none', async () => {
    for (const id of ['1', 'ä "quoted" \u2028 id', 'x'.repeat(5000), ' ']) {
      expect((await ask(risk({ id }))).id).toBe(id);
    }
    expect((await ask(risk())).id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('OIP-07: unknown models and versions, in the words clients look for', async () => {
    expect((await ask(risk({ version: '1' }))).status).toBe(200);
    for (const request of [risk({ version: '9' }), risk({ version: 'x' }), risk({ model: 'nobody' })]) {
      const reply = await ask(request);
      expect([reply.status, reply.error]).toEqual([404, expect.stringMatching(/^Request for unknown model/)]);
    }
  });

  test('OIP-08: a bad request among many fails alone, and each gets its own rows and outputs', async () => {
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, at) => {
        // The model itself fails on values of 100 and more.
        const inputs = at === 17 ? ab(500) : at === 23 ? [column('a', 1)] : ab(at, at / 2);
        return ask({ model: 'brittle', inputs, ...(at % 2 === 0 && { outputs: ['probabilities'] }) });
      }),
    );
    replies.forEach((reply, at) => {
      expect(reply.status).toBe(at === 17 ? 500 : at === 23 ? 400 : 200);
      if (reply.status !== 200) return;
      expect(reply.outputs.map(({ name }) => name)).toEqual(
        at % 2 === 0 ? ['probabilities'] : ['label', 'probabilities'],
      );
      const [, first, , second] = reply.outputs.at(-1)!.values as number[];
      expect([first, second]).toEqual([expect.closeTo(sigmoid(at), 5), expect.closeTo(sigmoid(at / 2), 5)]);
    });
  });

  test('priority and timeout are honoured, wrong ones refused', async () => {
    expect((await ask(risk({ parameters: { priority: 1, timeout: 5_000_000 } }))).status).toBe(200);
    expect((await ask(risk({ parameters: { priority: -1 } }))).status).toBe(400);
    expect((await ask(risk({ parameters: { timeout: -5 } }))).status).toBe(400);
  });
});

describe('REST', () => {
  const path = '/v2/models/risk/infer';
  const post = (body: Uint8Array | string, headers: Record<string, string> = {}, to = path) =>
    fetchChecked(open.url + to, { method: 'POST', body: body as never, headers });

  test('OIP-01: nested or flat data', async () => {
    const send = async (shape: number[], data: unknown) => {
      const input = { name: 'x', datatype: 'INT32', shape, data };
      return (await post(JSON.stringify({ inputs: [input] }), {}, '/v2/models/same-INT32/infer')).json();
    };
    const flat = (await send([2, 2], [1, 2, 3, 4])) as { outputs: unknown };
    expect(
      await send(
        [2, 2],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    ).toMatchObject({ outputs: flat.outputs });
    expect(await send([2, 2], [1, 2, 3])).toEqual({ error: expect.stringContaining('needs 4') });
  });

  test('OIP-09: packed requests and replies', async () => {
    const { body, headerBytes } = restBody('binary', risk({ model: 'risk', inputs: ab(...new Array(400).fill(2)) }));
    const length = { 'inference-header-content-length': String(headerBytes) };
    const plain = await readRest(await post(body, length));
    for (const [name, pack, unpack] of [
      ['gzip', gzipSync, gunzipSync],
      ['deflate', deflateSync, inflateSync],
      ['deflate', deflateRawSync, inflateSync],
    ] as const) {
      const headers = {
        ...length,
        'content-encoding': name,
        'accept-encoding': name,
        'content-type': 'application/octet-stream',
      };
      const reply = await rawRequest(open.url + path, headers, pack(body));
      expect([reply.status, reply.headers['content-encoding']]).toEqual([200, name]);
      const whole = unpack(reply.body);
      const head = Number(reply.headers['inference-header-content-length']);
      expect(JSON.parse(whole.toString('utf8', 0, head))).toMatchObject({ model_name: 'risk', model_version: '1' });
      const again = await readRest(
        new Response(whole, { headers: { 'inference-header-content-length': String(head) } }),
      );
      expect(again.outputs).toEqual(plain.outputs);
    }
  });

  test('OIP-09: what is not wanted, or small, is not packed', async () => {
    const body = Buffer.from(JSON.stringify({ inputs: ab(1).map(({ values, ...one }) => ({ ...one, data: values })) }));
    const small = await rawRequest(open.url + path, { 'accept-encoding': 'gzip' }, body);
    expect([small.status, small.headers['content-encoding']]).toEqual([200, undefined]);
    const big = restBody('JSON', risk({ inputs: ab(...new Array(400).fill(2)) })).body;
    for (const accepted of ['identity', 'gzip;q=0', 'br', 'identity, gzip;q=0.5']) {
      const reply = await rawRequest(open.url + path, { 'accept-encoding': accepted }, big);
      expect([accepted, reply.headers['content-encoding']]).toEqual([accepted, undefined]);
    }
  });

  test('OIP-10: query strings mean nothing', async () => {
    const { body } = restBody('JSON', risk());
    expect((await post(body, {}, `${path}?model=other&x=%ff&__proto__=1`)).status).toBe(200);
    expect((await fetchChecked(`${open.url}/v2/models/risk?version=9`)).status).toBe(200);
  });

  test('OIP-11: names are decoded, also those with a slash', async () => {
    const { body } = restBody('JSON', risk());
    expect((await post(body, {}, '/v2/models/%72isk/versions/%31/infer')).status).toBe(200);
    const reply = await post(body, {}, '/v2/models/team%2Frisk/infer');
    expect([reply.status, await reply.json()]).toEqual([404, { error: expect.stringContaining("'team/risk'") }]);
  });

  test('a body without a header is the one input, and all outputs are binary', async () => {
    const bytes = Buffer.alloc(16);
    for (let at = 0; at < 4; at++) bytes.writeInt32LE(at + 1, at * 4);
    const header = { 'inference-header-content-length': '0' };
    const reply = await readRest(await post(bytes, header, '/v2/models/same-INT32/infer'));
    expect(reply.outputs).toEqual([{ name: 'y', datatype: 'INT32', shape: [2, 2], values: [1, 2, 3, 4] }]);
    for (const [body, model] of [
      [bytes.subarray(1), 'same-INT32'],
      [Buffer.alloc(0), 'same-INT32'],
      [bytes, 'risk'],
      [bytes, 'same-BYTES'],
    ] as const) {
      expect((await post(body, header, `/v2/models/${model}/infer`)).status).toBe(400);
    }
  });

  test('JSON and binary tensors in one request, binary wished for one output', async () => {
    const [a, b] = ab(3) as [TestTensor, TestTensor];
    const { values, ...rest } = a;
    const head = Buffer.from(
      JSON.stringify({
        inputs: [
          { ...rest, data: values },
          { name: b.name, datatype: 'FP32', shape: [1, 1], parameters: { binary_data_size: 4 } },
        ],
        outputs: [{ name: 'label', parameters: { binary_data: true } }, { name: 'probabilities' }],
      }),
    );
    const headers = { 'inference-header-content-length': String(head.length) };
    const reply = await readRest(await post(Buffer.concat([head, Buffer.alloc(4)]), headers));
    expect(reply.outputs[0]).toEqual({ name: 'label', datatype: 'INT64', shape: [1], values: [1n] });
    expect(reply.outputs[1]!.values[1]).toBeCloseTo(sigmoid(3), 5);
  });

  test('classification: the best classes of each row with their labels', async () => {
    const inputs = ab(1, -2).map(({ values, ...one }) => ({ ...one, data: values }));
    const outputs = [{ name: 'probabilities', parameters: { classification: 1 } }];
    const reply = await post(JSON.stringify({ inputs, outputs }));
    expect(await reply.json()).toMatchObject({
      outputs: [{ name: 'probabilities', datatype: 'BYTES', shape: [2, 1], data: ['0.731059:1:1', '0.880797:0:0'] }],
    });
  });

  test.each(['GET', 'PUT', 'PATCH', 'DELETE'])('%s is not for inference', async (method) => {
    const reply = await fetchChecked(open.url + path, { method });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await reply.json()).toEqual({ error: expect.stringContaining('POST') });
  });
});

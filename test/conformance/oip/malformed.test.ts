import { gzipSync } from 'node:zlib';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDealer } from '../../support/fuzz.ts';
import { type Encoding, encodings, type TestRequest } from './clients.ts';
import { fetchChecked } from './documented.ts';
import { openConformance } from './stack.ts';

let open: Awaited<ReturnType<typeof openConformance>>;
let wire: Client;
beforeAll(async () => {
  open = await openConformance();
  wire = new Client(open.address, credentials.createInsecure());
}, 60_000);
afterAll(async () => {
  wire.close();
  await open.close();
});

const path = '/v2/models/risk/infer';
const input = (name: string, shape: unknown = [1, 1], more: object = { data: [1] }) => ({
  name,
  datatype: 'FP32',
  shape,
  ...more,
});
const good = { inputs: [input('a'), input('b')] };

async function post(
  body: Uint8Array | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; error: unknown }> {
  const response = await fetchChecked(open.url + path, { method: 'POST', body: body as never, headers });
  const text = await response.text();
  return { status: response.status, error: response.ok ? '' : (JSON.parse(text) as { error: string }).error };
}

/** Refused as the caller's mistake, in words, and the next good request is answered. */
async function expectRefused(reply: { status: number; error: unknown }) {
  expect(reply).toEqual({
    status: expect.toSatisfy((status: number) => status >= 400 && status < 500),
    error: expect.stringMatching(/./),
  });
}

describe('REST', () => {
  const withInput = (one: unknown) => ({ inputs: [one, input('b')] });
  const bodies: [string, unknown][] = [
    ...[
      [],
      [-1, 1],
      [1.5, 1],
      [2 ** 40, 2 ** 40],
      [2 ** 53, 1],
      [0, 1],
      ['1', 1],
      [null],
      new Array(40).fill(1),
      {},
      'x',
      null,
    ].map((shape): [string, unknown] => [`shape ${JSON.stringify(shape).slice(0, 30)}`, withInput(input('a', shape))]),
    ...[undefined, null, 'x', 1, {}, [[[1]]], [[1], [2]], ['1'], [true], [{}], [1, 2]].map(
      (data): [string, unknown] => [
        `data ${JSON.stringify(data)}`,
        withInput(input('a', data?.toString() === '1' ? [2, 1] : [1, 1], { data })),
      ],
    ),
    ...[undefined, null, 1, 'fp32', 'FLOAT', '__proto__', 'constructor', ['FP32']].map(
      (datatype): [string, unknown] => [`datatype ${JSON.stringify(datatype)}`, withInput({ ...input('a'), datatype })],
    ),
    ...[-1, 1.5, '4', 1e300, null, true, {}, 2 ** 53, 5].map((size): [string, unknown] => [
      `binary_data_size ${JSON.stringify(size)}`,
      withInput(input('a', [1, 1], { parameters: { binary_data_size: size } })),
    ]),
    ...[null, 1, 'x', [], [null], [1], {}].map((inputs): [string, unknown] => [
      `inputs ${JSON.stringify(inputs)}`,
      { inputs },
    ]),
    ...[
      1,
      'x',
      {},
      [null],
      [1],
      [{}],
      [{ name: 1 }],
      [{ name: 'label', parameters: 1 }],
      [{ name: 'label', parameters: { classification: -1 } }],
    ].map((outputs): [string, unknown] => [`outputs ${JSON.stringify(outputs)}`, { ...good, outputs }]),
    ...[1, 'x', [], { timeout: 'x' }, { timeout: 1.5 }, { priority: -1 }, { priority: {} }].map(
      (parameters): [string, unknown] => [`parameters ${JSON.stringify(parameters)}`, { ...good, parameters }],
    ),
    ...[1, {}, [], null].map((id): [string, unknown] => [`id ${JSON.stringify(id)}`, { ...good, id }]),
    ['a name that is no text', withInput({ ...input('a'), name: 7 })],
    ['data beside binary data', withInput(input('a', [1, 1], { data: [1], parameters: { binary_data_size: 4 } }))],
    ['shared memory', withInput(input('a', [1, 1], { parameters: { shared_memory_region: 'r' } }))],
  ];

  test.each(bodies)('%s', async (what, body) => {
    const reply = await post(JSON.stringify(body));
    if (what === 'shared memory') expect(reply.status).toBe(501);
    else if (what === 'data [[[1]]]') expect(reply.status).toBeLessThan(500);
    else await expectRefused(reply);
  });

  test('texts that are no JSON, and nesting bombs', async () => {
    const texts = [
      '',
      ' ',
      '[',
      '{',
      '"',
      '{"inputs":',
      'NaN',
      '{"a":1}x',
      '\u0000',
      '[]',
      '1',
      '{"inputs":[{"name":"\\ud800"}]}',
    ];
    for (const text of texts) await expectRefused(await post(text));
    for (const deep of [
      '['.repeat(1_000_000),
      '{"a":'.repeat(200_000),
      `{"inputs":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    ]) {
      await expectRefused(await post(deep));
    }
    await expectRefused(await post(Buffer.from([0xff, 0xfe, 0x7b])));
  });

  test('header lengths out of range', async () => {
    const body = JSON.stringify(good);
    for (const length of ['-1', '999999', 'x', '1e400', '1e2', '0x10', '1.5', ' ', '99999999999999999999', '1']) {
      await expectRefused(await post(body, { 'inference-header-content-length': length }));
    }
  });

  test('packed bodies that are not, or that grow without end', async () => {
    await expectRefused(await post('plain', { 'content-encoding': 'gzip' }));
    await expectRefused(await post('plain', { 'content-encoding': 'deflate' }));
    await expectRefused(await post('plain', { 'content-encoding': 'br' }));
    await expectRefused(await post(gzipSync(JSON.stringify(good)).subarray(0, 40), { 'content-encoding': 'gzip' }));
    const bomb = gzipSync(Buffer.alloc(80 * 2 ** 20, 0x20));
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });
});

/** Sends bytes as the message of a method; gives the status of gRPC. */
function send(method: string, bytes: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const same = (value: Buffer) => value;
    wire.makeUnaryRequest(
      `/inference.GRPCInferenceService/${method}`,
      same,
      same,
      bytes,
      new Metadata(),
      (error: ServiceError | null) => resolve(error?.code ?? 0),
    );
  });
}

const calm = new Set([0, 3, 5, 12]);

describe('gRPC', () => {
  test('messages that are none of theirs are refused as wrong input', async () => {
    const whole = Buffer.from('0a047269736b2a160a0161120446503332 1a0201012a061a040000803f'.replaceAll(' ', ''), 'hex');
    for (let length = 1; length <= whole.length; length++) {
      expect(calm).toContain(await send('ModelInfer', whole.subarray(0, length)));
    }
    for (const hex of ['ffffffffffffffffffff01', '0affffffff0f', '2a80808080', '08', '2a0200', '3a05']) {
      expect([hex, calm.has(await send('ModelInfer', Buffer.from(hex, 'hex')))]).toEqual([hex, true]);
    }
    const deep = Buffer.alloc(20_000, 0x2a);
    expect(calm).toContain(await send('ModelInfer', deep));
  });

  test('random bytes and flipped bits', { timeout: 30_000 }, async () => {
    const deal = createDealer(process.env['TIDEMILL_FUZZ_SEED'] ?? 'malformed');
    const base = { model_name: 'risk', inputs: [] as object[], raw_input_contents: [Buffer.alloc(4), Buffer.alloc(4)] };
    base.inputs = ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: ['1', '1'] }));
    const requestSerialize = (open.grpc as never as { ModelInfer: { requestSerialize(message: object): Buffer } })
      .ModelInfer.requestSerialize;
    const message = requestSerialize(base);
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(message);
      for (let flips = 1 + deal(4); flips > 0; flips--) bytes[deal(bytes.length)] = deal(256);
      expect([bytes.toString('hex'), calm.has(await send('ModelInfer', bytes))]).toEqual([expect.anything(), true]);
    }
  });

  test('raw contents of another number or size, and beside typed ones', async () => {
    const tensor = (more: object = {}) => ({ name: 'a', datatype: 'FP32', shape: ['1', '1'], ...more });
    const wrong = [
      { inputs: [tensor(), tensor({ name: 'b' })], raw_input_contents: [Buffer.alloc(4)] },
      { inputs: [tensor(), tensor({ name: 'b' })], raw_input_contents: [Buffer.alloc(3), Buffer.alloc(4)] },
      {
        inputs: [tensor({ contents: { fp32_contents: [1] } }), tensor({ name: 'b' })],
        raw_input_contents: [Buffer.alloc(4), Buffer.alloc(4)],
      },
      {
        inputs: [tensor({ contents: { int_contents: [1] } }), tensor({ name: 'b', contents: { fp32_contents: [1] } })],
      },
      { inputs: [tensor({ shape: ['9223372036854775807', '9223372036854775807'], contents: {} })] },
      { inputs: [tensor({ shape: ['-1'], contents: { fp32_contents: [1] } })] },
      { inputs: [tensor({ shape: [] })] },
      { inputs: [{ ...tensor(), parameters: { shared_memory_region: { string_param: 'r' } } }] },
      { inputs: [{ ...tensor(), datatype: 'BYTES', contents: { bytes_contents: [Buffer.from([0xff])] } }] },
    ];
    for (const message of wrong) {
      const code = await open.call('ModelInfer', { model_name: 'risk', ...message }).then(
        () => 0,
        (error: ServiceError) => error.code,
      );
      expect([JSON.stringify(message), [3, 12].includes(code)]).toEqual([expect.anything(), true]);
    }
  });

  test('bytes that are no HTTP/2, and an address that is taken', async () => {
    const { connect } = await import('node:net');
    const [host, port] = open.address.split(':') as [string, string];
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), host, () => socket.end('GET / HTTP/1.1\r\n\r\n\u0000\u0001'));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.resume();
    });
    expect(await send('ServerLive', Buffer.alloc(0))).toBe(0);
    const { openGrpc } = await import('../../../src/protocols/oip/index.ts');
    const options = {
      host,
      port: Number(port),
      version: '1',
      authenticator: { authenticate: () => ({}) as never },
      onFault() {},
    };
    await expect(openGrpc(open.stack.serving, options)).rejects.toMatchObject({ code: 'port_taken' });
  });
});

test.each(encodings)('%s: after all of that, requests are answered', async (encoding: Encoding) => {
  const request: TestRequest = {
    model: 'risk',
    inputs: ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: [1, 1], values: [0] })),
  };
  expect((await open.ask(encoding, request)).status).toBe(200);
  expect(open.faults).toEqual([]);
  expect(open.stack.errors).toEqual([]);
});

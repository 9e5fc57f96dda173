import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodings, restBody } from './clients.ts';
import { fetchChecked } from './documented.ts';
import { rawRequest } from './raw-http.ts';
import { openConformance } from './stack.ts';

let open: Awaited<ReturnType<typeof openConformance>>;
beforeAll(async () => {
  open = await openConformance();
}, 60_000);
afterAll(() => open.close());

const path = '/v2/models/risk/infer';
const tensors = ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: [1, 1], values: [0] }));
const good = restBody('JSON', { model: 'risk', inputs: tensors }).body.toString();

// Whatever came before, the next good request is answered, in every encoding, and nothing was a fault of ours.
afterEach(async () => {
  for (const encoding of encodings) {
    expect((await open.ask(encoding, { model: 'risk', inputs: tensors })).status).toBe(200);
  }
  expect(open.faults).toEqual([]);
  expect(open.stack.errors).toEqual([]);
});

async function post(body: string | Uint8Array, headers: Record<string, string> = {}, model = 'risk'): Promise<number> {
  const url = `${open.url}/v2/models/${model}/infer`;
  return (await fetchChecked(url, { method: 'POST', body: body as never, headers })).status;
}

const isRefusal = (status: number) => status >= 400 && status < 500;
const one = (datatype: string, data: string) =>
  `{"inputs":[{"name":"x","datatype":"${datatype}","shape":[1,2],"data":[${data}]}]}`;

describe('numbers and words of JSON', () => {
  test.each([
    ['INT32', 'NaN,1'],
    ['INT32', '1,Infinity'],
    ['INT64', '-Infinity,0'],
    ['UINT64', 'NaN,0'],
    ['BOOL', 'NaN,true'],
    ['BYTES', 'NaN,"a"'],
    ['FP32', 'nan,1'],
    ['FP32', '+1,1'],
    ['FP32', '.5,1'],
    ['FP32', '0x10,1'],
    ['FP32', '01,1'],
    ['FP32', '1e,1'],
    ['FP32', '--1,1'],
    ['INT8', '128,0'],
    ['UINT8', '-1,0'],
    ['UINT64', '-1,0'],
    ['UINT64', '18446744073709551616,0'],
    ['INT64', '9223372036854775808,0'],
    ['INT64', `${'9'.repeat(400)},0`],
    ['INT64', '1e400,0'],
    ['INT64', '1.5,0'],
    ['INT32', `1${'0'.repeat(10_000)},0`],
    ['BOOL', '0,1'],
    ['BYTES', '1,2'],
  ])('%s takes no %s', async (datatype, data) => {
    expect(await post(one(datatype, data), {}, `same-${datatype}`)).toSatisfy(isRefusal);
  });

  test.each([
    ['FP32', '1e400,-1e400'],
    ['FP64', `${'9'.repeat(400)},1e-400`],
    ['FP32', 'NaN,-Infinity'],
    ['INT64', '-9223372036854775808,9223372036854775807'],
    ['UINT64', '18446744073709551615,0'],
  ])('%s takes %s', async (datatype, data) => {
    expect(await post(one(datatype, data), {}, `same-${datatype}`)).toBe(200);
  });

  test('a key given twice counts once, and never as a mix', async () => {
    const twice = good.replace('"inputs":', '"inputs":[],"inputs":');
    expect([200, 400]).toContain(await post(twice));
    expect([200, 400]).toContain(await post(`${good.slice(0, -1)},"inputs":[]}`));
    const shapes = one('INT32', '1,2').replace('"shape":[1,2]', '"shape":[9,9],"shape":[1,2]');
    expect([200, 400]).toContain(await post(shapes, {}, 'same-INT32'));
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString']) {
      expect([200, 400]).toContain(await post(`{"${key}":{"inputs":[]},${good.slice(1)}`));
    }
  });
});

describe('content types and lengths', () => {
  test.each([
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/x-www-form-urlencoded',
    'x',
    ';;;',
    `application/json; ${'x'.repeat(2000)}=1`,
  ])('%s', async (type) => {
    expect(await post(good, { 'content-type': type })).toBeLessThan(500);
  });

  test('encodings nobody knows, several at once, and lengths said twice', async () => {
    for (const encoding of ['x', 'gzip, gzip', 'gzip, deflate', 'compress', '*', ',', 'identity, br']) {
      expect(await post(good, { 'content-encoding': encoding })).toSatisfy(isRefusal);
    }
    expect(await post(good, { 'inference-header-content-length': `${good.length}, ${good.length}` })).toBe(400);
  });

  test('bombs in deflate, in many gzip members, in gzip within gzip, and cut at every kind of place', async () => {
    const member = gzipSync(Buffer.alloc(2 ** 20, 0x20));
    expect(await post(deflateSync(Buffer.alloc(80 * 2 ** 20, 0x20)), { 'content-encoding': 'deflate' })).toBe(413);
    const many = Buffer.concat(new Array(80).fill(member));
    expect(await post(many, { 'content-encoding': 'gzip' })).toSatisfy(isRefusal);
    expect(await post(gzipSync(gzipSync(good)), { 'content-encoding': 'gzip' })).toSatisfy(isRefusal);
    const whole = gzipSync(good);
    for (const length of [0, 1, 9, 10, 11, whole.length >> 1, whole.length - 8, whole.length - 1]) {
      expect(await post(whole.subarray(0, length), { 'content-encoding': 'gzip' })).toSatisfy(isRefusal);
    }
    const wrongSum = Buffer.from(whole);
    wrongSum[whole.length - 6]! ^= 0xff;
    expect(await post(wrongSum, { 'content-encoding': 'gzip' })).toSatisfy(isRefusal);
  });
});

/** Writes bytes to the port of HTTP and gives what came back until the other side closed, or a moment passed. */
async function speak(text: string, waitMs = 1500): Promise<string> {
  const { hostname, port } = new URL(open.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  let heard = '';
  socket.setEncoding('latin1').on('data', (part) => {
    heard += part;
  });
  const over = once(socket, 'close');
  socket.write(text, 'latin1');
  await Promise.race([over, sleep(waitMs)]);
  socket.destroy();
  return heard;
}

const head = (more: string) => `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${more}\r\n`;

describe('bytes below HTTP', () => {
  test.each([
    ['a chunk whose size is no number', `${head('transfer-encoding: chunked\r\n')}zz\r\nabc\r\n0\r\n\r\n`],
    ['a chunk larger than said', `${head('transfer-encoding: chunked\r\n')}2\r\nabcdef\r\n0\r\n\r\n`],
    ['a chunk size that overflows', `${head('transfer-encoding: chunked\r\n')}ffffffffffffffffff\r\na\r\n`],
    ['two lengths', `${head('content-length: 5\r\ncontent-length: 6\r\n')}{"a":`],
    ['a length and chunks', `${head('content-length: 5\r\ntransfer-encoding: chunked\r\n')}0\r\n\r\n`],
    ['a negative length', `${head('content-length: -1\r\n')}`],
    ['headers without end', `POST ${path} HTTP/1.1\r\n${'x-y: z\r\n'.repeat(5000)}\r\n`],
    ['a line that is none', 'GARBAGE\r\n\r\n'],
  ])('%s', async (_, text) => {
    const status = Number(/^HTTP\/1.1 (\d+)/.exec(await speak(text))?.[1] ?? 400);
    expect(status).toSatisfy(isRefusal);
  });

  test('bodies that stall or stop half-way hold up nobody', async () => {
    const { hostname, port } = new URL(open.url);
    const stalled: Socket[] = [];
    for (let at = 0; at < 60; at++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      stalled.push(socket);
      const isChunked = at % 2 === 0;
      socket.write(head(isChunked ? 'transfer-encoding: chunked\r\n' : `content-length: ${good.length}\r\n`));
      socket.write(isChunked ? `${(20).toString(16)}\r\n${good.slice(0, 20)}\r\n` : good.slice(0, 20));
    }
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(good)));
    expect(answers).toEqual(new Array(40).fill(200));
    // Half go on slowly and are answered after all; half leave.
    const slow = stalled[1]!;
    let heard = '';
    slow.setEncoding('utf8').on('data', (part) => {
      heard += part;
    });
    for (let at = 20; at < good.length; at += 16) {
      slow.write(good.slice(at, at + 16));
      await sleep(2);
    }
    await expect.poll(() => heard, { timeout: 5000 }).toMatch(/^HTTP\/1.1 200 /);
    for (const socket of stalled) socket.destroy();
  });

  test('a request that expects to be asked on, and one with its answer unread', async () => {
    const reply = await rawRequest(open.url + path, { expect: '100-continue' }, Buffer.from(good));
    expect(reply.status).toBe(200);
    const length = `content-length: ${good.length}\r\n`;
    expect(await speak((head(length) + good).repeat(3), 400)).toMatch(/^(HTTP\/1.1 200 .*){3}/s);
  });
});

describe('frames of gRPC', () => {
  const headers = {
    ':method': 'POST',
    ':path': '/inference.GRPCInferenceService/ModelInfer',
    'content-type': 'application/grpc',
    te: 'trailers',
  };

  /** Sends bytes as the body of a call and gives its status, or how the stream ended. */
  async function send(body: Buffer, more: object = {}, end: 'end' | 'reset' | 'cut' = 'end'): Promise<string> {
    const session = connectHttp2(`http://${open.address}`);
    session.on('error', () => {});
    const stream = session.request({ ...headers, ...more }, { endStream: false });
    let status = '';
    stream.on('error', () => {});
    for (const event of ['response', 'trailers'] as const) {
      stream.on(event, (given: Record<string, unknown>) => {
        status = `${given['grpc-status'] ?? (status || `http ${given[':status']}`)}`;
      });
    }
    stream.resume();
    stream.write(body);
    if (end === 'end') stream.end();
    else if (end === 'reset') stream.close(constants.NGHTTP2_CANCEL);
    else setTimeout(() => session.destroy(), 20);
    await Promise.race([once(stream, 'close'), sleep(3000)]);
    session.destroy();
    return status;
  }

  const frame = (bytes: Buffer, length = bytes.length, flag = 0) => {
    const prefix = Buffer.alloc(5);
    prefix[0] = flag;
    prefix.writeUInt32BE(length, 1);
    return Buffer.concat([prefix, bytes]);
  };
  const message = Buffer.from('0a047269736b', 'hex');

  test('cut in the prefix, in the message, before the end; or longer than they say', async () => {
    const whole = frame(message);
    for (let length = 0; length < whole.length; length++) {
      for (const end of ['end', 'reset', 'cut'] as const) {
        expect(await send(whole.subarray(0, length), {}, end)).not.toMatch(/^http 5/);
      }
    }
    // 3, 8, 12 and 13 tell the caller of a message that is none.
    for (const body of [
      frame(message, 2 ** 32 - 1),
      frame(message, message.length - 2),
      frame(message, message.length, 1),
      frame(message, message.length, 7),
      Buffer.concat([whole, whole]),
      Buffer.from('{"model_name":"risk"}'),
    ]) {
      expect([body.toString('hex'), await send(body)]).toEqual([
        expect.anything(),
        expect.stringMatching(/^(|3|8|12|13|http 4..)$/),
      ]);
    }
  });

  test('packed messages that are not, and bombs', async () => {
    const packed = { 'grpc-encoding': 'gzip' };
    for (const bytes of [Buffer.from('plain'), gzipSync(message).subarray(0, 12), Buffer.alloc(0)]) {
      expect(await send(frame(bytes, bytes.length, 1), packed)).toMatch(/^(|3|8|12|13|http 4..)$/);
    }
    const bomb = gzipSync(Buffer.alloc(256 * 2 ** 20));
    expect(await send(frame(bomb, bomb.length, 1), packed)).toMatch(/^(3|8|12|13)$/);
  });

  test('wrong content types, paths and methods', async () => {
    for (const more of [
      { 'content-type': 'application/json' },
      { 'content-type': 'application/grpc+json' },
      { ':path': '/inference.GRPCInferenceService/Nothing' },
      { ':path': '/' },
      { ':method': 'GET' },
      { 'grpc-timeout': 'x' },
      { 'grpc-timeout': '99999999999999999999H' },
      { 'grpc-encoding': 'nothing' },
    ]) {
      expect([more, await send(frame(message), more)]).toEqual([more, expect.not.stringMatching(/^http 5|^2$/)]);
    }
  });
});

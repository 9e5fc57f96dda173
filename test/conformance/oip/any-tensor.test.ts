import type {} from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenTensor, Inferred } from '../../../src/domains/serving/index.ts';
import { loadServices } from '../../../src/protocols/oip/grpc/codec.ts';
import { readMessage } from '../../../src/protocols/oip/grpc/read-message.ts';
import { writeMessage } from '../../../src/protocols/oip/grpc/write-message.ts';
import { readRequest } from '../../../src/protocols/oip/read-request.ts';
import { writeReply } from '../../../src/protocols/oip/write-reply.ts';
import { type Encoding, encodings, grpcMessage, readGrpc, readRest, restBody, type TestTensor } from './clients.ts';
import { type Datatype, datatypes, type Value, writeAll } from './datatypes.ts';
import { checkDocumented, service } from './documented.ts';
import { asSent, createTensorMaker, seed } from './random-tensors.ts';
import { openConformance, tails } from './stack.ts';

const canSend = (datatype: Datatype, encoding: Encoding) =>
  !datatype.rawOnly || encoding === 'binary' || encoding === 'gRPC raw';
const pairs = datatypes.flatMap((datatype) =>
  encodings.filter((encoding) => canSend(datatype, encoding)).map((encoding) => ({ datatype, encoding })),
);

/** Compared as bytes, so that signs of zeros and every bit of long integers count. */
function expectSame(datatype: Datatype, found: TestTensor, sent: TestTensor): void {
  expect(found.shape).toEqual(sent.shape);
  const [left, right] = [asSent(datatype, found.values), asSent(datatype, sent.values)];
  const isSame = writeAll(datatype, left).equals(writeAll(datatype, right));
  expect(isSame, `seed ${seed}: [${sent.shape}] ${left} is not ${right}`).toBe(true);
}

const arrays = {
  bool: Uint8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float16: Float32Array,
  bfloat16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** What a model that gives its input back would have answered. */
function answerOf({ type, shape, values }: GivenTensor): Inferred {
  const list = Array.from(values as ArrayLike<Value>);
  const isLong = type === 'int64' || type === 'uint64';
  const numbers = type === 'string' ? [] : list.map((one) => (isLong ? BigInt(one) : Number(one)));
  // What was read from raw bytes is passed on as it is, so that NaN keeps its sign.
  const isReady = type === 'string' || ArrayBuffer.isView(values);
  const data = isReady
    ? type === 'string'
      ? list
      : values
    : (arrays[type] as typeof Float64Array).from(numbers as number[]);
  const [rows = 0, ...tail] = shape;
  const outputs = [{ name: 'x', type, tail, data: data as never }];
  return { model: 'm', version: 1, variant: 'champion', rows, outputs, classes: undefined };
}

const own = loadServices().inference['ModelInfer']!;
const client = service['ModelInfer']!;

/** Through what reads requests and writes answers, of every shape: no model comes between. */
async function thereAndBack(encoding: Encoding, tensor: TestTensor): Promise<TestTensor> {
  const request = { model: 'm', id: '1', inputs: [tensor] };
  if (encoding.startsWith('gRPC')) {
    const bytes = client.requestSerialize(grpcMessage(encoding, request));
    const read = readMessage(own.requestDeserialize(bytes) as never);
    const written = own.responseSerialize(writeMessage(answerOf(read.inputs[0]!), { ...read, model: 'm', id: '1' }));
    return readGrpc(client.responseDeserialize(written) as never).outputs[0]!;
  }
  const { body, headerBytes } = restBody(encoding, request);
  const read = readRequest(body, encoding === 'binary' ? String(headerBytes) : undefined);
  const reply = writeReply(answerOf(read.inputs[0]!), { ...read, model: 'm', id: '1' });
  const bytes = Buffer.from(reply.body as Uint8Array);
  const headers = reply.headers as Record<string, string>;
  const head = Number(headers['inference-header-content-length'] ?? bytes.length);
  const type = headers['content-type']!;
  checkDocumented({ method: 'POST', path: '/v2/models/m/infer', status: 200, type, body: bytes, headerBytes: head });
  return (await readRest(new Response(bytes, { headers }))).outputs[0]!;
}

describe(`any tensor of any shape comes back from every encoding (TIDEMILL_FUZZ_SEED=${seed})`, () => {
  test.each(pairs)('$datatype.name, $encoding', async ({ datatype, encoding }) => {
    const make = createTensorMaker(`shapes ${datatype.name} ${encoding}`);
    for (const shape of [[0], [1], [0, 3], [2, 0, 2], [1, 1, 1, 1, 1, 1]]) {
      const count = shape.reduce((product, size) => product * size, 1);
      const tensor = { name: 'x', datatype: datatype.name, shape, values: make.values(datatype, count) };
      expectSame(datatype, await thereAndBack(encoding, tensor), tensor);
    }
    for (let round = 0; round < 60; round++) {
      const tensor = make.tensor(datatype);
      expectSame(datatype, await thereAndBack(encoding, tensor), tensor);
    }
  });
});

describe(`any tensor comes back through models of every rank (TIDEMILL_FUZZ_SEED=${seed})`, () => {
  let open: Awaited<ReturnType<typeof openConformance>>;
  beforeAll(async () => {
    open = await openConformance({ ranks: true });
  }, 60_000);
  afterAll(() => open.close());

  test.each(pairs)('$datatype.name, $encoding', async ({ datatype, encoding }) => {
    const make = createTensorMaker(`models ${datatype.name} ${encoding}`);
    for (const [rank, tail] of tails.entries()) {
      const width = tail.reduce((product, size) => product * size, 1);
      const asked = Array.from({ length: 6 }, () => {
        const rows = 1 + make.deal(20);
        const values = make.values(datatype, rows * width);
        return { name: 'x', datatype: datatype.name, shape: [rows, ...tail], values };
      });
      // At once, so that some are run together.
      await Promise.all(
        asked.map(async (tensor) => {
          const reply = await open.ask(encoding, { model: `same-${datatype.name}-${rank}`, inputs: [tensor] });
          expect([seed, reply.error]).toEqual([seed, '']);
          expectSame(datatype, reply.outputs[0]!, tensor);
        }),
      );
    }
  });

  test.each(encodings)(
    '%s: a text with a NUL, which the native runtime would cut there, is refused',
    async (encoding) => {
      for (const text of ['a\0b', '\0', 'a\0']) {
        const tensor = { name: 'x', datatype: 'BYTES', shape: [2], values: ['ok', text] };
        const { status, error } = await open.ask(encoding, { model: 'same-BYTES-0', inputs: [tensor] });
        expect([status, error]).toEqual([400, expect.stringContaining("'x'")]);
      }
    },
  );
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Encoding, encodings, type TestTensor } from './clients.ts';
import { type Datatype, datatypes, type Value, writeAll } from './datatypes.ts';
import { asSent } from './random-tensors.ts';
import { openConformance, width } from './stack.ts';

let open: Awaited<ReturnType<typeof openConformance>>;
beforeAll(async () => {
  open = await openConformance();
}, 60_000);
afterAll(() => open.close());

function tensor(datatype: Datatype, values: Value[], name = 'x'): TestTensor {
  return { name, datatype: datatype.name, shape: [values.length / width, width], values };
}

const canSend = (datatype: Datatype, encoding: Encoding) =>
  !datatype.rawOnly || encoding === 'binary' || encoding === 'gRPC raw';

/** Compared as bytes, so that signs of zeros and every bit of long integers count. */
function expectSame(datatype: Datatype, answer: TestTensor | undefined, values: Value[]) {
  expect(answer).toMatchObject({ name: 'y', datatype: datatype.name, shape: [values.length / width, width] });
  expect(writeAll(datatype, answer!.values).equals(writeAll(datatype, values)), `${answer!.values}`).toBe(true);
}

const evened = (values: Value[]) => (values.length % width === 0 ? values : [...values, values[0]!]);

describe.each(datatypes)('$name', (datatype) => {
  const model = `same-${datatype.name}`;
  const values = evened(datatype.edges);

  for (const encoding of encodings) {
    if (!canSend(datatype, encoding)) {
      test(`${encoding}: is refused, because it is sent raw only`, async () => {
        const reply = await open.ask(encoding, { model, inputs: [tensor(datatype, values)] });
        expect([reply.status, reply.error]).toEqual([400, expect.stringContaining(datatype.name)]);
      });
      continue;
    }

    test(`${encoding}: a single request comes back bit for bit`, async () => {
      const reply = await open.ask(encoding, { model, id: 'one', inputs: [tensor(datatype, values)] });
      expect(reply).toMatchObject({ status: 200, id: 'one', version: '1', error: '' });
      expectSame(datatype, reply.outputs[0], values);
    });

    test(`${encoding}: of many at once each gets its own rows`, async () => {
      const random = createBits(datatype.name.length);
      const sent = Array.from({ length: 24 }, (_, at) =>
        Array.from({ length: width * (1 + (at % 3)) }, () => datatype.random(random)),
      );
      const replies = await Promise.all(
        sent.map((some, at) => open.ask(encoding, { model, id: `c${at}`, inputs: [tensor(datatype, some)] })),
      );
      replies.forEach((reply, at) => {
        expect(reply).toMatchObject({ status: 200, id: `c${at}` });
        expectSame(datatype, reply.outputs[0], asSent(datatype, sent[at]!));
      });
    });

    test(`${encoding}: another datatype, another count or another shape is refused`, async () => {
      const other = datatypes.find((one) => one !== datatype && !one.rawOnly)!;
      const wrong = [
        tensor(other, evened(other.edges)),
        { ...tensor(datatype, values), shape: [values.length / width + 1, width] },
        { ...tensor(datatype, values), shape: [values.length] },
        { ...tensor(datatype, values), shape: [1, values.length / width, width] },
      ];
      for (const input of wrong) {
        expect((await open.ask(encoding, { model, inputs: [input] })).status).toBe(400);
      }
    });
  }
});

test('many at once were run together', () => {
  const stats = open.stack.serving.inferenceStats();
  const sum = (of: (one: (typeof stats)[number]) => number) => stats.reduce((total, one) => total + of(one), 0);
  expect(sum((one) => one.runs)).toBeLessThan(sum((one) => one.success.count));
});

/** Bytes of a seed, one after the other. */
function createBits(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Encoding, encodings, type TestReply, type TestRequest, type TestTensor } from './clients.ts';
import { type Datatype, datatypes, type Value, writeAll } from './datatypes.ts';
import { asSent, createTensorMaker } from './random-tensors.ts';
import { openConformance, width } from './stack.ts';

// Every rule of the protocol, for every datatype, in every encoding, alone and among others that are asked at the same moment.

let open: Awaited<ReturnType<typeof openConformance>>;
beforeAll(async () => {
  open = await openConformance();
}, 60_000);
afterAll(() => open.close());

/** One cell's models and requests: `pair` gives `x` back as `y` and `w` as `z`. */
function cellOf(datatype: Datatype, encoding: Encoding) {
  const make = createTensorMaker(`matrix ${datatype.name} ${encoding}`);
  const model = `pair-${datatype.name}`;
  const tensor = (name: string, rows: number): TestTensor => {
    const values = make.values(datatype, rows * width);
    return { name, datatype: datatype.name, shape: [rows, width], values };
  };
  const request = (more: Partial<TestRequest> = {}, rows = 2): TestRequest & { inputs: [TestTensor, TestTensor] } => ({
    model,
    inputs: [tensor('x', rows), tensor('w', rows)],
    ...(more as object),
  });
  return { datatype, encoding, tensor, request, ask: (one: TestRequest) => open.ask(encoding, one) };
}
type Cell = ReturnType<typeof cellOf>;

function bytesOf(datatype: Datatype, values: readonly Value[]): string {
  return writeAll(datatype, asSent(datatype, values)).toString('base64');
}

/** The answer is this request's own, whole and bit for bit. */
function expectAnswered({ datatype }: Cell, reply: TestReply, request: TestRequest): void {
  expect([reply.status, reply.error]).toEqual([200, '']);
  const names = request.outputs ?? ['y', 'z'];
  expect(reply.outputs.map(({ name }) => name)).toEqual(names);
  for (const { name, shape, values } of reply.outputs) {
    const sent = request.inputs.find((one) => one.name === (name === 'y' ? 'x' : 'w'))!;
    expect(shape).toEqual(sent.shape);
    expect(bytesOf(datatype, values)).toBe(bytesOf(datatype, sent.values));
  }
}

async function expectOwn(cell: Cell, request: TestRequest): Promise<TestReply> {
  const reply = await cell.ask(request);
  expectAnswered(cell, reply, request);
  return reply;
}

async function expectRefused(cell: Cell, request: TestRequest, status = 400): Promise<void> {
  const reply = await cell.ask(request);
  expect([reply.status, reply.error.length > 0]).toEqual([status, true]);
}

interface Rule {
  id: string;
  says: string;
  /** Encodings it is about; all unless said. */
  only?: readonly Encoding[];
  check(cell: Cell): Promise<unknown>;
}

const rest: readonly Encoding[] = ['JSON', 'binary'];
const rules: Rule[] = [
  {
    id: 'OIP-01',
    says: 'as many values as the shape asks for, row by row; nested or flat in JSON',
    async check(cell) {
      const request = cell.request();
      await expectOwn(cell, request);
      const [x, w] = request.inputs;
      await expectRefused(cell, { ...request, inputs: [{ ...x, values: x.values.slice(1) }, w] });
      await expectRefused(cell, { ...request, inputs: [{ ...x, shape: [3, width] }, w] });
      if (cell.encoding !== 'JSON') return;
      const nested = [x.values.slice(0, width), x.values.slice(width)] as never as Value[];
      const reply = await cell.ask({ ...request, inputs: [{ ...x, values: nested }, w] });
      expectAnswered(cell, reply, request);
    },
  },
  {
    id: 'OIP-02',
    says: 'unknown, missing and repeated inputs are refused',
    async check(cell) {
      const request = cell.request();
      const [x, w] = request.inputs;
      for (const inputs of [[x], [x, w, x], [x, { ...w, name: 'v' }], [x, w, { ...x, name: 'v' }]]) {
        await expectRefused(cell, { ...request, inputs });
      }
    },
  },
  {
    id: 'OIP-03',
    says: 'another datatype than the model takes is refused',
    async check(cell) {
      const request = cell.request();
      const other = datatypes.find((one) => one.name !== cell.datatype.name && !one.rawOnly)!;
      const values = other.edges.slice(0, 1).concat(other.edges.slice(0, 1));
      const wrong = { name: 'x', datatype: other.name, shape: [1, width], values };
      await expectRefused(cell, { ...request, inputs: [wrong, request.inputs[1]] });
    },
  },
  {
    id: 'OIP-04',
    says: 'outputs in the order asked for; unknown and repeated ones refused',
    async check(cell) {
      for (const outputs of [['z', 'y'], ['z'], ['y', 'z']]) await expectOwn(cell, cell.request({ outputs }));
      for (const outputs of [['v'], ['y', 'y'], ['y', 'v']]) await expectRefused(cell, cell.request({ outputs }));
    },
  },
  {
    id: 'OIP-05',
    says: 'the id comes back byte for byte, or one is made',
    async check(cell) {
      for (const id of ['7', 'ä "\u2028" 😀', 'x'.repeat(300)]) {
        expect((await expectOwn(cell, cell.request({ id }))).id).toBe(id);
      }
      expect((await expectOwn(cell, cell.request())).id).toMatch(/^[0-9a-f-]{36}$/);
    },
  },
  {
    id: 'OIP-06',
    says: 'negative and overflowing shapes are refused',
    async check(cell) {
      const request = cell.request();
      const [x, w] = request.inputs;
      for (const shape of [[-1, width], [2 ** 40, 2 ** 40], [2 ** 53, 1], [0, width], [2, -2], []]) {
        await expectRefused(cell, { ...request, inputs: [{ ...x, shape }, w] });
      }
    },
  },
  {
    id: 'OIP-07',
    says: 'a version that is not there, or a model, is 404',
    async check(cell) {
      await expectOwn(cell, cell.request({ version: '1' }));
      for (const more of [{ version: '2' }, { version: '01' }, { model: 'nobody' }]) {
        await expectRefused(cell, cell.request(more), 404);
      }
    },
  },
  {
    id: 'OIP-08',
    says: 'a bad request among others fails alone; each gets its own rows and outputs',
    async check(cell) {
      const asked = Array.from({ length: 5 }, (_, at) =>
        cell.request(at % 2 === 0 ? { outputs: ['z'], id: `${at}` } : { id: `${at}` }, 1 + at),
      );
      const bad = cell.request({}, 3);
      bad.inputs = [bad.inputs[0], cell.tensor('w', 2)];
      const [refused, ...replies] = await Promise.all([bad, ...asked].map(cell.ask));
      expect(refused!.status).toBe(400);
      for (const [at, reply] of replies.entries()) {
        expectAnswered(cell, reply, asked[at]!);
        expect(reply.id).toBe(`${at}`);
      }
    },
  },
  {
    id: 'OIP-09',
    says: 'packed requests and answers',
    async check(cell) {
      for (const packed of ['gzip', 'deflate'] as const) await expectOwn(cell, cell.request({ wire: { packed } }, 40));
    },
  },
  {
    id: 'OIP-10',
    says: 'query strings mean nothing',
    only: rest,
    check: (cell) => expectOwn(cell, cell.request({ wire: { query: '?version=9&outputs=v&x=%ff' } })),
  },
  {
    id: 'OIP-11',
    says: 'names are decoded, also those with a slash',
    only: rest,
    async check(cell) {
      await expectOwn(cell, cell.request({ version: '1', wire: { encodedNames: true } }));
      const reply = await cell.ask(cell.request({ model: `team/${cell.request().model}` }));
      expect([reply.status, reply.error]).toEqual([404, expect.stringContaining(`'team/pair-`)]);
    },
  },
];

const canSend = (datatype: Datatype, encoding: Encoding) => !datatype.rawOnly || /binary|raw/.test(encoding);

describe.each(rules)('$id: $says', ({ only = encodings, check }) => {
  const cells = datatypes.flatMap((datatype) =>
    only.filter((encoding) => canSend(datatype, encoding)).map((encoding) => ({ datatype, encoding })),
  );

  test.each(cells)('$datatype.name, $encoding, alone', async ({ datatype, encoding }) => {
    await check(cellOf(datatype, encoding));
  });

  test.each(cells)('$datatype.name, $encoding, among others', async ({ datatype, encoding }) => {
    const cell = cellOf(datatype, encoding);
    // Neighbours of the same model are under way beside it, and none is touched by what happens there.
    const neighbour = async () => {
      for (let round = 0; round < 2; round++) await expectOwn(cell, cell.request());
    };
    await Promise.all([neighbour(), check(cell), neighbour()]);
  });
});

test('many of them were run together', () => {
  const stats = open.stack.serving.inferenceStats();
  const sum = (of: (one: (typeof stats)[number]) => number) => stats.reduce((total, one) => total + of(one), 0);
  expect(sum((one) => one.runs)).toBeLessThan(sum((one) => one.success.count));
  expect(open.faults).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answeringRoutes } from '../../../test/support/runtimes.ts';
import { openServing, type ServingStack } from '../../../test/support/serving.ts';
import { echoModel, forestModel, logisticModel } from '../../../test/support/test-models.ts';
import type { Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { readCsv } from './read-csv.ts';

let stack: ServingStack;
let server: Server;

beforeAll(async () => {
  stack = await openServing();
  for (const [name, bytes] of [
    ['risk', logisticModel({ a: 1, b: -1, bias: 0, breaks: true })],
    ['echo', echoModel()],
    ['forest', forestModel({ trees: 2, depth: 2, features: 3 })],
  ] as const) {
    await stack.register(name, bytes, 'champion');
    await stack.serving.declare(systemActor, name, { model: name });
  }
  await stack.serving.declare(systemActor, 'labels', { model: 'risk', scoringOutput: 'label' });
  server = await stack.listen({ routes: answeringRoutes(stack, 'labels') });
});
afterAll(() => stack.dispose());

async function post(path: string, body: unknown, type = 'application/json') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: text,
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
    headers: response.headers,
  };
}
const invoke = (body: unknown, type?: string) => post('/invocations', body, type);
const label = [1, 0];

describe('/invocations', () => {
  test.each([
    [
      'dataframe_split',
      {
        dataframe_split: {
          columns: ['a', 'b'],
          data: [
            [2, 0],
            [0, 2],
          ],
        },
      },
    ],
    [
      'dataframe_split in another order, with an index',
      {
        dataframe_split: {
          columns: ['b', 'a'],
          index: [7, 8],
          data: [
            [0, 2],
            [2, 0],
          ],
        },
      },
    ],
    [
      'dataframe_split without names',
      {
        dataframe_split: {
          data: [
            [2, 0],
            [0, 2],
          ],
        },
      },
    ],
    [
      'dataframe_records',
      {
        dataframe_records: [
          { a: 2, b: 0 },
          { b: 2, a: 0, more: 'x' },
        ],
      },
    ],
    [
      'instances of records',
      {
        instances: [
          { a: 2, b: 0 },
          { a: 0, b: 2 },
        ],
      },
    ],
    [
      'instances of lists',
      {
        instances: [
          [2, 0],
          [0, 2],
        ],
      },
    ],
    ['inputs by name', { inputs: { a: [2, 0], b: [0, 2] } }],
    ['inputs by name, as columns of one', { inputs: { a: [[2], [0]], b: [[0], [2]] } }],
    ['with parameters that the model does not take', { params: { temperature: 1 }, inputs: { a: [2, 0], b: [0, 2] } }],
  ])('takes %s', async (_, body) => {
    const reply = await invoke(body);
    expect(JSON.parse(reply.text)).toEqual({ predictions: label });
    expect([reply.status, reply.type]).toEqual([200, expect.stringMatching(/^application\/json\b/)]);
    expect(reply.headers.get('x-tidemill-version')).toBe('1');
  });

  test('takes CSV with quotes, missing values and any order', async () => {
    expect(JSON.parse((await invoke('b,"a"\r\n0,2\r\n2,0\r\n', 'text/csv')).text)).toEqual({ predictions: label });
    const echoed = await post(
      '/endpoints/echo/invocations',
      'flag,count,text,x\nTrue,9007199254740993,"a ""b"", c",\nfalse,-1,,1e3\n',
      'text/csv',
    );
    expect(echoed.text).toBe(
      '{"predictions":[{"flag_out":[true],"count_out":[9007199254740993],"text_out":["a \\"b\\", c"],"x_out":[NaN]},{"flag_out":[false],"count_out":[-1],"text_out":[""],"x_out":[1000]}]}',
    );
  });

  test('reads bare NaN and whole numbers beyond 2^53 exactly', async () => {
    const body =
      '{"dataframe_split":{"columns":["flag","count","text","x"],"data":[[true,9223372036854775807,NaN,NaN]]}}';
    const reply = await post('/endpoints/echo/invocations', body);
    expect(reply.text).toBe(
      '{"predictions":[{"flag_out":[true],"count_out":[9223372036854775807],"text_out":[""],"x_out":[NaN]}]}',
    );
  });

  test('answers records for tables and columns for tensors where the model has several outputs', async () => {
    const table = await post('/endpoints/risk/invocations', { dataframe_records: [{ a: 0, b: 0 }] });
    expect(JSON.parse(table.text)).toEqual({ predictions: [{ label: 0, probabilities: [0.5, 0.5] }] });
    const tensors = await post('/endpoints/risk/invocations', { inputs: { a: [0, 0], b: [0, 0] } });
    expect(JSON.parse(tensors.text)).toEqual({
      predictions: {
        label: [0, 0],
        probabilities: [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      },
    });
  });

  test('takes a tensor of several features as lists, by its name, and as a table with names of its own', async () => {
    const rows = [
      [0.1, 0.2, 0.3],
      [1, 2, 3],
    ];
    const asked = [
      { inputs: rows },
      { instances: rows },
      { inputs: { X: rows } },
      { dataframe_split: { columns: ['p', 'q', 'r'], data: rows } },
      { instances: rows.map(([p, q, r]) => ({ p, q, r })) },
    ];
    const replies = await Promise.all(asked.map((body) => post('/endpoints/forest/invocations', body)));
    const labels = replies.map(({ text }) => {
      const { predictions } = JSON.parse(text) as { predictions: { label: number[] } | { label: number }[] };
      return Array.isArray(predictions) ? predictions.map((one) => one.label) : predictions.label;
    });
    expect(new Set(labels.map(String)).size).toBe(1);
  });

  test.each([
    ['{', 400, /^Invalid input\. Ensure that input is a valid JSON formatted string\./],
    ['[1]', 400, /must be a JSON dictionary with exactly one of the input fields .*Received a list\.$/],
    ['"x"', 400, /Received unexpected input type 'str'/],
    ['{}', 400, /must be a JSON dictionary with exactly one of the input fields/],
    ['{"inputs":[1],"instances":[1]}', 400, /exactly one of the input fields/],
    ['{"dataframe_split":[]}', 400, /^Invalid input\. Dataframe split format must be a dictionary\. Got list\.$/],
    ['{"dataframe_split":{"columns":["a"]}}', 400, /must have 'data' field/],
    ['{"dataframe_split":{"data":[],"more":1}}', 400, /must have 'data' field/],
    [
      '{"dataframe_split":{"columns":["a"],"data":[[1,2]]}}',
      400,
      /^Invalid input\. Provided dataframe_split field is not a valid dataframe representation/,
    ],
    ['{"dataframe_split":{"columns":["a","a"],"data":[[1,2]]}}', 400, /twice/],
    ['{"dataframe_split":{"columns":["a","b"],"data":[]}}', 400, /no rows/],
    [
      '{"dataframe_records":{"a":1}}',
      400,
      /^Invalid input\. Dataframe records format must be a list of records\. Got dictionary\.$/,
    ],
    ['{"dataframe_records":[{"a":1}]}', 400, /^Model is missing inputs \['b'\]\.$/],
    ['{"dataframe_records":[{"a":"x","b":1}]}', 400, /Row 0 has "x" in column 'a'/],
    ['{"instances":{"a":[1]}}', 400, /must be a list/],
    ['{"instances":[{"a":1,"b":2},{"a":1}]}', 400, /not the same/],
    ['{"inputs":{"a":[1,2],"b":[1]}}', 400, /has 1 rows where others have 2/],
    ['{"inputs":[[1,2]],"signature_name":"x"}', 400, /signature_name/],
    ['{"messages":[]}', 400, /'messages' is for language models/],
    ['{"prompt":"hello"}', 400, /'prompt' is for language models/],
    [`{"inputs":${'['.repeat(100_000)}`, 400, /nested deeper/],
  ])('refuses %.80s', async (body, status, message) => {
    const reply = await invoke(body);
    const told = JSON.parse(reply.text) as { error_code: string; message: string };
    expect([reply.status, told.error_code]).toEqual([status, 'BAD_REQUEST']);
    expect(told.message).toMatch(message);
  });

  test('refuses other types in plain text with 415', async () => {
    for (const type of [
      'text/plain',
      'application/json; charset=latin1',
      'application/json; version=2',
      'application/xml',
    ]) {
      const reply = await invoke('{}', type);
      expect([reply.status, reply.type]).toEqual([415, 'text/plain; charset=utf-8']);
    }
    expect((await invoke({ inputs: { a: [1], b: [0] } }, 'application/json; charset=UTF-8')).status).toBe(200);
  });

  test('words failures as clients expect', async () => {
    const unknown = await post('/endpoints/nobody/invocations', { inputs: [1] });
    expect([unknown.status, JSON.parse(unknown.text).error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    const failed = await invoke({ inputs: { a: [150], b: [0] } });
    expect([failed.status, JSON.parse(failed.text).error_code]).toEqual([500, 'INTERNAL_ERROR']);
    await stack.serving.declare(systemActor, 'waits', { model: 'nothing-yet' });
    const waits = await post('/endpoints/waits/invocations', { inputs: { a: [1], b: [0] } });
    expect([waits.status, waits.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(`${server.url}/endpoints/waits/ping`)).status).toBe(404);
  });

  test('is found well by those who probe it', async () => {
    for (const path of ['/ping', '/endpoints/risk/ping', '/endpoints/risk/health']) {
      const reply = await fetch(`${server.url}${path}`);
      expect([reply.status, await reply.text()]).toEqual([200, '\n']);
    }
    expect(await (await fetch(`${server.url}/endpoints/risk/version`)).text()).toBe('3.0.0');
  });
});

describe('V1', () => {
  const get = async (path: string) => {
    const reply = await fetch(`${server.url}${path}`);
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };

  test('predicts by rows and by columns, for a version too', async () => {
    expect(
      JSON.parse(
        (
          await post('/v1/models/labels:predict', {
            instances: [
              [2, 0],
              [0, 2],
            ],
          })
        ).text,
      ),
    ).toEqual({ predictions: label });
    expect(JSON.parse((await post('/v1/models/labels:predict', { inputs: { a: [2, 0], b: [0, 2] } })).text)).toEqual({
      outputs: label,
    });
    const rows = await post('/v1/models/risk/versions/1:predict', { instances: [{ a: 0, b: 0 }] });
    expect(JSON.parse(rows.text)).toEqual({ predictions: [{ label: 0, probabilities: [0.5, 0.5] }] });
  });

  test('says what there is and how it is', async () => {
    expect((await get('/v1/models')).body).toEqual({
      models: expect.arrayContaining(['echo', 'forest', 'labels', 'risk']),
    });
    expect((await get('/v1/models/risk')).body).toMatchObject({
      name: 'risk',
      ready: true,
      model_version_status: [{ version: '1', state: 'AVAILABLE' }],
    });
    const { body } = await get('/v1/models/risk/metadata');
    expect(body).toMatchObject({ model_spec: { name: 'risk', version: '1' } });
    expect(JSON.stringify(body)).toContain('"DT_FLOAT"');
  });

  test.each([
    ['/v1/models/nobody:predict', '{"instances":[1]}', 404],
    ['/v1/models/risk/versions/9:predict', '{"instances":[1]}', 404],
    ['/v1/models/risk:explain', '{"instances":[1]}', 501],
    ['/v1/models/risk', '{"instances":[1]}', 404],
    ['/v1/models/risk:predict', '{', 400],
    ['/v1/models/risk:predict', '[]', 400],
    ['/v1/models/risk:predict', '{}', 400],
    ['/v1/models/risk:predict', '{"instances":[[1,2]],"inputs":[[1,2]]}', 400],
    ['/v1/models/risk:predict', '{"instances":[[1]]}', 400],
  ])('%s of %s is %d with {"error"}', async (path, body, status) => {
    const reply = await post(path, body);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text)).toEqual({ error: expect.any(String) });
  });
});

test('CSV is read as written', () => {
  expect(readCsv('')).toEqual([]);
  expect(readCsv('\ufeffa,b\n1,\n\n"x\ny","""",')).toEqual([
    ['a', 'b'],
    ['1', ''],
    ['x\ny', '"', ''],
  ]);
  expect(readCsv('a\r\n1')).toEqual([['a'], ['1']]);
  expect(() => readCsv('"a')).toThrow('never closed');
});

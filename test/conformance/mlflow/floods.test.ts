import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer } from '../../support/in-process.ts';
import { cleanUp, until } from '../../support/server-process.ts';

let server: Awaited<ReturnType<typeof openServer>>;
beforeAll(async () => {
  server = await openServer({ logLevel: 'error' });
});
afterAll(async () => {
  await server?.close();
  await cleanUp();
});

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  server.call(method, `/api/2.0/mlflow/${path}`, body, headers);
const newRun = async (): Promise<string> => (await call('POST', 'runs/create', {})).body.run.info.run_id;
const json = { 'content-type': 'application/json' };

describe('a body of sixteen megabytes', () => {
  const bytes = 16 * 1024 * 1024;
  const filled = (head: string, piece: string, tail: string) =>
    head + piece.repeat(Math.floor((bytes - head.length - tail.length) / piece.length)) + tail;
  const bodies: [string, string][] = [
    ['open brackets', '['.repeat(bytes)],
    ['nested objects without an end', filled('', '{"a":', '')],
    ['shallow nests', filled('[', '[[[[]]]],', '0]')],
    ['empty metrics', filled('{"run_id":"x","metrics":[', '{},', '{}]}')],
    ['nulls', filled('{"run_id":"x","tags":[', 'null,', 'null]}')],
    ['equal keys', filled('{', '"a":1,', '"a":1}')],
    ['numbers of many digits', filled('[', `${'9'.repeat(900)},`, '1]')],
    ['one number', filled('{"max_results":', '9', '}')],
    ['bare NaN', filled('[', 'NaN,', '1]')],
    ['one text', filled('{"run_id":"', 'x', '"}')],
    ['escapes', filled('{"filter":"', '\\u0027', '"}')],
    ['text in text', JSON.stringify(filled('{"a":"', '\\"', '"}').slice(0, bytes / 2))],
    ['a filter of brackets', filled('{"experiment_ids":["0"],"filter":"', '(', '"}')],
    ['a list of ids', filled('{"experiment_ids":["0"', ',"x"', ']}')],
  ];
  const paths = ['runs/log-batch'];
  test.each(bodies)(
    'of %s is answered in seconds, without showing all of it',
    async (_what, body) => {
      for (const path of paths) {
        const answer = await call('POST', path, body.slice(0, bytes), json);
        // What cannot be read counts as empty.
        expect([path, answer.status < 500]).toEqual([path, true]);
        expect([path, JSON.stringify(answer.body).length < 30_000]).toEqual([path, true]);
      }
    },
    20_000,
  );

  test('and one byte more is refused unread', async () => {
    const answer = await call('POST', 'runs/log-batch', 'x'.repeat(bytes + 1), json);
    expect([answer.status, typeof answer.body.error_code]).toEqual([413, 'string']);
  });
});

test('a hundred batches of a thousand metrics at once are all kept', async () => {
  const ids = await Promise.all(Array.from({ length: 10 }, newRun));
  const batches = Array.from({ length: 100 }, (_, i) => {
    const metrics = Array.from({ length: 1000 }, (_, k) => ({ key: `m${k % 10}`, value: k, timestamp: i, step: k }));
    return call('POST', 'runs/log-batch', { run_id: ids[i % 10], metrics });
  });
  expect(new Set((await Promise.all(batches)).map(({ status }) => status))).toEqual(new Set([200]));
  const history = await call('GET', `metrics/get-history?run_id=${ids[0]}&metric_key=m3&max_results=25000`);
  expect(history.body.metrics).toHaveLength(1000);
}, 60_000);

test('uploads that trickle hold up nobody, and leave nothing when they are cut', async () => {
  const run = await newRun();
  const { hostname, port, host } = new URL(server.url);
  const sockets: Socket[] = [];
  for (let i = 0; i < 60; i++) {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    const path = `/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/slow-${i}.bin`;
    socket.write(`PUT ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 1000000\r\n\r\nx`);
    sockets.push(socket);
  }
  const trickle = setInterval(() => {
    for (const socket of sockets) socket.write('x');
  }, 20);
  try {
    for (let i = 0; i < 20; i++) {
      expect((await call('POST', 'runs/log-metric', { run_id: run, key: 'm', value: i, timestamp: i })).status).toBe(
        200,
      );
    }
    const path = `/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/whole.bin`;
    expect((await server.call('PUT', path, 'whole')).status).toBe(200);
  } finally {
    clearInterval(trickle);
    for (const socket of sockets) socket.destroy();
  }
  const listed = async () => (await call('GET', `artifacts/list?run_id=${run}`)).body.files as { path: string }[];
  await until('the cut uploads to be gone', async () => (await listed()).length === 1);
  expect((await listed()).map(({ path }) => path)).toEqual(['whole.bin']);
}, 60_000);

test('lists of names and pages have a most', async () => {
  const many = (count: number, length: number) => Array.from({ length: count }, (_, i) => `${i}`.padStart(length, 'n'));
  const run = await newRun();
  const cases: [string, string, object][] = [
    ['POST', 'experiments/create', { name: 'n'.repeat(501) }],
    ['POST', 'registered-models/create', { name: 'n'.repeat(251) }],
    ['POST', 'runs/log-batch', { run_id: run, tags: many(101, 5).map((key) => ({ key, value: '' })) }],
    ['POST', 'runs/log-batch', { run_id: run, params: many(101, 5).map((key) => ({ key, value: '' })) }],
    ['POST', 'runs/log-batch', { run_id: run, metrics: many(1001, 5).map((key) => ({ key, value: 1, timestamp: 1 })) }],
    ['POST', 'runs/log-metric', { run_id: run, key: 'k'.repeat(251), value: 1, timestamp: 1 }],
    ['POST', 'runs/search', { experiment_ids: ['0'], max_results: 50_001 }],
    ['POST', 'experiments/search', { max_results: 50_001 }],
    [
      'POST',
      'runs/search',
      {
        experiment_ids: ['0'],
        filter: many(201, 1)
          .map((one) => `params.a = '${one}'`)
          .join(' OR '),
      },
    ],
    ['GET', 'registered-models/search?max_results=1001', {}],
    ['GET', 'model-versions/search?max_results=200001', {}],
    [
      'GET',
      `metrics/get-history-bulk-interval?${many(101, 32)
        .map((id) => `run_ids=${id}`)
        .join('&')}&metric_key=m`,
      {},
    ],
  ];
  for (const [method, path, body] of cases) {
    const answer = await call(method, path, method === 'GET' ? undefined : body);
    expect([path, answer.status, answer.body.error_code]).toEqual([path, 400, 'INVALID_PARAMETER_VALUE']);
  }
});

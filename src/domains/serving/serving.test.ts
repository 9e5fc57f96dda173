import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../test/support/serving.ts';
import { echoModel, logisticModel } from '../../../test/support/test-models.ts';
import type { Server } from '../../http/server.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';

interface Reply {
  version: number;
  variant: string;
  predictions: { predictionId: string; outputs: { label: number; probabilities: number[] } }[];
}

let stack: ServingStack;
let server: Server;

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
const predict = async (body: unknown, headers?: Record<string, string>) =>
  (await post('/api/v1/endpoints/risk/predict', body, headers)).body as Reply;

beforeAll(async () => {
  stack = await openServing();
  await stack.register('risk-model', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.serving.declare(systemActor, 'risk', { model: 'risk-model', stickyKey: { field: 'a' } });
  server = await stack.listen();
});
afterAll(() => stack.dispose());

describe('predicting', () => {
  test('answers rows with ids, in order, equal to the mathematics', async () => {
    const reply = await predict({
      rows: [
        { a: 1, b: 0 },
        { a: 0, b: 2 },
      ],
    });
    expect(reply).toMatchObject({ version: 1, variant: 'champion' });
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    expect(reply.predictions.map((one) => one.outputs.probabilities[1])).toEqual([
      expect.closeTo(sigmoid(1), 6),
      expect.closeTo(sigmoid(-2), 6),
    ]);
    const [first, second] = reply.predictions.map((one) => one.predictionId);
    expect(first).toMatch(/^[0-9a-f-]{36}\.0$/);
    expect(second).toBe(first!.replace(/0$/, '1'));
  });

  test('takes columns, null as missing, bare NaN, and an id of the caller', async () => {
    const columns = await predict({ columns: { a: [1, 2], b: [0, 0] } });
    expect(columns.predictions).toHaveLength(2);
    const text = '{"rows":[{"a":NaN,"b":0}],"id":"order-7"}';
    const response = await fetch(`${server.url}/api/v1/endpoints/risk/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    });
    expect(await response.text()).toContain(
      '"predictionId":"order-7.0","outputs":{"label":0,"probabilities":[NaN,NaN]}',
    );
  });

  test('names the row, the column, the value and the cure of what does not fit', async () => {
    const wrong = async (body: unknown) => {
      const { status, body: problem } = await post('/api/v1/endpoints/risk/predict', body);
      expect(status).toBe(400);
      return (problem as { detail: string; field: string }).detail;
    };
    expect(await wrong({ rows: [{ a: 1, b: 1 }, { a: 1 }] })).toContain("Row 1 lacks the column 'b'");
    expect(await wrong({ rows: [{ a: 'x', b: 1 }] })).toBe('Row 0 has "x" in column \'a\'. Give a number or null.');
    expect(await wrong({ rows: [] })).toContain('at least one object');
    expect(await wrong({ columns: { a: [1], b: [1, 2] } })).toContain("Column 'b' has 2 values where others have 1");
    expect(await wrong({ rows: [{ a: 1, b: 1 }], id: 'a b' })).toContain("Field 'id'");
    expect(await wrong({ rows: [{ a: 1, b: 1 }], variant: 'nobody' })).toContain("no variant 'nobody'");
    const unknown = await post('/api/v1/endpoints/none/predict', { rows: [{}] });
    expect(unknown.status).toBe(404);
  });

  test('refuses extra columns where that is declared, and waits for a model that has no version', async () => {
    await stack.serving.declare(systemActor, 'strict', { model: 'risk-model', extraColumns: 'refuse' });
    const extra = await post('/api/v1/endpoints/strict/predict', { rows: [{ a: 1, b: 1, c: 1 }] });
    expect(extra.body).toMatchObject({ status: 400, field: 'rows[0].c' });
    await stack.serving.declare(systemActor, 'later', { model: 'later-model' });
    const waiting = await post('/api/v1/endpoints/later/predict', { rows: [{ a: 1, b: 1 }] });
    expect(waiting.status).toBe(503);
    expect(waiting.headers.get('retry-after')).toBe('5');
    await stack.register('later-model', logisticModel({ a: 0, b: 0, bias: 0 }), 'champion');
    await expect
      .poll(async () => (await post('/api/v1/endpoints/later/predict', { rows: [{ a: 1, b: 1 }] })).status)
      .toBe(200);
  });

  test('event times need their own permission', async () => {
    const clerk: Actor = { id: 'c', kind: 'user', name: 'clerk', permissions: ['predict.invoke'] };
    const call = { endpoint: 'risk', requestId: 'r', headers: {}, actor: clerk };
    const body = { rows: [{ a: 1, b: 1 }], at: '2001-02-03T04:05:06Z' };
    await expect(stack.serving.predict({ ...call, body })).rejects.toMatchObject({ code: 'forbidden' });
    const reply = await predict(body);
    const logged = await stack.serving.prediction(reply.predictions[0]!.predictionId);
    expect(logged.at).toBe('2001-02-03T04:05:06.000Z');
  });

  test('other types go in and come out as they are', async () => {
    await stack.register('echo', echoModel(), 'champion');
    await stack.serving.declare(systemActor, 'echo', { model: 'echo' });
    const text = '{"rows":[{"flag":true,"count":9007199254740993,"text":"ä\\"","x":null}]}';
    const response = await fetch(`${server.url}/api/v1/endpoints/echo/predict`, { method: 'POST', body: text });
    const answer = await response.text();
    expect(answer).toContain('"flag_out":true,"count_out":9007199254740993,"text_out":"ä\\"","x_out":NaN');
  });

  test('under a full queue some are refused at once with the time to wait, none is lost', async () => {
    await stack.serving.declare(systemActor, 'narrow', { model: 'risk-model', maxQueueRows: 4 });
    const calls = Array.from({ length: 64 }, () =>
      post('/api/v1/endpoints/narrow/predict', {
        rows: [
          { a: 1, b: 1 },
          { a: 1, b: 1 },
        ],
      }),
    );
    const statuses = (await Promise.all(calls)).map((reply) => reply.status);
    expect(statuses.filter((status) => status === 200 || status === 429)).toHaveLength(64);
    const big = await post('/api/v1/endpoints/narrow/predict', { rows: new Array(5).fill({ a: 1, b: 1 }) });
    expect(big.status).toBe(413);
  });

  test('a row that breaks the model fails alone', async () => {
    await stack.register('brittle', logisticModel({ a: 1, b: 1, bias: 0, breaks: true }), 'champion');
    await stack.serving.declare(systemActor, 'brittle', { model: 'brittle' });
    const calls = [1, 2, 500, 3, 4].map((a) => post('/api/v1/endpoints/brittle/predict', { rows: [{ a, b: 0 }] }));
    expect((await Promise.all(calls)).map((reply) => reply.status)).toEqual([200, 200, 500, 200, 200]);
  });
});

describe('variants', () => {
  test('a key stays on its variant, and shadows answer without being seen', async () => {
    const second = await stack.register('risk-model', logisticModel({ a: 2, b: -1, bias: 0 }));
    const variants = [
      { name: 'b', version: second, percent: 50 },
      { name: 'dark', version: second, shadow: true },
    ];
    await stack.serving.declare(systemActor, 'ab', { model: 'risk-model', variants });
    const ask = async (key: string) =>
      (await post('/api/v1/endpoints/ab/predict', { rows: [{ a: 1, b: 1 }], key })).body as Reply;
    const first = await Promise.all(Array.from({ length: 60 }, (_, i) => ask(`user-${i}`)));
    const again = await Promise.all(Array.from({ length: 60 }, (_, i) => ask(`user-${i}`)));
    expect(again.map((reply) => reply.variant)).toEqual(first.map((reply) => reply.variant));
    expect(new Set(first.map((reply) => reply.variant))).toEqual(new Set(['champion', 'b']));
    await expect
      .poll(async () => {
        const all = await stack.serving.observations({ endpoint: 'ab', includeShadow: true });
        return all.shadow.filter((shadow) => shadow === 1).length;
      })
      .toBe(120);
    const { variants: stats } = stack.serving.stats('ab');
    expect(stats.map((one) => one.requests).reduce((a, b) => a + b)).toBe(240);
  });

  test('a new version takes over without a failed request', async () => {
    let stop = false;
    const statuses: number[] = [];
    const load = Array.from({ length: 4 }, async () => {
      while (!stop) statuses.push((await post('/api/v1/endpoints/risk/predict', { rows: [{ a: 1, b: 1 }] })).status);
    });
    const version = await stack.register('risk-model', logisticModel({ a: 3, b: -1, bias: 0 }), 'champion');
    await expect.poll(async () => (await predict({ rows: [{ a: 1, b: 1 }] })).version).toBe(version);
    stop = true;
    await Promise.all(load);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    const { variants } = await stack.serving.endpoint('risk');
    expect(variants.map((variant) => variant.name)).toEqual(['champion', 'previous']);
  });
});

describe('declaring', () => {
  test('the same document changes nothing; another is told with what changed', async () => {
    const before = await stack.ledger.read({ limit: 1000, subject: { kind: 'endpoint', id: 'strict' } });
    await stack.serving.declare(systemActor, 'strict', { model: 'risk-model', extraColumns: 'refuse' });
    expect(await stack.ledger.read({ limit: 1000, subject: { kind: 'endpoint', id: 'strict' } })).toEqual(before);
    await stack.serving.declare(systemActor, 'strict', { model: 'risk-model', timeoutMs: 5 });
    const [last] = await stack.ledger.read({
      limit: 1,
      newestFirst: true,
      subject: { kind: 'endpoint', id: 'strict' },
    });
    expect(last).toMatchObject({ type: 'endpoint.changed', data: { changed: ['extraColumns', 'timeoutMs'] } });
    await stack.serving.undeclare(systemActor, 'strict');
    expect((await post('/api/v1/endpoints/strict/predict', { rows: [{ a: 1, b: 1 }] })).status).toBe(404);
    expect(stack.errors.filter((error) => (error as { code?: string }).code !== 'model_failed')).toEqual([]);
  });
});

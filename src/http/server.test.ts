import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor } from '../kernel/actor.ts';
import { fail } from '../kernel/errors.ts';
import { Reply, type Route, route } from './route.ts';
import { listen, type Server, type ServerOptions } from './server.ts';

const reader: Actor = { id: 'r', kind: 'user', name: 'reader', permissions: ['things.read'] };
const faults: unknown[] = [];

const routes: Route[] = [
  route({
    method: 'POST',
    path: '/api/v1/things/:name',
    permission: 'things.read',
    summary: 'Echo.',
    input: z.object({ name: z.string(), count: z.number().int().min(1), note: z.string().optional() }),
    output: z.object({ name: z.string(), count: z.number(), big: z.number().or(z.nan()) }),
    handle: ({ input }) => ({ ...input, big: Number.NaN }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/things/:name',
    permission: 'things.write',
    summary: 'Needs a permission the reader lacks.',
    input: z.object({ name: z.string() }),
    handle: () => undefined as never,
  }),
  route({
    method: 'GET',
    path: '/api/v1/broken',
    permission: 'public',
    summary: 'A fault.',
    input: z.object({}),
    output: z.object({}),
    handle: () => {
      throw new Error('secret detail');
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/bytes',
    permission: 'things.read',
    summary: 'Counts a stream.',
    body: 'stream',
    maxBodyBytes: 50_000_000,
    input: z.object({}),
    output: z.object({ bytes: z.number() }),
    handle: async ({ stream }) => {
      let bytes = 0;
      for await (const chunk of stream) bytes += (chunk as Buffer).length;
      return { bytes };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/live',
    permission: 'public',
    summary: 'Never ends by itself.',
    input: z.object({}),
    handle: () => {
      const events = new Readable({ read() {} });
      events.push(': hello\n\n');
      return new Reply(events, 200, { 'content-type': 'text/event-stream' });
    },
  }),
  route({
    method: 'GET',
    path: '/own-errors',
    permission: 'public',
    summary: 'A protocol with its own words.',
    input: z.object({}),
    errors: (error) => new Reply(JSON.stringify({ error_code: error.code }), 418),
    handle: () => fail('not_found', 'nothing'),
  }),
];

function options(port = 0): ServerOptions {
  return {
    routes,
    port,
    host: '127.0.0.1',
    publicUrl: '',
    allowedHosts: ['tide.example'],
    maxBodyBytes: 10_000,
    checkAnswers: true,
    authenticator: {
      authenticate: ({ authorization }) =>
        authorization === 'Bearer good' ? reader : fail('unauthenticated', 'No valid token.'),
    },
    onFault: (error) => faults.push(error),
  };
}

let server: Server;
const good = { authorization: 'Bearer good', 'content-type': 'application/json' };

beforeAll(async () => {
  server = await listen(options());
});
afterAll(() => server.close());

const post = (body: string, headers: Record<string, string> = good) =>
  fetch(`${server.url}/api/v1/things/a%20b`, { method: 'POST', body, headers });

describe('a declared route', () => {
  test('merges path and body into its input and writes numbers losslessly', async () => {
    const answer = await post('{"count": 3}');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('{"name":"a b","count":3,"big":NaN}');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ['{"count": 0}', /'count' has the value 0/],
    ['{}', /'count' is missing/],
    ['{"count": "3"}', /'count'/],
    ['[1]', /must be a JSON object/],
    ['{"count": ', /not JSON/],
    [`{"count": ${'['.repeat(500)}${']'.repeat(500)}}`, /nested deeper/],
  ])('refuses %s with a problem that names the field', async (body, message) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(((await answer.json()) as { detail: string }).detail).toMatch(message);
  });

  test('refuses a body over the limit with 413', async () => {
    expect((await post(`{"note": "${'x'.repeat(20_000)}", "count": 1}`)).status).toBe(413);
  });

  test('answers 401 without a token and 403 without the permission', async () => {
    expect((await post('{"count": 1}', {})).status).toBe(401);
    const answer = await fetch(`${server.url}/api/v1/things/a`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer good' },
    });
    expect(answer.status).toBe(403);
    expect(((await answer.json()) as { detail: string }).detail).toContain('things.write');
  });

  test('refuses a stranger before the body has come', async () => {
    const { request } = await import('node:http');
    const answer = await new Promise<{ statusCode?: number | undefined }>((resolve, reject) => {
      const headers = { 'content-length': 9_000_000, 'content-type': 'application/json' };
      const asked = request(`${server.url}/api/v1/things/a`, { method: 'POST', headers }, resolve).on('error', reject);
      asked.write('{');
      setTimeout(() => asked.destroy(), 5_000).unref();
    });
    expect(answer.statusCode).toBe(401);
  });

  test('hides what failed inside, and reports it', async () => {
    const answer = await fetch(`${server.url}/api/v1/broken`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
    expect(String(faults.at(-1))).toContain('secret detail');
  });

  test('streams a body larger than the JSON limit', async () => {
    const answer = await fetch(`${server.url}/api/v1/bytes`, {
      method: 'PUT',
      body: Buffer.alloc(1_000_000),
      headers: good,
    });
    expect(await answer.json()).toEqual({ bytes: 1_000_000 });
  });

  test('lets a protocol word its own errors', async () => {
    const answer = await fetch(`${server.url}/own-errors`);
    expect([answer.status, await answer.json()]).toEqual([418, { error_code: 'not_found' }]);
  });
});

describe('the server', () => {
  test.each([
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://tide.example' }, 200],
  ])('checks the Origin %o', async (headers, status) => {
    expect((await post('{"count": 1}', { ...good, ...headers })).status).toBe(status);
  });

  test('refuses a Host that is not its own (DNS rebinding)', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      const asked = request(`${server.url}/api/v1/broken`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.end();
    });
    expect(status).toBe(403);
  });

  test('says that its port is taken', async () => {
    await expect(listen(options(Number(new URL(server.url).port)))).rejects.toMatchObject({ code: 'port_taken' });
  });

  test('ends live streams when it closes', async () => {
    const other = await listen(options());
    const live = await fetch(`${other.url}/api/v1/live`);
    const ended = live.text().catch(() => 'cut');
    await other.close();
    await ended;
  });
});

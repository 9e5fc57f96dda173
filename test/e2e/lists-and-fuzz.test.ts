import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedRoutes } from '../../src/app/routes.ts';
import type { Route } from '../../src/http/route.ts';
import { createDealer, mutations, randomBody } from '../support/fuzz.ts';
import { openServer } from '../support/in-process.ts';
import { goodBodies } from '../support/samples.ts';
import { type Seeded, seed } from '../support/seed.ts';
import { cleanUp } from '../support/server-process.ts';

const routes = documentedRoutes('0.0.0');
const nameOf = ({ method, path }: Route) => `${method} ${path}`;

let server: Awaited<ReturnType<typeof openServer>>;
let seeded: Seeded;
beforeAll(async () => {
  server = await openServer({ allowPrivateAddresses: true });
  seeded = await seed(server.call);
});
afterAll(async () => {
  await server?.close();
  await cleanUp();
});

/** A path with the names of things that exist where there are some. */
function pathOf(route: Route, value?: string): string {
  return route.path
    .replaceAll(/:(\w+)/g, (_, name: string) => value ?? seeded.nameFor(route.path, name))
    .replace(/\*$/, value ?? 'file.txt');
}

const isList = (route: Route) => route.method === 'GET' && 'pageToken' in route.input.shape;

describe('lists', () => {
  const lists = routes.filter(isList).map((route) => [nameOf(route), route] as const);
  test('are most of what is read', () => expect(lists.length).toBeGreaterThan(20));

  test.each(lists)('%s pages', async (_name, route) => {
    const path = pathOf(route);
    const query = seeded.queryFor(route.path);
    const whole = await server.call('GET', `${path}?${query}limit=1000`);
    expect([whole.status, whole.body]).toEqual([200, expect.objectContaining({ items: expect.any(Array) })]);
    const items: unknown[] = [];
    let token = '';
    for (let page = 0; page < 20; page++) {
      const one = await server.call('GET', `${path}?${query}limit=1${token && `&pageToken=${token}`}`);
      expect(one.status).toBe(200);
      expect(one.body.items.length).toBeLessThanOrEqual(1);
      items.push(...one.body.items);
      token = one.body.nextPageToken ?? '';
      if (token === '') break;
    }
    // Lists that grow while they are read (events) may have more by now than the whole had.
    expect(items.length).toBeGreaterThanOrEqual(Math.min(20, whole.body.items.length));
    for (const bad of ['nonsense', 'W10', 'WzEsMiwzLDQsNSw2XQ', 'bnVsbA']) {
      const refused = await server.call('GET', `${path}?${query}pageToken=${bad}`);
      expect([bad, refused.status, refused.body.code]).toEqual([bad, 400, 'invalid_page_token']);
    }
    for (const bad of ['0', '1001', '-1', 'x', '1.5']) {
      expect([bad, (await server.call('GET', `${path}?${query}limit=${bad}`)).status]).toEqual([bad, 400]);
    }
  });
});

test('what is not paged is bounded by what it belongs to', () => {
  const bounded = [
    ...[
      '/ledger/readers',
      '/dataset-validations/:id/checks',
      '/pipelines/:name/schedules',
      '/rollouts/:id/decisions',
      '/rollouts/:id/measurements',
    ],
    ...['/models/:model/versions/:version/evidence', '/projects', '/folders'],
    ...['/endpoints/:name/runtimes', '/endpoints/:name/runtime-logs'],
  ].map((path) => `GET /api/v1${path}`);
  const unpaged = routes.filter((route) => {
    const shape = (route.output as { shape?: object } | undefined)?.shape;
    return route.method === 'GET' && !isList(route) && shape !== undefined && 'items' in shape;
  });
  expect(unpaged.map(nameOf).filter((name) => !bounded.includes(name))).toEqual([]);
});

describe('whatever is sent', () => {
  const reading = routes.filter((route) => route.method === 'GET' && !route.path.includes('stream'));
  const writing = routes.filter((route) => !['GET', 'DELETE'].includes(route.method));
  const deadline = () => ({ signal: AbortSignal.timeout(20_000) });

  async function send(route: Route, path: string, body: string | undefined): Promise<void> {
    const answer = await fetch(server.url + path, {
      method: route.method,
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
      ...deadline(),
    });
    const text = await answer.text();
    const said = `${nameOf(route)} ${path} ${body?.slice(0, 600)} → ${answer.status} ${text.slice(0, 400)}`;
    // Other bodies may have left an endpoint without a model: then 503 is the right answer of what would ask it.
    const mayBeUnready = /[/:](predict|infer|ready|load|invocations|ping|batch-predictions|explanation)$/.test(
      route.path,
    );
    // What a protocol has and this server does not do is said so, and what of an endpoint a package cannot hold.
    const mayBeMissing = route.hidden || /\/package(\.tar)?$/.test(route.path);
    const isSaid = (answer.status === 503 && mayBeUnready) || (answer.status === 501 && mayBeMissing);
    if (answer.status >= 500 && !isSaid) throw new Error(said);
  }

  test.each(goodBodies)('%s %s takes a body that is right but for one place', async (method, path, body) => {
    const deal = createDealer(path);
    const faults: string[] = [];
    const route = { method, path } as Route;
    const good = await server.call(method, `/api/v1${path}`, body);
    expect(good.status, JSON.stringify(good.body)).toBeLessThan(300);
    for (const text of mutations(body, deal, 60)) {
      await send(route, `/api/v1${path}`, text).catch((error: Error) => faults.push(error.message));
    }
    expect(faults.join('\n')).toBe('');
  });

  test.each(writing.map((route) => [nameOf(route), route] as const))('%s never fails inside', async (_name, route) => {
    const deal = createDealer(nameOf(route));
    const faults: string[] = [];
    for (let i = 0; i < 14; i++) {
      const path = pathOf(route, i % 3 === 2 ? 'no-such-thing' : undefined);
      const body = randomBody(route, deal, i);
      await send(route, path, body).catch((error: Error) => faults.push(error.message));
    }
    expect(faults.join('\n')).toBe('');
  });

  const oddNames = ['%00', '..%2f..%2fetc', '%F0%9F%98%80', 'a'.repeat(400), '-1', '1e999', '%25', 'NaN'];
  const oddQueries = ['', '?limit=1&limit=2', '?from=x&to=y', '?%00=%00', '?offset=9007199254740993', '?order=nope'];
  test.each(reading.map((route) => [nameOf(route), route] as const))('%s takes odd names', async (_name, route) => {
    const faults: string[] = [];
    const parts = route.path.includes(':') || route.path.endsWith('*') ? oddNames : ['x'];
    for (const part of parts) {
      await send(route, pathOf(route, part), undefined).catch((error: Error) => faults.push(error.message));
    }
    for (const query of oddQueries) {
      await send(route, pathOf(route) + query, undefined).catch((error: Error) => faults.push(error.message));
    }
    expect(faults.join('\n')).toBe('');
  });

  test.each([
    ['POST', '/api/v1/runs', '{'],
    ['POST', '/api/v1/runs', '[]'],
    ['POST', '/api/v1/runs', '"x"'],
    ['POST', '/api/v1/runs', '{"a":'.repeat(5000)],
    ['POST', '/api/v1/runs', `${'['.repeat(100_000)}`],
    ['PUT', '/api/v1/gates/x', '\u0000'],
  ])('%s %s with a broken body is 400', async (method, path, body) => {
    const answer = await fetch(server.url + path, { method, body, headers: { 'content-type': 'application/json' } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 400, code: 'invalid_json', requestId: expect.any(String) });
  });

  test('an unknown route is 404 as a problem', async () => {
    for (const path of ['/api/v1/nothing', '/api/v2/runs', '/api/v1/runs/%2e%2e/%2e%2e/x/y/z']) {
      const answer = await server.call('GET', path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ status: 404, code: 'not_found', title: 'not_found' });
    }
    expect((await server.call('POST', '/api/v1/datasets', {})).status).toBe(404);
  });

  test('a body over the limit is 413', async () => {
    const answer = await server.call('POST', '/api/v1/runs', { experiment: 'x'.repeat(17_000_000) });
    expect([answer.status, answer.body.code]).toEqual([413, 'too_large']);
  });
});

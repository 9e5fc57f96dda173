import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedRoutes } from '../../src/app/routes.ts';
import type { Route } from '../../src/http/route.ts';
import { openServer } from '../support/in-process.ts';
import { cleanUp, createCaller } from '../support/server-process.ts';

const routes = documentedRoutes('0.0.0');
const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const table = routes.map((route) => [nameOf(route), route] as const);
const areas = [
  ...[
    'data',
    'pipelines',
    'tracking',
    'traces',
    'training',
    'models',
    'gates',
    'endpoints',
    'predict',
    'feedback',
    'monitors',
  ],
  ...['notify', 'ledger', 'projects', 'admin', 'me', 'metrics'],
];
const publicPaths = [
  ...['GET /api/v1/health', 'GET /api/v1/openapi.json'],
  // The Open Inference Protocol's own: clients ask for them before they have a token.
  ...['GET /v2', 'GET /v2/health/live', 'GET /v2/health/ready'],
  // Platforms that host a scoring server probe it without one.
  'GET /ping',
  // What clients of MLflow ask before they have a token.
  ...['GET /health', 'GET /version', 'GET /api/3.0/mlflow/server-info', 'GET /ajax-api/3.0/mlflow/server-info'],
];
/** Addresses that only their sealed ticket opens, given out to whoever holds the permission. */
const ticketed = ['PUT /api/2.0/mlflow-artifacts/part', 'GET /api/2.0/mlflow-artifacts/file'];
/** What a caller's own load left out, for whoever may load. */
const ownRows = ['GET /api/v1/feedback-quarantines/:id'];
/** The plain 404 that makes MLflow's clients fall back. */
const isNowhere = ({ path }: Route) => /^\/(ajax-)?api\/[23]\.0\/\*$/.test(path);

/** A path with something in the place of every parameter. */
function pathOf(route: Route, value = 'nothing'): string {
  return route.path.replaceAll(/:\w+/g, value).replace(/\*$/, value);
}

describe('declarations', () => {
  test('there are routes, each once', () => {
    const names = routes.map(nameOf);
    expect(names.length).toBeGreaterThan(100);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(table)('%s says who may call it and what it does', (name, route) => {
    expect(route.summary.length).toBeGreaterThan(3);
    if (isNowhere(route)) return expect(route.permission).toBe('public');
    if (route.permission === 'public') return expect([...publicPaths, ...ticketed]).toContain(name);
    const [area, verb, ...more] = route.permission.split('.');
    expect(areas).toContain(area);
    expect(verb).toMatch(/^[a-z]+$/);
    expect(more).toEqual([]);
    const isWrite = route.method !== 'GET' || ownRows.includes(name);
    if (!isWrite) expect(['read', 'invoke']).toContain(verb);
  });
});

describe('with --auth', () => {
  let server: Awaited<ReturnType<typeof openServer>>;
  let powerless: ReturnType<typeof createCaller>;
  let anonymous: ReturnType<typeof createCaller>;
  beforeAll(async () => {
    server = await openServer({ auth: true });
    anonymous = createCaller(server.url);
    const made = await server.call('POST', 'tokens', { name: 'powerless', permissions: ['none.read'] });
    expect(made.status).toBe(201);
    powerless = createCaller(server.url, made.body.secret);
  });
  afterAll(async () => {
    await server?.close();
    await cleanUp();
  });

  test.each(table.filter(([, { permission }]) => permission !== 'public' && permission !== 'me.read'))(
    '%s wants a token that holds its permission',
    async (_name, route) => {
      const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : {};
      const without = await anonymous(route.method, pathOf(route), body);
      // Protocols say it in words of their own.
      const codeOf = (body: { code?: string }, code: string) => (route.errors ? code : body.code);
      expect([without.status, codeOf(without.body, 'unauthenticated')]).toEqual([401, 'unauthenticated']);
      if (!route.errors) expect(without.headers.get('www-authenticate')).toMatch(/^Bearer/);
      const lacking = await powerless(route.method, pathOf(route), body);
      expect([lacking.status, codeOf(lacking.body, 'forbidden')]).toEqual([403, 'forbidden']);
      expect(JSON.stringify(lacking.body)).toContain(route.permission);
    },
  );

  test('public routes answer anybody', async () => {
    for (const name of publicPaths) {
      const [method = '', path = ''] = name.split(' ');
      const { status } = await anonymous(method, path);
      // What is not there is so for anybody, and an address without its seal gives nobody anything.
      const expected = path.endsWith('*') ? 404 : path.includes('mlflow-artifacts') ? 403 : 200;
      expect(status, name).toBe(expected);
    }
  });

  test('addresses with tickets open by nothing else', async () => {
    for (const name of ticketed) {
      const [method, path] = name.split(' ') as [string, string];
      for (const query of ['', '?ticket=', '?ticket=x', '?ticket=a&ticket=b', `?ticket=${'A'.repeat(200)}`]) {
        const body = method === 'PUT' ? 'x' : undefined;
        const answer = await anonymous(method, path + query, body);
        expect([name, query, answer.status]).toEqual([name, query, 403]);
        expect(answer.body.error_code).toBe('PERMISSION_DENIED');
      }
    }
  });

  test('where there is nothing, everybody gets the same plain 404', async () => {
    const answers = new Set<string>();
    for (const [, { method, path }] of table.filter(([, route]) => isNowhere(route))) {
      for (const rest of ['nothing', 'mlflow/users/get', 'mlflow/gateway/x', `a%00/${'b/'.repeat(50)}`]) {
        for (const call of [anonymous, powerless, server.call]) {
          const body = method === 'GET' ? undefined : { rest };
          const answer = await call(method, path.replace('*', rest), body);
          answers.add(JSON.stringify([answer.status, answer.headers.get('content-type'), answer.body]));
        }
      }
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).toMatch(/^\[404,"text\/html/);
  });

  test('a token gives no more than its maker holds', async () => {
    const made = await server.call('POST', 'tokens', { name: 'half', permissions: ['admin.write', 'data.read'] });
    const half = createCaller(server.url, made.body.secret);
    expect((await half('GET', 'datasets')).status).toBe(200);
    expect((await half('POST', 'tokens', { name: 'more', permissions: ['models.write'] })).status).toBe(403);
    expect((await half('POST', 'tokens', { name: 'all', permissions: ['*'] })).status).toBe(403);
  });
});

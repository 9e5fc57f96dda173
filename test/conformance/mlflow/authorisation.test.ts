import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../../src/http/route.ts';
import { createManualClock } from '../../../src/kernel/clock.ts';
import { mlflowRoutes } from '../../../src/protocols/mlflow/index.ts';
import { createDealer } from '../../support/fuzz.ts';
import { openServer } from '../../support/in-process.ts';
import { rawRequest } from '../../support/raw-request.ts';
import { cleanUp } from '../../support/server-process.ts';
import { type FuzzRequest, plainRequest, randomRequest } from './fuzz/requests.ts';
import { type Known, seedWire } from './fuzz/seed-wire.ts';

const hollow: never = new Proxy({}, { get: () => hollow }) as never;
const routes = mlflowRoutes(hollow, { version: '', modelSources: [] });
const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const guarded = routes.filter(({ permission }) => permission !== 'public');
const table = guarded.map((route) => [nameOf(route), route] as const);
const areas = ['tracking', 'models', 'traces', 'notify'];
const isReading = ({ permission }: Route) => permission.endsWith('.read');

let server: Awaited<ReturnType<typeof openServer>>;
let known: Known;
const tokens: Record<string, string> = {};
const clock = createManualClock(1_780_000_000_000);

beforeAll(async () => {
  server = await openServer({ auth: true, allowPrivateAddresses: true, logLevel: 'error' }, { clock });
  const make = async (name: string, permissions: string[]) => {
    tokens[name] = (await server.call('POST', 'tokens', { name, permissions })).body.secret;
  };
  await make('powerless', ['none.read']);
  await make(
    'reader',
    areas.map((area) => `${area}.read`),
  );
  await make('writer', [...areas.map((area) => `${area}.write`), 'models.promote']);
  known = await seedWire(server.url, server.adminToken);
});
afterAll(async () => {
  await server?.close();
  await cleanUp();
});

interface Told {
  status: number;
  challenge: string | null;
  text: string;
}

async function send({ method, target, headers, body }: FuzzRequest, authorization?: string): Promise<Told> {
  // Wrong tokens are counted by the minute.
  clock.advance(61_000);
  const all = { ...headers, ...(authorization === undefined ? {} : { authorization }) };
  const answer = await fetch(server.url + target, { method, headers: all, body: (body ?? null) as string | null });
  return { status: answer.status, challenge: answer.headers.get('www-authenticate'), text: await answer.text() };
}

const missing: Known = {};
const good = (route: Route, things: Known, turn = 0): FuzzRequest =>
  plainRequest(route, createDealer(`${nameOf(route)}/${turn}`), things);

const basic = (password: string) => `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;

describe('who may call', () => {
  test.each(table)('%s', async (_name, route) => {
    const [there, gone] = [good(route, known), good(route, missing)];
    const strangers = [undefined, 'Bearer tms_wrong', basic('wrong'), 'Basic !!', 'Digest x', ''];
    for (const authorization of strangers) {
      const told = await send(there, authorization);
      expect([authorization, told.status, told.challenge]).toEqual([
        authorization,
        401,
        expect.stringMatching(/Basic|Bearer/),
      ]);
      // The same whether what they ask for exists or not, and whether the body is right or not.
      expect(await send({ ...gone, method: there.method }, authorization)).toEqual(told);
      if (there.method !== 'HEAD') expect(JSON.parse(told.text)).toMatchObject({ error_code: 'UNAUTHENTICATED' });
    }
    const lacking = [tokens['powerless']!, isReading(route) ? tokens['writer']! : tokens['reader']!];
    for (const token of lacking) {
      const told = await send(there, `Bearer ${token}`);
      expect(told).toMatchObject({ status: 403, challenge: null });
      expect(await send({ ...gone, method: there.method }, `Bearer ${token}`)).toEqual(told);
      expect(await send(there, basic(token))).toEqual(told);
      if (there.method !== 'HEAD') {
        expect(JSON.parse(told.text)).toMatchObject({ error_code: 'PERMISSION_DENIED' });
        expect(told.text).toContain(route.permission);
      }
    }
  });
});

/** Every row of every table, but for what the server writes by itself as time goes by. */
function contents(): Record<string, string> {
  const db = new DatabaseSync(join(server.home, 'tidemill.db'), { readOnly: true });
  try {
    const names = db.prepare("select name from sqlite_master where type = 'table' order by name").all() as {
      name: string;
    }[];
    const own = /^(lease|ledger_(checkpoint|cursor|subtree|retry)|sqlite_|webhook_delivery)/;
    return Object.fromEntries(
      names
        .filter(({ name }) => !own.test(name))
        .map(({ name }) => {
          const rows = db.prepare(`select * from "${name}"`);
          rows.setReadBigInts(true);
          const text = rows
            .all()
            .map((row) =>
              JSON.stringify(Object.values(row), (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
            );
          return [name, text.sort().join('\n')];
        }),
    );
  } finally {
    db.close();
  }
}

test('reading never writes, whatever is sent', async () => {
  const before = contents();
  expect(Object.keys(before)).toEqual(expect.arrayContaining(['run', 'experiment', 'trace', 'model', 'ledger_event']));
  const counts: Record<number, number> = {};
  for (let turn = 0; turn < 3; turn++) {
    for (const route of guarded.filter(isReading)) {
      const deal = createDealer(`${nameOf(route)}/${turn}`);
      const request = turn === 0 ? good(route, known) : randomRequest(route, deal, known);
      const { status } = await send(request, basic(tokens['reader']!));
      counts[status] = (counts[status] ?? 0) + 1;
      expect([nameOf(route), status]).not.toEqual([nameOf(route), 401]);
      expect([nameOf(route), status]).not.toEqual([nameOf(route), 403]);
    }
  }
  expect(counts[200]).toBeGreaterThan(50);
  expect(contents()).toEqual(before);
});

test('with the permission to write, writing is never refused as forbidden', async () => {
  for (const route of guarded.filter((one) => !isReading(one))) {
    for (const authorization of [`Bearer ${tokens['writer']}`, basic(tokens['writer']!)]) {
      const { status } = await send(good(route, known, 1), authorization);
      expect([nameOf(route), [401, 403].includes(status)]).toEqual([nameOf(route), false]);
    }
  }
});

describe('pages of other sites', () => {
  test('reach no route, by another name of this host or from their own origin', async () => {
    const { host } = new URL(server.url);
    const strange: Record<string, string>[] = [
      { host: 'evil.example' },
      { host, origin: 'https://evil.example' },
      { host, origin: 'null' },
    ];
    const authorization = `Bearer ${server.adminToken}`;
    for (const route of routes) {
      const { method, target } = good(route, known);
      for (const headers of strange) {
        const answer = await rawRequest(server.url, `${method} ${target}`, { headers: { ...headers, authorization } });
        expect([nameOf(route), headers, answer.status]).toEqual([nameOf(route), headers, 403]);
      }
    }
  });

  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
  ];
  test('cannot send JSON under a type that needs no leave', async () => {
    known = await seedWire(server.url, server.adminToken);
    const before = contents();
    const withBody = routes.filter(({ fields, method }) => fields !== undefined && method !== 'GET');
    expect(withBody.length).toBeGreaterThan(100);
    for (const route of withBody) {
      for (const type of types) {
        const request = good(route, known);
        const told = await send({ ...request, headers: { 'content-type': type } }, `Bearer ${server.adminToken}`);
        expect([nameOf(route), type, told.status]).toEqual([nameOf(route), type, 400]);
      }
    }
    expect(contents()).toEqual(before);
  });
});

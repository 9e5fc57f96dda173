import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { testSecrets as secrets } from '../../../test/support/secrets.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createNotify, notifyRoutes } from './index.ts';

let opened: TestDatabase;
let server: Server;
const faults: unknown[] = [];

beforeAll(async () => {
  opened = await openSqlite();
  const { database } = opened;
  const { ledger, background, clock } = createSpine(database);
  const notify = createNotify({ database, ledger, background, clock, secrets, allowPrivateAddresses: false });
  server = await listen({
    routes: notifyRoutes(notify),
    port: 0,
    host: '127.0.0.1',
    publicUrl: '',
    allowedHosts: [],
    maxBodyBytes: 100_000,
    checkAnswers: true,
    authenticator: { authenticate: () => systemActor },
    onFault: (error) => faults.push(error),
  });
});
afterAll(async () => {
  await server.close();
  await opened.dispose();
});

test('webhooks over HTTP: made, changed, tested, listed, deleted; no answer holds the secret but the one that gives it', async () => {
  let answers = '';
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${server.url}/api/v1/webhooks${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!text.includes('"secret":')) answers += text;
    return { status: answer.status, body: text ? JSON.parse(text) : undefined };
  };
  const url = 'http://93.184.215.14:9/hook';
  const made = await call('POST', '', { name: 'ops', url });
  expect(made).toMatchObject({ status: 201, body: { webhook: { name: 'ops', url, events: ['*'], enabled: true } } });
  expect((await call('POST', '', { name: 'ops', url })).status).toBe(409);
  expect(await call('POST', '', { name: 'meta', url: 'http://169.254.169.254/' })).toMatchObject({
    status: 403,
    body: { code: 'forbidden_address' },
  });
  expect((await call('POST', '', { name: 'short', url, secret: 'short' })).status).toBe(400);
  expect((await call('PUT', '/ops', { url, events: ['webhook.*'], enabled: false })).body.events).toEqual([
    'webhook.*',
  ]);
  expect((await call('GET', '')).body.items).toHaveLength(1);
  const rotated = await call('POST', '/ops/secret', {});
  expect(rotated.body.secret).not.toBe(made.body.secret);
  expect((await call('GET', '/ops/deliveries?state=failed')).body).toEqual({ items: [] });
  expect((await call('POST', '/ops/deliveries/none/redeliver', {})).status).toBe(404);
  expect((await call('DELETE', '/ops')).status).toBe(204);
  expect((await call('GET', '/ops')).status).toBe(404);
  for (const secret of [made.body.secret, rotated.body.secret]) expect(answers).not.toContain(secret);
  expect(faults).toEqual([]);
});

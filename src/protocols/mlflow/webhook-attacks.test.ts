import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { testSecrets as secrets } from '../../../test/support/secrets.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { createNotify } from '../../domains/notify/index.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createMlflowWebhookFormat } from './webhook-format.ts';
import { webhookRoutes } from './webhooks.ts';

// What the network's names say; a list of answers is given one at a time, the last for good.
const names: Record<string, string[][]> = {
  'public.example': [['93.184.215.14']],
  'inside.example': [['10.1.2.3']],
  'both.example': [['93.184.215.14', '192.168.0.9']],
  'metadata.example': [['169.254.169.254']],
  'six.example': [['fd00::1']],
  'mapped.example': [['::ffff:127.0.0.1']],
  'localhost.example': [['127.0.0.1']],
};
const asked: Record<string, number> = {};
async function resolve(host: string) {
  const answers = names[host] ?? [];
  const turn = asked[host] ?? 0;
  asked[host] = turn + 1;
  const found = answers[Math.min(turn, answers.length - 1)];
  if (!found) throw new Error(`getaddrinfo ENOTFOUND ${host}`);
  return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

let opened: TestDatabase;
let spine: Spine;
let inside: HttpServer;
let port: number;
let strict: Server;
let open: Server;
const reached: string[] = [];
const faults: unknown[] = [];

async function serve(allowPrivateAddresses: boolean): Promise<Server> {
  const formats = [createMlflowWebhookFormat({ allowHttp: allowPrivateAddresses, tagsOf: async () => ({}) })];
  const background = { add() {}, start() {}, wake() {}, stop: async () => {} } as never as Spine['background'];
  const ledger = { ...spine.ledger, addReader() {} };
  const shared = { database: opened.database, clock: spine.clock, secrets, formats };
  const notify = createNotify({ ...shared, ledger, background, allowPrivateAddresses, resolve, timeoutMs: 5_000 });
  return listen({
    routes: webhookRoutes(notify),
    authenticator: { authenticate: () => systemActor },
    ...{ host: '127.0.0.1', port: 0, publicUrl: '', allowedHosts: [], maxBodyBytes: 1_000_000, checkAnswers: true },
    onFault: (error) => faults.push(error),
  });
}

beforeAll(async () => {
  opened = await openSqlite();
  spine = createSpine(opened.database);
  inside = createServer((request, response) => {
    reached.push(request.url!);
    if (request.url === '/moved') response.writeHead(307, { location: `http://127.0.0.1:${port}/secret` });
    response.end('inner words');
  });
  await new Promise<void>((done) => inside.listen(0, '127.0.0.1', done));
  port = (inside.address() as AddressInfo).port;
  strict = await serve(false);
  open = await serve(true);
});
afterAll(async () => {
  await Promise.all([strict.close(), open.close()]);
  inside.close();
  await opened.dispose();
});
beforeEach(() => {
  reached.length = 0;
});

async function call(server: Server, method: string, path: string, body: object = {}) {
  const url = `${server.url}/api/2.0/mlflow/webhooks${path}`;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as never as Record<string, Record<string, string>> };
}
const wanted = { name: 'hook', events: [{ entity: 'REGISTERED_MODEL', action: 'CREATED' }] };
const make = async (server: Server, url: string) => {
  const made = await call(server, 'POST', '', { ...wanted, url });
  expect(made).toMatchObject({ status: 200 });
  return made.body['webhook']!['webhook_id']!;
};
const tryOut = async (server: Server, id: string) => (await call(server, 'POST', `/${id}/test`)).body['result'];

const privateHosts = [
  ['loopback', '127.0.0.1'],
  ['loopback beyond .1', '127.8.9.10'],
  ['loopback by name', 'localhost.example'],
  ['loopback in IPv6', '[::1]'],
  ['loopback mapped into IPv6', '[::ffff:127.0.0.1]'],
  ['loopback mapped, in hex', '[::ffff:7f00:1]'],
  ['loopback mapped, by name', 'mapped.example'],
  ['loopback compatible with IPv6', '[::127.0.0.1]'],
  ['loopback through NAT64', '[64:ff9b::7f00:1]'],
  ['loopback through 6to4', '[2002:7f00:1::]'],
  ['a decimal address', '2130706433'],
  ['an octal address', '0177.0.0.1'],
  ['an octal address in one number', '017700000001'],
  ['a hexadecimal address', '0x7f000001'],
  ['a short address', '127.1'],
  ['a mixed address', '0x7f.0.1'],
  ['digits of another script', '１２７.0.0.1'],
  ['a final dot', '127.0.0.1.'],
  ['the unspecified address', '0.0.0.0'],
  ['the unspecified address, short', '0'],
  ['the unspecified address in IPv6', '[::]'],
  ['link-local, where clouds keep credentials', '169.254.169.254'],
  ['link-local by name', 'metadata.example'],
  ['link-local in IPv6', '[fe80::1]'],
  ['private, class A', '10.0.0.1'],
  ['private, class B', '172.16.5.4'],
  ['private, class C', '192.168.1.1'],
  ['private by name', 'inside.example'],
  ['private beside a public address', 'both.example'],
  ['unique local in IPv6', 'six.example'],
  ['shared by carriers', '100.64.0.1'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
] as const;

describe('a webhook may not reach inside', () => {
  test.each(privateHosts)('%s (%s) is refused when made and when changed', async (_what, host) => {
    const refused = {
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining('non-public IP address') },
    };
    const url = `https://${host}:${port}/hook`;
    expect(await call(strict, 'POST', '', { ...wanted, url })).toMatchObject(refused);
    const id = await make(strict, 'https://public.example/hook');
    expect(await call(strict, 'PATCH', `/${id}`, { url })).toMatchObject(refused);
    expect((await call(strict, 'PATCH', `/${id}`, { description: 'kept' })).body['webhook']).toMatchObject({
      url: 'https://public.example/hook',
    });
    await call(strict, 'DELETE', `/${id}`);
  });

  test.each(privateHosts)('%s (%s) is refused at the connection, too', async (_what, host) => {
    // Made while it was allowed, as by a server that was less strict.
    const id = await make(open, `http://${host}:${port}/hook`);
    const result = await tryOut(strict, id);
    expect(result).toMatchObject({ success: false, error_message: expect.stringContaining('not a public address') });
    expect(result).not.toHaveProperty('response_body');
    expect(reached).toEqual([]);
    await call(open, 'DELETE', `/${id}`);
  });

  test.each([
    [['93.184.215.14'], ['127.0.0.1']],
    [['93.184.215.14'], ['93.184.215.14', '127.0.0.1']],
    [['93.184.215.14'], ['::ffff:127.0.0.1']],
    [['2606:2800:21f:cb07:6820:80da:af6b:8b2c'], ['169.254.169.254']],
  ])('a name that turns from %j to %j between check and connection gains nothing', async (...answers) => {
    names['rebind.example'] = answers;
    asked['rebind.example'] = 0;
    const id = await make(strict, `https://rebind.example:${port}/hook`);
    expect(await tryOut(strict, id)).toMatchObject({
      success: false,
      error_message: expect.stringContaining('not a public address'),
    });
    expect([reached, asked['rebind.example']]).toEqual([[], 2]);
    await call(strict, 'DELETE', `/${id}`);
  });

  test('a redirect is not followed', async () => {
    const id = await make(open, `http://127.0.0.1:${port}/moved`);
    expect(await tryOut(open, id)).toMatchObject({
      success: false,
      response_status: 307,
      error_message: expect.stringContaining('redirects are not followed'),
    });
    expect(reached).toEqual(['/moved']);
    await call(open, 'DELETE', `/${id}`);
  });

  test.each([
    'http://public.example/hook',
    'ftp://public.example',
    'file:///etc/passwd',
    'gopher://127.0.0.1:70/_x',
    'javascript:alert(1)',
    '//public.example',
    'public.example',
    'https://',
    'https://user:word@public.example',
    ' ',
    'https://exa mple',
  ])('%j is no address of a webhook', async (url) => {
    expect(await call(strict, 'POST', '', { ...wanted, url })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE' },
    });
  });

  test('where private addresses are allowed, a listener of this machine is reached', async () => {
    const id = await make(open, `http://127.0.0.1:${port}/hook`);
    expect(await tryOut(open, id)).toMatchObject({ success: true, response_status: 200, response_body: 'inner words' });
    expect([reached, faults]).toEqual([['/hook'], []]);
  });
});

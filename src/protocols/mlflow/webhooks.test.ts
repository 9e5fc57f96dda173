import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openServer } from '../../../test/support/in-process.ts';
import { cleanUp } from '../../../test/support/server-process.ts';
import { backupHome, restoreHome } from '../../app/backup.ts';
import { readSettings } from '../../settings.ts';

type Opened = Awaited<ReturnType<typeof openServer>>;
interface Told {
  path: string;
  verified: boolean | undefined;
  body: { entity: string; action: string; timestamp: string; data: object };
}

const secret = 's3cret';
const flags = { allowPrivateAddresses: true };
let server: Opened;
let listener: Server;
let base: string;
const told: Told[] = [];

/** The receiver's part, written from the reference: HMAC-SHA256 over `<id>.<timestamp>.<body>`, base64, behind `v1,`. */
function verify(headers: Record<string, unknown>, body: string): boolean | undefined {
  const signature = headers['x-mlflow-signature'];
  if (signature === undefined) return undefined;
  const signed = `${headers['x-mlflow-delivery-id']}.${headers['x-mlflow-timestamp']}.${body}`;
  return signature === `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
}

beforeAll(async () => {
  listener = createServer(async (request, response) => {
    const body = await text(request);
    told.push({ path: request.url!, verified: verify(request.headers, body), body: JSON.parse(body) });
    response.writeHead(request.url === '/fails' ? 500 : 200).end('thanks');
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  server = await openServer(flags);
});
afterAll(async () => {
  await server.close();
  listener.close();
  await cleanUp();
});
beforeEach(() => {
  told.length = 0;
});

async function call(method: string, path: string, body?: object, root = 'api') {
  const response = await server.call(method, `/${root}/2.0/mlflow/${path}`, body);
  return { status: response.status, body: response.body };
}
async function ok(method: string, path: string, body?: object) {
  const answer = await call(method, path, body);
  expect(answer, JSON.stringify(answer)).toMatchObject({ status: 200 });
  return answer.body;
}
const pair = (topic: string) => {
  const [entity, action] = topic.toUpperCase().split('.');
  return { entity, action };
};
const make = async (fields: object = {}) => {
  const events = [pair('registered_model.created')];
  return (await ok('POST', 'webhooks', { name: 'hook', url: `${base}/hook`, events, ...fields })).webhook;
};
const refused = (status: number, error_code: string, message: unknown) => ({ status, body: { error_code, message } });
const invalid = (message: unknown) => refused(400, 'INVALID_PARAMETER_VALUE', message);

describe('a webhook', () => {
  test('is made, shown, listed, changed and deleted; its secret is never shown', async () => {
    const made = await make({ name: 'First.hook-1', description: 'd', secret });
    expect(made).toEqual({
      webhook_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'First.hook-1',
      description: 'd',
      url: `${base}/hook`,
      events: [pair('registered_model.created')],
      status: 'ACTIVE',
      creation_timestamp: expect.any(Number),
      last_updated_timestamp: made.creation_timestamp,
    });
    const id = made.webhook_id;
    expect(await ok('GET', `webhooks/${id}`)).toEqual({ webhook: made });
    const same = await make({ name: 'First.hook-1' });
    expect(same).not.toHaveProperty('description');
    expect([same.name, same.webhook_id === id]).toEqual(['First.hook-1', false]);
    const first = await ok('GET', 'webhooks?max_results=1');
    expect(first).toEqual({ webhooks: [same], next_page_token: expect.any(String) });
    const second = await ok('GET', `webhooks?max_results=1&page_token=${first.next_page_token}`);
    expect(second).toEqual({ webhooks: [made] });
    const events = [pair('prompt_alias.deleted'), pair('model_version_tag.set')];
    const change = { name: 'renamed', status: 'DISABLED', events, description: '', url: `${base}/other` };
    const { webhook } = await ok('PATCH', `webhooks/${id}`, change);
    expect(webhook).toMatchObject({ name: 'renamed', status: 'DISABLED', url: `${base}/other` });
    expect(webhook).not.toHaveProperty('description');
    expect(webhook.events).toEqual(expect.arrayContaining(events));
    expect((await ok('PATCH', `webhooks/${id}`, { status: 'ACTIVE' })).webhook).toMatchObject({ name: 'renamed' });
    const native = await server.call('GET', '/api/v1/webhooks');
    expect(native.body.items).toMatchObject([
      { name: 'First.hook-1-2', label: 'First.hook-1', format: 'mlflow' },
      { name: 'renamed' },
    ]);
    const ledger = await server.services.ledger.read({ limit: 1000 });
    expect(JSON.stringify([made, first, second, native.body, ledger])).not.toContain(secret);
    for (const one of [id, same.webhook_id]) expect(await ok('DELETE', `webhooks/${one}`)).toEqual({});
    expect(await ok('GET', 'webhooks')).toEqual({ webhooks: [] });
    const gone = refused(404, 'RESOURCE_DOES_NOT_EXIST', `Webhook with ID ${id} not found.`);
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect(await call(method, `webhooks/${id}`, method === 'GET' ? undefined : {})).toEqual(gone);
    expect(await call('POST', `webhooks/${id}/test`, {}, 'ajax-api')).toEqual(gone);
  });

  test.each([
    [{ name: '' }, /Missing value for required parameter 'name'/],
    [{ name: 'a b' }, /^Webhook name 'a b' is invalid. It must start and end with a letter or digit/],
    [{ name: '-a' }, /is invalid/],
    [{ name: 'a.' }, /is invalid/],
    [{ name: 'x'.repeat(64) }, /is invalid/],
    [{ name: 7 }, /Invalid value 7 for parameter 'name'/],
    [{ url: undefined }, /Missing value for required parameter 'url'/],
    [{ url: 'ftp://a.example' }, "Invalid webhook URL scheme: 'ftp'. Allowed schemes are: https, http."],
    [{ events: [] }, /parameter 'events'/],
    [
      { events: [pair('model_version.deleted')] },
      "Invalid action 'deleted' for entity 'model_version'. Valid actions are: ['created']",
    ],
    [{ events: [pair('model_version_tag.created')] }, /Valid actions are: \['deleted', 'set'\]/],
    [{ events: [{}] }, /Invalid action/],
    [{ events: [{ entity: 'CONSTRUCTOR', action: 'CREATED' }] }, /Invalid action/],
  ])('with %j is refused', async (fields, message) => {
    const body = { name: 'hook', url: `${base}/x`, events: [pair('prompt.created')], ...fields };
    const expected = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(await call('POST', 'webhooks', body)).toEqual(invalid(expected));
    expect(await ok('GET', 'webhooks')).toEqual({ webhooks: [] });
  });

  test('lists refuse wrong sizes and tokens', async () => {
    for (const query of ['max_results=1001', 'max_results=-1', 'max_results=x', 'page_token=junk'])
      expect(await call('GET', `webhooks?${query}`)).toMatchObject({ status: 400 });
  });

  test('is tested with an example of what it asked for, or of another event', async () => {
    const { webhook_id: id } = await make({ secret, events: [pair('prompt_tag.set')], status: 'DISABLED' });
    expect(await ok('POST', `webhooks/${id}/test`, {})).toEqual({
      result: { success: true, response_status: 200, response_body: 'thanks' },
    });
    await ok('POST', `webhooks/${id}/test`, { event: pair('model_version.created') });
    expect(told).toMatchObject([
      { verified: true, body: { entity: 'prompt_tag', action: 'set', data: { name: 'example_prompt' } } },
      { verified: true, body: { entity: 'model_version', data: { version: '1', source: 'models:/123' } } },
    ]);
    await ok('PATCH', `webhooks/${id}`, { secret: '', url: `${base}/fails` });
    expect((await ok('POST', `webhooks/${id}/test`)).result).toMatchObject({ success: false, response_status: 500 });
    expect(told.at(-1)).toMatchObject({ path: '/fails', verified: undefined });
    await ok('PATCH', `webhooks/${id}`, { url: 'http://127.0.0.1:1/' });
    expect((await ok('POST', `webhooks/${id}/test`)).result).toEqual({
      success: false,
      error_message: expect.stringMatching(/^Failed to test webhook: .*ECONNREFUSED/),
    });
    await ok('DELETE', `webhooks/${id}`);
  });
});

test('what happens in the registry is told once, signed, in the words of the reference', async () => {
  const entities = ['registered_model', 'model_version', 'prompt', 'prompt_version'].map((one) => `${one}.created`);
  const tags = ['model_version_tag', 'prompt_tag', 'prompt_version_tag'].flatMap((one) => [
    `${one}.set`,
    `${one}.deleted`,
  ]);
  const aliases = ['model_version_alias', 'prompt_alias'].flatMap((one) => [`${one}.created`, `${one}.deleted`]);
  const { webhook_id: id } = await make({ secret, events: [...entities, ...tags, ...aliases].map(pair) });
  const off = await make({ name: 'off', status: 'DISABLED', url: `${base}/off` });
  for (const [name, kind] of [
    ['m', []],
    ['p', [{ key: 'mlflow.prompt.is_prompt', value: 'true' }]],
  ] as const) {
    const more = { tags: [{ key: 't', value: 'u' }, ...kind], description: 'said' };
    const text = kind.length > 0 ? [{ key: 'mlflow.prompt.text', value: 'Hi {{x}}' }] : [];
    await ok('POST', 'registered-models/create', { name, ...more });
    const version = { name, source: 'dummy-source', tags: [...more.tags, ...text] };
    if (kind.length > 0) await ok('POST', 'model-versions/create', version);
    else {
      const { run } = await ok('POST', 'runs/create', { experiment_id: '0' });
      await ok('POST', 'model-versions/create', {
        ...version,
        source: `runs:/${run.info.run_id}/m`,
        run_id: run.info.run_id,
      });
    }
    await ok('POST', 'registered-models/set-tag', { name, key: 'k', value: 'x'.repeat(5000) });
    await ok('DELETE', 'registered-models/delete-tag', { name, key: 'k' });
    await ok('POST', 'model-versions/set-tag', { name, version: '1', key: 'k', value: 'v' });
    await ok('DELETE', 'model-versions/delete-tag', { name, version: '1', key: 'k' });
    await ok('POST', 'registered-models/alias', { name, alias: 'a', version: '1' });
    await ok('DELETE', 'registered-models/alias', { name, alias: 'a' });
  }
  await expect.poll(() => told.length, { timeout: 20_000 }).toBe(14);
  expect(told.every(({ verified, path }) => verified === true && path === '/hook')).toBe(true);
  const said = Object.fromEntries(told.map(({ body: { entity, action, data } }) => [`${entity}.${action}`, data]));
  const source = expect.stringMatching(/^runs:\/[0-9a-f]{32}\/m$/);
  const ofModel = { name: 'm', version: '1' };
  const ofPrompt = { name: 'p', version: '1' };
  expect(said).toEqual({
    'registered_model.created': { name: 'm', tags: { t: 'u' }, description: 'said' },
    'model_version.created': { ...ofModel, source, run_id: expect.any(String), tags: { t: 'u' }, description: null },
    'model_version_tag.set': { ...ofModel, key: 'k', value: 'v' },
    'model_version_tag.deleted': { ...ofModel, key: 'k' },
    'model_version_alias.created': { ...ofModel, alias: 'a' },
    'model_version_alias.deleted': { name: 'm', alias: 'a' },
    'prompt.created': { name: 'p', tags: { t: 'u' }, description: 'said' },
    'prompt_version.created': { ...ofPrompt, template: 'Hi {{x}}', tags: { t: 'u' }, description: null },
    'prompt_tag.set': { name: 'p', key: 'k', value: 'x'.repeat(5000) },
    'prompt_tag.deleted': { name: 'p', key: 'k' },
    'prompt_version_tag.set': { ...ofPrompt, key: 'k', value: 'v' },
    'prompt_version_tag.deleted': { ...ofPrompt, key: 'k' },
    'prompt_alias.created': { ...ofPrompt, alias: 'a' },
    'prompt_alias.deleted': { name: 'p', alias: 'a' },
  });
  expect(told[0]!.body.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
  for (const one of [id, off.webhook_id]) await ok('DELETE', `webhooks/${one}`);
});

test('a secret is sealed in the database and its backups, and signs again after a restore', async () => {
  const hidden = 'only-this-webhook-has-it';
  const { webhook_id: id } = await make({ secret: hidden });
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-sealed-'));
  const settings = readSettings({ flags: { home: server.home }, env: {} });
  await backupHome(settings, join(folder, 'backup'));
  for (const file of [join(folder, 'backup', 'tidemill.db'), join(server.home, 'tidemill.db')])
    expect((await readFile(file)).includes(hidden)).toBe(false);
  await restoreHome(join(folder, 'backup'), join(folder, 'home'));
  await server.close();
  server = await openServer({ ...flags, home: join(folder, 'home') });
  await ok('PATCH', `webhooks/${id}`, { description: 'restored' });
  expect((await ok('POST', `webhooks/${id}/test`)).result).toMatchObject({ success: true });
  expect(told.at(-1)).toMatchObject({ verified: false });
  await ok('PATCH', `webhooks/${id}`, { secret });
  await ok('POST', `webhooks/${id}/test`);
  expect(told.at(-1)).toMatchObject({ verified: true });
  await rm(folder, { recursive: true, force: true });
});

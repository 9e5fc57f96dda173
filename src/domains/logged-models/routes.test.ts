import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createTracking, type Tracking } from '../tracking/index.ts';
import { createLoggedModels, loggedModelsRoutes } from './index.ts';

let opened: TestDatabase;
let folder: string;
let server: Server;
let tracking: Tracking;
const faults: unknown[] = [];

async function call(method: string, path: string, body?: unknown) {
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(`${server.url}/api/v1/logged-models${path}`, { method, ...sent });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

beforeAll(async () => {
  opened = await openSqlite();
  folder = await mkdtemp(join(tmpdir(), 'tidemill-logged-models-'));
  const { ledger, clock } = createSpine(opened.database);
  const shared = { database: opened.database, ledger, clock };
  tracking = createTracking({ ...shared, blobs: await createLocalBlobs(folder) });
  server = await listen({
    routes: loggedModelsRoutes(createLoggedModels({ ...shared, tracking })),
    authenticator: { authenticate: () => systemActor },
    ...{ host: '127.0.0.1', port: 0, publicUrl: '', allowedHosts: [], maxBodyBytes: 16_777_216, checkAnswers: true },
    onFault: (error) => faults.push(error),
  });
});
afterAll(async () => {
  await server.close();
  await opened.dispose();
  await rm(folder, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

test('the API of logged models: begin, measure, tag, finish, find, files, delete, purge', async () => {
  const made = await call('POST', '', { experiment: 'Default', name: 'forest', params: { depth: '3' }, type: 'clf' });
  expect(made).toMatchObject({ status: 201, body: { name: 'forest', status: 'PENDING', experimentId: '0' } });
  const { id } = made.body as { id: string };
  const metrics = [
    { key: 'auc', value: 0.8, at: 1000 },
    { key: 'auc', value: 0.9, at: 2000 },
  ];
  expect((await call('POST', `/${id}/metrics`, { metrics })).status).toBe(204);
  expect((await call('POST', `/${id}/tags`, { tags: { a: '1', b: '2' } })).status).toBe(204);
  expect((await call('DELETE', `/${id}/tags?key=a`)).status).toBe(204);
  expect((await call('PATCH', `/${id}`, { status: 'READY' })).body).toMatchObject({ status: 'READY' });
  const shown = (await call('GET', `/${id}`)).body;
  expect(shown).toMatchObject({ tags: { b: '2' }, metrics: [{ value: 0.9, at: '1970-01-01T00:00:02.000Z' }] });
  expect((await call('GET', `/${id}?metrics=history`)).body.metrics).toHaveLength(2);

  const search = { experiments: ['Default'], filter: 'metrics.auc > 0.85', orderBy: [{ field: 'metrics.auc' }] };
  expect((await call('POST', '/search', search)).body).toEqual({ items: [shown] });
  expect(await call('POST', '/search', { experiments: ['nowhere'] })).toMatchObject({ status: 404 });
  expect(await call('POST', '/search', { filter: 'foo = 1' })).toMatchObject({ status: 400 });

  await tracking.artifacts.put(id, 'data/model.txt', Buffer.from('bytes'));
  expect((await call('GET', `/${id}/artifacts?folder=data`)).body).toMatchObject({
    items: [{ path: 'data/model.txt' }],
  });
  expect(await call('GET', `/${id}/artifacts/data/model.txt`)).toEqual({ status: 200, body: 'bytes' });
  expect(await call('GET', `/${id}/artifacts/data`)).toMatchObject({ status: 404 });

  expect((await call('DELETE', `/${id}`)).status).toBe(204);
  expect(await call('GET', `/${id}`)).toMatchObject({ status: 404 });
  expect((await call('GET', `/${id}?allowDeleted=true`)).body.deletedAt).toMatch(/Z$/);
  const purged = { models: 1, artifacts: 1, artifactBytes: 5 };
  expect((await call('POST', '/purge', { dryRun: true })).body).toEqual({ dryRun: true, ...purged });
  expect((await call('POST', '/purge', {})).body).toEqual({ dryRun: false, ...purged });
  expect(await call('GET', `/${id}?allowDeleted=true`)).toMatchObject({ status: 404 });
});

test('what is wrong is refused, naming the field', async () => {
  expect(await call('POST', '', { experiment: 'Default', name: 'a/b' })).toMatchObject({ status: 400 });
  expect(await call('POST', '', { experiment: 'nowhere' })).toMatchObject({ status: 404 });
  expect(await call('GET', '/m-x')).toMatchObject({ status: 400 });
  expect(await call('PATCH', `/m-${'0'.repeat(32)}`, { status: 'READY' })).toMatchObject({ status: 404 });
});

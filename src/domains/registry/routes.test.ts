import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createRegistry, onnxInspector, openGate, type Registry, registryRoutes } from './index.ts';

const may3 = Date.parse('2026-05-03T10:00:00Z');
const clock = createManualClock(may3);
const faults: unknown[] = [];
let opened: TestDatabase;
let folder: string;
let server: Server;
let registry: Registry;

beforeAll(async () => {
  opened = await openSqlite();
  folder = await mkdtemp(join(tmpdir(), 'tidemill-registry-routes-'));
  const blobs = await createLocalBlobs(folder);
  const { ledger } = createSpine(opened.database, clock);
  const { database } = opened;
  registry = createRegistry({ database, ledger, clock, blobs, inspector: onnxInspector, gate: openGate });
  server = await listen({
    routes: registryRoutes(registry),
    authenticator: { authenticate: () => systemActor },
    ...{ host: '127.0.0.1', port: 0, publicUrl: '', allowedHosts: [], maxBodyBytes: 1_000_000, checkAnswers: true },
    onFault: (error) => faults.push(error),
  });
  for (const text of ['one', 'two']) {
    const files = [
      { path: 'MLmodel', ...(await blobs.put(text)) },
      { path: 'data/über.bin', ...(await blobs.put('0123456789')) },
    ];
    const tags = { text };
    await registry.versions.registerFolder(systemActor, { model: 'höhe #1', format: 'mlflow', files, tags });
  }
});
afterAll(async () => {
  await server.close();
  await opened.dispose();
  await rm(folder, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

const at = `/api/v1/models/${encodeURIComponent('höhe #1')}`;
interface Listed {
  items: { path: string; number: number }[];
  nextPageToken?: string;
}

const get = async (path: string) => (await (await fetch(`${server.url}${path}`)).json()) as Listed;
const post = async (path: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Listed };
};

test('which version was in production on a day, by alias and by stage', async () => {
  for (const version of [1, 2]) {
    await registry.promotions.setAlias(systemActor, { model: 'höhe #1', alias: 'production', version });
    await registry.promotions.setStage(systemActor, {
      model: 'höhe #1',
      version,
      stage: 'production',
      archiveOthers: true,
    });
    clock.advance(86_400_000);
  }
  const alias = (day: string) => get(`${at}/aliases/production/at?at=${day}T23:59:59Z`);
  const stage = (day: string) => get(`${at}/stages/production/at?at=${day}T23:59:59Z`);
  expect(await alias('2026-05-02')).toEqual({ version: null });
  expect(await alias('2026-05-03')).toEqual({ version: 1 });
  expect(await alias('2026-05-04')).toEqual({ version: 2 });
  expect(await stage('2026-05-02')).toEqual({ versions: [] });
  expect(await stage('2026-05-03')).toEqual({ versions: [1] });
  expect(await stage('2026-05-04')).toEqual({ versions: [2] });
});

test('files of a version are listed page by page and downloaded in parts', async () => {
  const first = await get(`${at}/versions/1/files?limit=1`);
  expect(first.items.map(({ path }) => path)).toEqual(['MLmodel']);
  const second = await get(`${at}/versions/1/files?limit=1&pageToken=${first.nextPageToken}`);
  expect(second).toEqual({ items: [expect.objectContaining({ path: 'data/über.bin', bytes: 10 })] });
  const url = `${server.url}${at}/versions/1/files/data/${encodeURIComponent('über.bin')}`;
  const part = await fetch(url, { headers: { range: 'bytes=2-4' } });
  expect([part.status, await part.text()]).toEqual([206, '234']);
  expect(await (await fetch(url)).text()).toBe('0123456789');
  expect((await fetch(`${server.url}${at}/versions/1/files/none`)).status).toBe(404);
  expect((await fetch(`${server.url}${at}/versions/1/files/..%2f..%2fetc`)).status).toBe(404);
});

test('models and versions are found by filters', async () => {
  const versions = await post('/api/v1/model-versions/search', {
    filter: "tags.text = 'one' or not (number = 1 or stage = 'production')",
    orderBy: ['number desc'],
  });
  expect(versions.body.items.map((one) => one.number)).toEqual([1]);
  const models = await post('/api/v1/models/search', {
    filter: "name like 'höhe%' and createdAt >= '2026-05-03T00:00:00Z'",
  });
  expect(models.body.items).toHaveLength(1);
  const wrong = await post('/api/v1/models/search', { filter: 'x = 1' });
  expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_query' } });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { createEngine, type Engine } from '../../engine/index.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createData, type Data, dataRoutes, ingestStep, validateStep } from './index.ts';

let folder: string;
let database: TestDatabase;
let engine: Engine;
let data: Data;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-routes-'));
  database = await openSqlite();
  const { ledger } = createSpine(database.database);
  engine = createEngine({ tempFolder: join(folder, 'temp') });
  const blobs = await createLocalBlobs(join(folder, 'home'));
  const parts = { database: database.database, ledger, clock: systemClock, engine, blobs };
  data = await createData({ ...parts, stagingFolder: join(folder, 'staging') });
  server = await listen({
    routes: dataRoutes(data, blobs),
    host: '127.0.0.1',
    port: 0,
    publicUrl: '',
    allowedHosts: [],
    maxBodyBytes: 1_000_000,
    authenticator: { authenticate: () => systemActor },
    checkAnswers: true,
    onFault: (error) => console.error(error),
  });
});
afterAll(async () => {
  await server.close();
  await engine.close();
  await database.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, never> }> {
  const json = body !== undefined && typeof body !== 'string';
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    ...(body !== undefined && { body: json ? JSON.stringify(body) : (body as string) }),
    headers: { 'content-type': json ? 'application/json' : 'application/octet-stream' },
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

async function ingest(text: string) {
  const upload = await call('POST', '/uploads', text);
  const expectations = [{ type: 'between', column: 'fare', min: 0 }];
  const source = { uploads: [{ digest: upload.body['digest'], name: 'rows.csv' }] };
  return call('POST', '/datasets/trips/ingest', { source, expectations, tags: ['fresh'] });
}

test('a dataset over HTTP: upload, ingest, look at it, tag, compare, restore, delete', async () => {
  const first = await ingest('id,fare\n1,2.5\n2,-1\n3,4\n');
  expect(first).toMatchObject({
    status: 200,
    body: {
      created: true,
      version: { version: 1, rows: 2, quarantinedRows: 1 },
      validation: { outcome: 'quarantined' },
    },
  });
  await ingest('id,fare\n1,2.5\n');
  const trips = await call('GET', '/datasets/trips');
  expect(trips.body).toMatchObject({ name: 'trips', currentVersion: 2, createdAt: expect.stringMatching(/Z$/) });
  expect((await call('GET', '/datasets?nameContains=TRI')).body).toMatchObject({ items: [{ name: 'trips' }] });
  expect((await call('GET', '/datasets/trips/versions?limit=1')).body).toMatchObject({
    items: [{ version: 2, tags: ['fresh'] }],
    nextPageToken: expect.any(String),
  });
  expect((await call('GET', '/datasets/trips/versions/1/rows?limit=1')).body).toMatchObject({
    items: [{ id: 1, fare: 2.5 }],
  });
  expect((await call('GET', '/datasets/trips/versions/1/quarantine')).body).toMatchObject({
    items: [{ id: 2, _row: 2, _rules: ['between:fare'] }],
  });
  expect((await call('GET', '/datasets/trips/versions/latest/profile')).body).toMatchObject({ rows: 1 });
  expect((await call('GET', '/datasets/trips/diff?from=1&to=latest')).body).toMatchObject({
    rowsRemoved: 1,
    rowsAdded: 0,
  });
  expect((await call('PUT', '/datasets/trips/tags/golden', { version: '1' })).body).toMatchObject({ tags: ['golden'] });
  expect((await call('POST', '/datasets/trips/restore', { version: 'golden' })).body).toMatchObject({
    version: 1,
    isCurrent: true,
  });
  expect((await call('DELETE', '/datasets/trips/tags/golden')).status).toBe(204);
  const judged = await call('POST', '/datasets/trips/validate', { expectations: [{ type: 'unique', column: 'id' }] });
  expect(judged.body).toMatchObject({ outcome: 'passed', checks: [{ rule: 'unique:id' }] });
  expect((await call('GET', '/datasets/trips/validations')).body).toMatchObject({ items: { length: 3 } });
  const checks = await call('GET', `/dataset-validations/${judged.body['id']}/checks`);
  expect(checks.body).toMatchObject({ items: [{ passed: true }] });
  const version = (await data.resolve('trips')).id;
  expect((await call('GET', `/dataset-versions/${version}`)).body).toMatchObject({ dataset: 'trips', version: 1 });
  expect((await call('DELETE', '/datasets/trips')).status).toBe(204);
  expect((await call('GET', '/datasets/trips')).status).toBe(404);
});

test('mistakes are 4xx and say what to do', async () => {
  const broken = await call('POST', '/uploads', 'a,b\n1,2\n3\n');
  const source = { uploads: [{ digest: broken.body['digest'], name: 'ragged.csv' }] };
  expect(await call('POST', '/datasets/x/ingest', { source })).toMatchObject({
    status: 400,
    body: { code: 'invalid_data', detail: expect.stringContaining('ragged.csv, line 3') },
  });
  expect((await call('POST', '/datasets/x/ingest', { source: { format: 'xlsx' } })).status).toBe(400);
  expect((await call('GET', '/datasets/none/versions/1/rows')).status).toBe(404);
});

test('the steps of pipelines', async () => {
  const upload = await call('POST', '/uploads', 'id,fare\n1,2\n2,3\n');
  const lines: string[] = [];
  const call2 = { actor: systemActor, runId: 'run', stepName: 'load', signal: new AbortController().signal };
  const log = (line: string) => void lines.push(line);
  const source = { uploads: [{ digest: String(upload.body['digest']), name: 'rows.csv' }] };
  const ingesting = ingestStep(data);
  const params = ingesting.params.parse({ dataset: 'stepped', source });
  const made = await ingesting.run({ ...call2, params, inputs: {}, log });
  expect(made.metrics).toEqual({ rows: 2, quarantinedRows: 0, created: 1 });
  expect((await data.resolve('stepped')).producer).toEqual({ runId: 'run', stepName: 'load' });
  const validating = validateStep(data);
  const good = validating.params.parse({ expectations: [{ type: 'unique', column: 'id' }] });
  const judged = await validating.run({ ...call2, params: good, inputs: made.outputs, log });
  expect(judged.outputs).toEqual(made.outputs);
  const bad = validating.params.parse({ expectations: [{ type: 'row_count', min: 9 }] });
  await expect(validating.run({ ...call2, params: bad, inputs: made.outputs, log })).rejects.toThrow(
    'breaks row_count',
  );
  expect(lines.at(-1)).toContain('error row_count');
});

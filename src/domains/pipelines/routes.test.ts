import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { sha256 } from '../../kernel/hash.ts';
import { createPipelines, type PipelineRun, type Pipelines, pipelinesRoutes } from './index.ts';

let folder: string;
let store: TestDatabase;
let spine: Spine;
let pipelines: Pipelines;
let server: Server;
const faults: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-routes-'));
  store = await openSqlite();
  spine = createSpine(store.database);
  const blobs = await createLocalBlobs(join(folder, 'blobs'));
  pipelines = createPipelines({
    ...{ database: store.database, ledger: spine.ledger, background: spine.background, clock: spine.clock, blobs },
    root: join(folder, 'work'),
    url: () => server.url,
    environment: process.env,
    onError: (what, error) => faults.push(what, error),
  });
  await pipelines.open();
  server = await listen({
    routes: pipelinesRoutes(pipelines, blobs),
    ...{ host: '127.0.0.1', port: 0, publicUrl: '', allowedHosts: [], maxBodyBytes: 1_000_000, checkAnswers: true },
    authenticator: { authenticate: () => systemActor },
    onFault: (error) => faults.push(error),
  });
});

afterAll(async () => {
  await server.close();
  await pipelines.drain(0);
  await spine.background.stop();
  await store.dispose();
  await rm(folder, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

async function ask(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

describe('pipelines over HTTP', () => {
  test('code is uploaded, a pipeline declared, run, followed live and its output downloaded', async () => {
    const code = `import { existsSync, writeFileSync } from 'node:fs';
      export default async ({ params, outputs }: { params: { go: string }; outputs: { path(n: string): string } }) => {
        console.log('début');
        while (!existsSync(params.go)) await new Promise((r) => setTimeout(r, 20));
        console.log('fin');
        writeFileSync(outputs.path('blob'), Buffer.from([0, 255, 1]));
        return { answer: 42 };
      };`;
    const digest = sha256(code);
    const put = await fetch(`${server.url}/api/v1/bundles/files/${digest}`, { method: 'PUT', body: code });
    expect(put.status).toBe(200);
    expect((await ask('POST', '/bundles', { files: { 'main.ts': sha256('absent') } })).body['detail']).toContain(
      'files.main.ts',
    );
    const bundle = await ask('POST', '/bundles', { files: { 'main.ts': digest } });
    expect(bundle.status).toBe(201);
    const spec = {
      bundle: bundle.body['digest'],
      params: { go: { type: 'string' } },
      steps: [{ name: 'main', kind: 'typescript', module: 'main.ts' }],
    };
    expect((await ask('PUT', '/pipelines/live', { spec })).status).toBe(200);
    expect((await ask('POST', '/pipelines/live/runs', {})).body['detail']).toContain('params.go');
    const go = join(folder, 'go');
    const started = await ask('POST', '/pipelines/live/runs', { params: { go } });
    expect(started.status).toBe(201);
    const { id } = started.body as unknown as PipelineRun;
    const text = await followed(`/pipeline-runs/${id}/steps/main/logs?follow=true`, (seen) => {
      if (seen.includes('début') && !existsSync(go)) writeFileSync(go, '');
    });
    expect(text).toBe('début\nfin\n');
    expect((await pipelines.wait(id)).status).toBe('succeeded');
    const rest = await ask('GET', `/pipeline-runs/${id}/steps/main/logs?offset=${Buffer.byteLength('début\n')}`);
    expect(rest.body).toMatchObject({ text: 'fin\n', ended: true });
    expect((await ask('GET', `/pipeline-runs/${id}/steps/main/outputs/answer`)).body).toBe(42);
    const blob = await fetch(`${server.url}/api/v1/pipeline-runs/${id}/steps/main/outputs/blob`);
    expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([0, 255, 1]);
    const listed = await ask('GET', '/pipeline-runs?pipeline=live&status=succeeded');
    expect(listed.body['items']).toHaveLength(1);
  });

  test('a user’s mistakes are told with the field, never as faults', async () => {
    const wrong = await ask('PUT', '/pipelines/x', { spec: { steps: { a: { kind: 'builtin', builtin: 'trian' } } } });
    expect([wrong.status, wrong.body['detail']]).toEqual([
      400,
      expect.stringContaining('steps.a.builtin: this server has no builtin "trian"'),
    ]);
    for (const path of [
      '/pipelines/none',
      '/pipeline-runs/none',
      '/pipeline-runs/none/steps/a',
      '/pipeline-runs/none/steps/a/logs',
    ]) {
      expect((await ask('GET', path)).status).toBe(404);
    }
    expect((await ask('POST', '/pipelines/none/runs', {})).status).toBe(404);
    expect((await ask('GET', '/pipelines?pageToken=x')).status).toBe(400);
    const escaping = await ask('POST', '/bundles', { files: { '../x': sha256('x') } });
    expect([escaping.status, escaping.body['detail']]).toEqual([400, expect.stringContaining('../x')]);
  });

  test('schedules are shown, a pipeline is removed, its runs stay', async () => {
    const spec = {
      steps: { a: { kind: 'shell', command: ['true'] } },
      schedules: { daily: { cron: '0 6 * * *', timezone: 'Europe/Berlin' } },
    };
    await ask('PUT', '/pipelines/gone', { spec });
    const { body } = await ask('GET', '/pipelines/gone/schedules');
    expect(body['items']).toMatchObject([
      { name: 'daily', enabled: true, nextAt: expect.stringMatching(/T0[45]:00:00/) },
    ]);
    const started = await ask('POST', '/pipelines/gone/runs', {});
    await pipelines.wait(started.body['id'] as string);
    expect((await ask('DELETE', '/pipelines/gone')).status).toBe(204);
    expect((await ask('GET', '/pipelines/gone')).status).toBe(404);
    const { status, body: run } = await ask('GET', `/pipeline-runs/${started.body['id']}/steps`);
    expect([status, run['items']]).toMatchObject([200, [{ name: 'a', state: 'succeeded' }]]);
  });
});

/** The text of a followed log; `heard` sees what came so far. */
async function followed(path: string, heard: (text: string) => void): Promise<string> {
  const response = await fetch(`${server.url}/api/v1${path}`);
  let stream = '';
  let text = '';
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    stream += part;
    const events = stream.split('\n\n');
    stream = events.pop()!;
    for (const event of events) {
      if (event.startsWith('event: end')) return text;
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      if (data) text += (JSON.parse(data.slice(6)) as { text: string }).text;
    }
    heard(text);
  }
  return text;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { type Blobs, createLocalBlobs } from '../../blobs/index.ts';
import { writeOpenApi } from '../../http/openapi.ts';
import type { Route } from '../../http/route.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { type JsonValue, parseJson } from '../../kernel/json.ts';
import { createRegistry, onnxInspector, registryRoutes } from '../registry/index.ts';
import { smallModel } from '../registry/registry.contract.ts';
import { createTracking, trackingRoutes } from '../tracking/index.ts';
import { createGovernance, type Governance, governanceRoutes } from './index.ts';

let opened: TestDatabase;
let server: Server;
let routes: Route[];
let folder: string;
let blobs: Blobs;
const faults: unknown[] = [];

beforeAll(async () => {
  opened = await openSqlite();
  folder = await mkdtemp(join(tmpdir(), 'tidemill-routes-'));
  blobs = await createLocalBlobs(folder);
  const { ledger, clock } = createSpine(opened.database);
  const shared = { database: opened.database, ledger, clock, blobs };
  const tracking = createTracking(shared);
  let governance: Governance;
  const gate = { check: (request: Parameters<Governance['gate']['check']>[0]) => governance.gate.check(request) };
  const registry = createRegistry({ ...shared, inspector: onnxInspector, gate });
  governance = createGovernance({ ...shared, registry, tracking });
  routes = [...trackingRoutes(tracking), ...registryRoutes(registry), ...governanceRoutes(governance)];
  server = await listen({
    routes,
    host: '127.0.0.1',
    port: 0,
    publicUrl: '',
    allowedHosts: [],
    maxBodyBytes: 1_000_000,
    checkAnswers: true,
    authenticator: {
      authenticate: ({ authorization = '' }) => ({
        ...systemActor,
        id: authorization,
        name: authorization,
        kind: 'user',
      }),
    },
    onFault: (error) => faults.push(error),
  });
});
afterAll(async () => {
  await server.close();
  await opened.dispose();
  await rm(folder, { recursive: true, force: true });
});

type Answer = { status: number; body: Record<string, JsonValue> };

async function call(method: string, path: string, body?: object | string, who = 'ada'): Promise<Answer> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: who, ...json },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, body: text && isJson ? (parseJson(text) as Answer['body']) : { text } };
}

describe('the API', () => {
  test('a run over HTTP: NaN in and out, search, history, artifacts', async () => {
    const experiment = await call('POST', '/experiments', { name: 'team/a b' });
    expect(experiment.status).toBe(201);
    expect((await call('GET', `/experiments/${encodeURIComponent('team/a b')}`)).body).toEqual(experiment.body);
    expect((await call('GET', '/experiments?under=team')).body['items']).toHaveLength(1);
    expect((await call('POST', '/experiments/team%2Fa%20b/tags', { tags: { a: 'b' } })).status).toBe(204);
    const run = await call('POST', '/runs', {
      experiment: 'team/a b',
      startedAt: '2026-01-01T00:00:00Z',
      params: { x: '1' },
    });
    expect(run).toMatchObject({ status: 201, body: { startedAt: '2026-01-01T00:00:00.000Z', user: 'ada' } });
    const id = String(run.body['id']);
    const metrics = '[{"key": "loss", "value": NaN}, {"key": "loss", "value": "Infinity", "step": 1}]';
    expect((await call('POST', `/runs/${id}/log`, `{"metrics": ${metrics}, "tags": {"t": "ü"}}`)).status).toBe(204);
    const history = (await call('GET', `/runs/${id}/metrics?key=loss&limit=1`)).body;
    expect(history['items']).toMatchObject([{ value: Number.NaN, step: 0 }]);
    const token = encodeURIComponent(String(history['nextPageToken']));
    expect((await call('GET', `/runs/${id}/metrics?key=loss&limit=1&pageToken=${token}`)).body['items']).toMatchObject([
      { value: Number.POSITIVE_INFINITY },
    ]);
    const search = { filter: "metrics.loss > 1 and tags.t = 'ü'", params: ['x'], metrics: [], tags: [] };
    const found = await call('POST', '/runs/search', search);
    expect(found.body['items']).toMatchObject([{ id, params: { x: '1' }, metrics: {}, tags: {} }]);
    expect((await call('POST', '/runs/search', { filter: 'metrics.loss >' })).status).toBe(400);
    const put = await call('PUT', `/runs/${id}/artifacts/model/a%20%C3%BC.txt`, 'bytes');
    expect(put).toMatchObject({ status: 201, body: { path: 'model/a ü.txt', bytes: 5 } });
    expect((await call('GET', `/runs/${id}/artifacts?folder=model`)).body['items']).toHaveLength(1);
    expect((await call('GET', `/runs/${id}/artifacts/model/a%20%C3%BC.txt`)).body).toEqual({ text: 'bytes' });
    expect((await call('PUT', `/runs/${id}/artifacts/model/..%2F..%2Fx`, 'x')).status).toBe(400);
    expect((await call('DELETE', `/runs/${id}/artifacts/model`)).status).toBe(204);
    expect((await call('POST', `/runs/${id}/inputs`, { inputs: [{ name: 'd', digest: '1' }] })).status).toBe(204);
    expect((await call('PATCH', `/runs/${id}`, { status: 'FINISHED' })).body).toMatchObject({ status: 'FINISHED' });
    expect((await call('DELETE', `/runs/${id}/tags?key=t`)).status).toBe(204);
    expect((await call('DELETE', `/runs/${id}`)).status).toBe(204);
    expect((await call('POST', `/runs/${id}/log`, { tags: { a: 'b' } })).status).toBe(409);
    expect((await call('POST', `/runs/${id}/restore`)).status).toBe(204);
    expect((await call('GET', `/runs/${id}`)).body).toMatchObject({ inputs: [{ name: 'd' }], lifecycle: 'active' });
  });

  test('a version over HTTP: registered, gated, approved, promoted, bypassed', async () => {
    const { digest } = await blobs.put(smallModel(1));
    const version = await call('POST', '/models/flights/versions', { digest, tags: { risk: 'low' } });
    expect(version).toMatchObject({ status: 201, body: { number: 1, model: 'flights' } });
    expect((await call('GET', '/models/flights/versions/latest')).body).toEqual(version.body);
    expect((await call('GET', `/model-versions?digest=${digest}`)).body['items']).toHaveLength(1);
    const document = '{"name": "evaluation", "document": {"auc": 0.9, "gap": NaN}}';
    expect((await call('POST', '/models/flights/versions/1/evidence', document)).status).toBe(201);
    expect((await call('GET', '/models/flights/versions/1/evidence?history=true')).body['items']).toHaveLength(2);
    const rules = [{ id: 'auc', expression: 'documents.evaluation.auc > 0.8' }];
    const spec = { models: 'fl*', targets: { aliases: ['champion'] }, rules, approvals: { required: 1 } };
    expect((await call('PUT', '/gates/quality', { spec })).status).toBe(200);
    expect(
      (await call('PUT', '/gates/broken', { spec: { ...spec, rules: [{ id: 'a', expression: '1 +' }] } })).status,
    ).toBe(400);
    const target = { kind: 'alias', name: 'champion' };
    const check = await call('POST', '/models/flights/versions/1/check', { target });
    expect(check.body).toMatchObject({ outcome: 'approval-missing', id: null });
    const refused = await call('PUT', '/models/flights/aliases/champion', { version: 1 });
    expect(refused).toMatchObject({ status: 409, body: { code: 'approval_missing' } });
    const evidence = await call('POST', '/gate-evidence', { model: 'flights', version: 1, target });
    expect(evidence.body['documents']).toEqual({
      evaluation: { auc: 0.9, gap: Number.NaN },
      scan: expect.objectContaining({ verdict: 'safe' }),
    });
    const trial = await call('POST', '/gate-tests', { spec, evidence: { ...evidence.body, documents: {} } });
    expect(trial.body).toMatchObject({ passed: false, rules: [{ reason: 'No such key: evaluation' }] });
    const asked = await call('POST', '/approvals', { model: 'flights', version: 1, target, reason: 'please' });
    const id = String((asked.body['items'] as { id: string }[])[0]!.id);
    expect((await call('POST', `/approvals/${id}/approve`, {})).status).toBe(403);
    expect((await call('POST', `/approvals/${id}/approve`, { reason: 'ok' }, 'bob')).body).toMatchObject({
      status: 'approved',
    });
    expect((await call('GET', '/approvals?status=approved')).body['items']).toHaveLength(1);
    expect((await call('GET', `/approvals/${id}`)).body).toMatchObject({ votes: [{ actorId: 'bob' }] });
    const promoted = await call('PUT', '/models/flights/aliases/champion', { version: 1, reason: 'better' });
    expect(promoted).toMatchObject({
      status: 200,
      body: { version: { aliases: ['champion'] }, verdict: { outcome: 'passed' } },
    });
    const verdicts = (await call('GET', '/gate-verdicts?model=flights')).body['items'] as { id: string }[];
    expect(verdicts).toHaveLength(2);
    expect((await call('GET', `/gate-verdicts/${verdicts[0]!.id}`)).body).toMatchObject({ outcome: 'passed' });
    const next = await blobs.put(smallModel(2));
    await call('POST', '/models/flights/versions', { digest: next.digest });
    expect((await call('POST', '/models/flights/aliases/champion/bypass', { version: 2 })).status).toBe(400);
    const bypass = { version: 2, reason: 'the first one is broken' };
    expect((await call('POST', '/models/flights/aliases/champion/bypass', bypass)).status).toBe(200);
    expect((await call('GET', '/models/flights/alias-history')).body['items']).toMatchObject([
      { from: 1, to: 2, bypassed: true },
      { from: null, to: 1, bypassed: false, reason: 'better' },
    ]);
    const at = encodeURIComponent(new Date().toISOString());
    expect((await call('GET', `/models/flights/aliases/champion/at?at=${at}`)).body).toEqual({ version: 2 });
    expect((await call('POST', '/models/flights/versions/2/stage', { stage: 'staging' })).status).toBe(200);
    expect((await call('GET', '/models/flights/stage-history')).body['items']).toHaveLength(1);
    expect((await call('PATCH', '/models/flights', { description: 'd' })).body).toMatchObject({ description: 'd' });
    expect((await call('GET', '/models?contains=FLI')).body['items']).toHaveLength(1);
    expect((await call('DELETE', '/models/flights')).status).toBe(409);
    expect((await call('DELETE', '/models/flights/aliases/champion')).status).toBe(204);
    expect((await call('DELETE', '/gates/quality')).status).toBe(204);
  });

  test('the document describes every route, and nothing was a fault', () => {
    const document = writeOpenApi(routes, '1') as { paths: object; components: { schemas: object } };
    expect(Object.keys(document.paths)).toContain('/api/v1/models/{model}/aliases/{alias}');
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Approval', 'GateSpec', 'GateVerdict', 'Model', 'ModelVersion', 'Run', 'Verdict']),
    );
    expect(faults).toEqual([]);
  });
});

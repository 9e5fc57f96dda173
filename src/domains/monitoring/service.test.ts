import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createPredictionLog } from '../../../test/support/prediction-log.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { writeOpenApi } from '../../http/openapi.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { isoTime } from '../../kernel/clock.ts';
import type { PipelineRun } from '../pipelines/index.ts';
import type { Monitoring } from './faces.ts';
import type { Reference } from './ports.ts';
import { monitoringRoutes } from './routes.ts';
import { createMonitoring } from './service.ts';

const hour = 3_600_000;
const start = Date.parse('2001-02-05T00:00:00Z');
const reference: Reference = {
  label: 'training profile of delays version 1',
  task: 'binary',
  positive: '1',
  features: { x: { type: 'numeric', values: Float64Array.from({ length: 2000 }, (_, i) => i / 2000), nulls: 0 } },
  outputs: {},
  score: Float64Array.from({ length: 2000 }, (_, i) => i / 2000),
  truth: Float64Array.from({ length: 2000 }, (_, i) => (i > 1000 ? 1 : 0)),
};

let opened: TestDatabase;
let spine: Spine;
let server: Server;
let monitoring: Monitoring;
const log = createPredictionLog('delays');
const runs: PipelineRun[] = [];

beforeAll(async () => {
  opened = await openSqlite();
  spine = createSpine(opened.database);
  const unused = async () => Promise.reject(new Error('not part of this test'));
  monitoring = createMonitoring({
    database: opened.database,
    ledger: spine.ledger,
    clock: spine.clock,
    background: spine.background,
    references: { profile: async () => reference },
    pipelines: {
      async start(_actor, { pipeline, params = {}, trigger }) {
        const run = { id: 'run', pipeline, params, trigger, status: 'running' } as PipelineRun;
        runs.push(run);
        return run;
      },
      run: async () => runs[0]!,
      runs: async () => ({ items: runs }),
    },
    serving: {
      observations: (query) => log.observations(query),
      logSpan: () => log.logSpan(),
      countLabels: (endpoint, ranges) => log.countLabels(endpoint, ranges),
      startRollout: unused,
      rollout: unused,
      rollouts: unused,
      endpoint: unused,
    },
    registry: { versions: { byId: unused } },
    everyMs: 20,
  });
  server = await listen({
    host: '127.0.0.1',
    port: 0,
    publicUrl: '',
    allowedHosts: [],
    routes: monitoringRoutes(monitoring),
    authenticator: { authenticate: () => systemActor },
    maxBodyBytes: 1_000_000,
    checkAnswers: true,
    onFault: (error) => spine.errors.push(error),
  });
  spine.background.start();
});
afterAll(async () => {
  await server.close();
  await spine.background.stop();
  await opened.dispose();
  expect(spine.errors).toEqual([]);
});

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('monitoring over HTTP with its background tasks running', () => {
  test('traffic drifts: an alert opens and a retraining starts by themselves', async () => {
    const monitor = { endpoint: 'flights', kind: 'drift', window: { by: 'time', sizeMs: hour } };
    expect(await call('PUT', '/monitors/flights-drift', { spec: monitor })).toMatchObject({ status: 200 });
    const policy = { on: {}, pipeline: 'train', endpoint: 'flights', model: 'delays', params: { to: '{{window.to}}' } };
    expect(await call('PUT', '/retraining-policies/auto', { spec: policy })).toMatchObject({ status: 200 });
    for (let i = 0; i < 600; i++) {
      const x = ((i * 0.618034) % 1) + (i < 300 ? 0 : 2);
      log.add({ at: start + (i / 300) * hour, features: { x }, score: (i % 100) / 100, label: null });
    }
    log.add({ at: start + 2 * hour, features: { x: 0.5 } });
    const [alert] = await until(async () => {
      const { items } = (await call('GET', '/alerts?status=open')).body;
      return items.length > 0 ? items : undefined;
    });
    expect(alert).toMatchObject({
      monitor: 'flights-drift',
      model: 'delays',
      version: 1,
      windowFromAt: isoTime(start + hour),
      windowToAt: isoTime(start + 2 * hour),
    });
    await until(async () => runs[0]);
    expect(runs[0]!.params).toEqual({ to: isoTime(start + 2 * hour) });
    const retrainings = await until(async () => {
      const { items } = (await call('GET', '/retrainings?state=training')).body;
      return items.length > 0 ? items : undefined;
    });
    expect(retrainings[0]).toMatchObject({
      policy: 'auto',
      trigger: { kind: 'alert', id: alert.id },
      pipelineRunId: 'run',
    });
    const noted = await call('POST', `/alerts/${alert.id}/acknowledge`, { note: 'seen' });
    expect(noted.body).toMatchObject({ acknowledgedBy: 'tidemill', note: 'seen' });
  });

  test('runs, points, one run with details, and drift at a moment', async () => {
    const { items } = (await call('GET', '/monitors/flights-drift/runs?limit=1')).body;
    expect(items[0]).toMatchObject({ status: 'breached', rows: 300 });
    expect(items[0].details).toBeUndefined();
    const run = (await call('GET', `/monitor-runs/${items[0].id}`)).body;
    expect(run.details[0]).toMatchObject({ column: 'x', method: 'wasserstein', counts: { current: { used: 300 } } });
    const points = (await call('GET', '/monitors/flights-drift/points?series=x')).body;
    expect(points.items.map((point: { breached: boolean }) => point.breached)).toEqual([false, true]);
    const at = encodeURIComponent(isoTime(start + 1.5 * hour));
    const drift = (await call('GET', `/endpoints/flights/drift?at=${at}`)).body;
    expect(drift.runs).toMatchObject([{ monitor: 'flights-drift', status: 'breached' }]);
    expect(drift.alerts).toHaveLength(1);
  });

  test('late labels come by the ledger and re-state a window', async () => {
    const checks = [{ metric: 'roc_auc_score', maxDrop: 0.2 }];
    const spec = { endpoint: 'flights', kind: 'performance', window: { by: 'time', sizeMs: hour }, checks };
    await call('PUT', '/monitors/flights-auc', { spec });
    const runsOf = async () => (await call('GET', '/monitors/flights-auc/runs?revisions=true')).body.items;
    await until(async () => ((await runsOf()).length === 2 ? true : undefined));
    for (const row of log.rows) if (row.at < start + hour) row.label = row.score! >= 0.5 ? 1 : 0;
    await opened.database.transaction((tx) =>
      spine.ledger.append(tx, {
        type: 'feedback.received',
        actor: systemActor,
        subject: { kind: 'endpoint', id: 'flights' },
        data: { endpoints: ['flights'], accepted: 300, changed: 0, unknown: 0 },
      }),
    );
    const all = await until(async () => ((await runsOf()).length === 3 ? runsOf() : undefined));
    expect(all.find((run: { revision: number }) => run.revision === 2)).toMatchObject({
      status: 'ok',
      labels: 300,
      values: [{ series: 'roc_auc_score', value: 1 }],
    });
  });

  test('unknown names are 404, wrong documents 4xx with the field', async () => {
    expect((await call('GET', '/monitors/none')).status).toBe(404);
    expect((await call('GET', '/alerts/none')).status).toBe(404);
    expect((await call('GET', '/retrainings/none')).status).toBe(404);
    const wrong = await call('PUT', '/monitors/x', { spec: { endpoint: 'e', kind: 'drift', window: { by: 'time' } } });
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(wrong.body)).toContain('sizeMs');
  });

  test('deleting is 204, and every route is in the OpenAPI document', async () => {
    expect((await call('DELETE', '/retraining-policies/auto')).status).toBe(204);
    expect((await call('DELETE', '/monitors/flights-auc')).status).toBe(204);
    expect((await call('GET', '/monitors')).body.items).toHaveLength(1);
    const document = JSON.stringify(writeOpenApi(monitoringRoutes(monitoring), '1'));
    for (const name of ['MonitorSpec', 'RetrainingSpec', 'MonitorRun', 'Alert', 'Retraining']) {
      expect(document).toContain(`"#/components/schemas/${name}`);
    }
  });
});

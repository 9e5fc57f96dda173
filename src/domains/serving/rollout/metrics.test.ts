import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { type LogisticModel, logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';

const truth: LogisticModel = { a: 2, b: -2, bias: 0 };
let stack: ServingStack;
let prometheus: Server;
let url: string;
let queries: string[] = [];
let answer: { status: number; body: string } = { status: 500, body: '' };
let made = 0;
let asked = 0;

beforeAll(async () => {
  prometheus = createServer((request, response) => {
    queries.push(new URL(request.url!, 'http://x').searchParams.get('query')!);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}`;
  stack = await openServing({ runtimes: { allowPrivateAddresses: true } });
});
afterAll(async () => {
  await stack.dispose();
  prometheus.close();
});

async function begin(metric: object, steps: object[] = [{ kind: 'weight', percent: 50, bakeMs: 3_600_000 }]) {
  const name = `m${++made}`;
  await stack.register(name, logisticModel(truth), 'champion');
  await stack.serving.declare(systemActor, name, { model: name });
  const version = await stack.register(name, logisticModel({ ...truth, bias: 0.001 }));
  const metrics = [{ name: 'own', intervalMs: 100, ...metric }];
  const plan = { steps, metrics, rules: { minSamples: 5 } } as never;
  const { id } = await stack.serving.startRollout(systemActor, name, { version, plan });
  return { id, name };
}

async function drive(endpoint: string, requests: number) {
  const labels = [];
  for (let i = 0; i < requests; i++) {
    const requestId = `m${++asked}`;
    const call = { endpoint, requestId, headers: {}, actor: systemActor };
    await stack.serving.predict({ ...call, body: { rows: [{ a: (asked % 7) / 7, b: (asked % 5) / 5 }] } });
    labels.push({ predictionId: `${requestId}.0`, label: asked % 2 });
  }
  await stack.serving.feedback(systemActor, labels);
}

const metricOf = async (id: string) => (await stack.serving.rollout(id)).metricStates?.[0];
const reaches = (id: string, state: string) =>
  expect.poll(async () => (await stack.serving.rollout(id)).state, { timeout: 10_000 }).toBe(state);

describe('metrics from SQL', () => {
  test('see both arms with features, outputs and labels, and roll back with their numbers', async () => {
    const sql = `
      SELECT count(*) FILTER (arm = 'candidate' AND a IS NOT NULL AND "probabilities.1" BETWEEN 0 AND 1
                              AND label IN (0, 1) AND NOT shadow AND variant = 'candidate') AS candidate,
             count(*) FILTER (arm = 'champion' AND version = 1 AND latency_ms > 0 AND code = 200) AS champion
      FROM predictions WHERE "at" > TIMESTAMP '2020-01-01'`;
    const { id, name } = await begin({
      source: { sql },
      failureCondition: 'result.candidate >= 5 && result.champion >= 5',
    });
    await drive(name, 40);
    await reaches(id, 'rolled-back');
    const { reason, judgement } = await stack.serving.rollout(id);
    expect(reason).toMatch(/^metric:own: Failed 1 of \d+ measurements\. candidate = \d+, champion = \d+: `result/);
    const finding = judgement!.findings.find(({ rule }) => rule === 'metric:own');
    expect(finding).toMatchObject({ verdict: 'fail', numbers: { failures: 1, failureLimit: 0 } });
    const decisions = await stack.serving.decisions(id);
    expect(decisions.at(-1)!.judgement!.findings.map(({ rule }) => rule)).toContain('metric:own');
    const measurements = await stack.serving.measurements({ rolloutId: id, limit: 10 });
    expect(measurements.at(-1)).toMatchObject({ metric: 'own', verdict: 'failure', step: 0 });
    expect(measurements.at(-1)!.result['candidate']).toBeGreaterThanOrEqual(5);
    const [event] = await stack.ledger.read({ types: ['rollout.metric.failed'], newestFirst: true, limit: 1 });
    expect(event!.data).toMatchObject({ rolloutId: id, metric: 'own', failures: 1, effect: 'critical' });
  });

  test('a promotion waits for what a metric wants', async () => {
    const steps = [{ kind: 'weight', percent: 50, predictions: 5 }];
    const source = { builtin: 'latency-p95' };
    const condition = { successCondition: 'result.candidate <= result.champion * 1000' };
    const { id, name } = await begin(
      { source, ...condition, consecutiveSuccessLimit: 3, inconclusiveLimit: 99 },
      steps,
    );
    await drive(name, 60);
    await reaches(id, 'promoted');
    expect(await metricOf(id)).toMatchObject({ phase: 'passed', consecutiveSuccesses: 3 });
  });

  test.each([
    ["SELECT * FROM read_csv('/etc/passwd')", /disabled|not allowed|read_csv|permission/i],
    ["COPY (SELECT 1) TO '/tmp/tidemill-never'", /SELECT/],
    ['DELETE FROM predictions', /SELECT/],
    ['SELECT nothing FROM predictions', /nothing/],
  ])('%s does not begin: the field is named', async (sql, words) => {
    const asked = begin({ source: { sql }, successCondition: 'value > 0' });
    await expect(asked).rejects.toMatchObject({
      code: 'invalid_input',
      details: { field: 'plan.metrics.0.source.sql' },
      message: expect.stringMatching(words),
    });
  });

  test.each([
    ['SELECT count(*) FROM range(1000000000000) a', /time|ms/],
    ["SELECT CAST(variant AS INTEGER) FROM predictions WHERE arm = 'candidate'", /candidate/],
  ])('%s is an error, which a person must see', async (sql, words) => {
    const limits = { consecutiveErrorLimit: 1, timeoutMs: 400 };
    const { id, name } = await begin({ source: { sql }, successCondition: 'value > 0', ...limits });
    await drive(name, 5);
    await reaches(id, 'paused');
    const { waitingFor, metricStates } = await stack.serving.rollout(id);
    expect(waitingFor).toMatchObject({ kind: 'metric' });
    expect(metricStates![0]).toMatchObject({ phase: 'erroring', failures: 0 });
    expect(metricStates![0]!.message).toMatch(words);
    await stack.serving.confirmRollout(systemActor, id);
    await reaches(id, 'paused');
    await stack.serving.abortRollout(systemActor, id);
  });

  test('those of a dry run are told and change nothing', async () => {
    const source = { sql: 'SELECT 1 AS n' };
    const steps = [{ kind: 'weight', percent: 50, predictions: 5, bakeMs: 1500 }];
    const { id, name } = await begin({ source, failureCondition: 'value == 1', dryRun: true }, steps);
    await drive(name, 60);
    await reaches(id, 'promoted');
    expect(await metricOf(id)).toMatchObject({ phase: 'failed', failures: 1 });
  });
});

describe('metrics from Prometheus', () => {
  const vector = (value: string) =>
    `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"${value}"]}]}}`;

  test('are asked with the names filled in; wrong answers are errors, good ones count', async () => {
    queries = [];
    answer = { status: 503, body: 'no' };
    const query = 'sum(rate(failures{endpoint="$endpoint",version="$candidate"}[5m]))';
    const { id, name } = await begin({ source: { prometheus: { url, query } }, failureCondition: 'value > 0.1' });
    await expect.poll(async () => (await metricOf(id))?.errors ?? 0, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(queries[0]).toBe(`sum(rate(failures{endpoint="${name}",version="2"}[5m]))`);
    answer = { status: 200, body: vector('0.02') };
    await expect.poll(async () => (await metricOf(id))?.successes ?? 0, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(await metricOf(id)).toMatchObject({ phase: 'measuring', consecutiveErrors: 0, value: 0.02 });
    answer = { status: 200, body: vector('0.4') };
    await reaches(id, 'rolled-back');
    expect((await stack.serving.rollout(id)).reason).toContain('value = 0.4');
  });

  test('private addresses are refused where the server forbids them', async () => {
    const strict = await openServing();
    await strict.register('s', logisticModel(truth), 'champion');
    await strict.serving.declare(systemActor, 's', { model: 's' });
    const version = await strict.register('s', logisticModel({ ...truth, bias: 1 }));
    const metric = { name: 'p', source: { prometheus: { url, query: 'up' } }, successCondition: 'value > 0' };
    const plan = { steps: [{ kind: 'pause' }], metrics: [metric] } as never;
    const { id } = await strict.serving.startRollout(systemActor, 's', { version, plan });
    const message = async () => (await strict.serving.rollout(id)).metricStates?.[0]?.message;
    await expect.poll(message, { timeout: 10_000 }).toContain('private');
    await strict.dispose();
  });
});

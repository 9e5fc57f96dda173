import { afterEach, expect, test } from 'vitest';
import { type KillableServing, newKillableServing } from '../../../../test/support/killable-serving.ts';
import { openServing } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import type { Rollout } from './rollout-schema.ts';

let server: KillableServing;
let asked = 0;

afterEach(() => server.dispose());

/** A rollout of an equal candidate in a folder that nobody has open. */
async function prepare(plan: object): Promise<string> {
  server = await newKillableServing();
  const { folder } = server;
  const before = await openServing({ folder, background: false });
  await before.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  const version = await before.register('m', logisticModel({ a: 1, b: -1, bias: 0.001 }));
  await before.serving.declare(systemActor, 'e', { model: 'm' });
  const asked = { version, plan: { ...plan, rules: { minSamples: 10, latencyRatio: 100 } } };
  const { id } = await before.serving.startRollout(systemActor, 'e', asked as never);
  await before.close();
  return id;
}

const get = async <T>(url: string) => (await fetch(url)).json() as Promise<T>;
const show = (url: string, id: string) => get<Rollout>(`${url}/api/v1/rollouts/${id}`);
async function weights(url: string) {
  const { variants } = await get<{ variants: { name: string; weight: number }[] }>(`${url}/api/v1/endpoints/e`);
  return Object.fromEntries(variants.map(({ name, weight }) => [name, weight]));
}
const post = (url: string, body: object) => fetch(url, { method: 'POST', body: JSON.stringify(body) });

/** Asks as the same callers each time and gives which version answered each. */
async function callers(url: string, count: number): Promise<number[]> {
  const versions: number[] = [];
  for (let i = 0; i < count; i++) {
    const row = { a: (++asked % 7) / 7, b: 1 };
    const reply = await post(`${url}/api/v1/endpoints/e/predict`, { rows: [row], key: `caller-${i}` });
    versions.push(((await reply.json()) as { version: number }).version);
  }
  return versions;
}

const metric = (name: string, more: object) => ({
  ...{ name, source: { sql: 'SELECT count(*) AS n FROM predictions' }, intervalMs: 100 },
  ...more,
});

test('kill -9 at a share of the traffic: the same callers meet the same version, counters go on', {
  timeout: 120_000,
}, async () => {
  const metrics = [metric('never', { failureCondition: 'value > 0', failureLimit: 10_000 })];
  const id = await prepare({ steps: [{ kind: 'weight', percent: 37, bakeMs: 3_600_000 }], metrics });
  let url = await server.start();
  const met = await callers(url, 60);
  expect(new Set(met)).toEqual(new Set([1, 2]));
  const failures = async () => (await show(url, id)).metricStates?.[0]?.failures ?? 0;
  await expect.poll(failures, { timeout: 60_000 }).toBeGreaterThan(2);
  const before = await failures();
  await server.kill();

  url = await server.start();
  expect(await weights(url)).toEqual({ champion: 6300, candidate: 3700 });
  expect(await callers(url, 60)).toEqual(met);
  expect(await failures()).toBeGreaterThanOrEqual(before);
  await expect.poll(failures, { timeout: 60_000 }).toBeGreaterThan(before);
  const { metricStates } = await show(url, id);
  const { items } = await get<{ items: unknown[] }>(`${url}/api/v1/rollouts/${id}/measurements`);
  expect(items.length).toBeGreaterThanOrEqual(metricStates![0]!.measured - 1);
  const decisions = await get<{ items: unknown[] }>(`${url}/api/v1/rollouts/${id}/decisions`);
  expect(decisions.items).toEqual([]);
});

test('kill -9 in a bake: the candidate keeps all traffic, and a failure still gives it back', {
  timeout: 120_000,
}, async () => {
  const metrics = [metric('calls', { failureCondition: 'value >= 30' })];
  const id = await prepare({ strategy: 'all-at-once', bake: { bakeMs: 3_600_000 }, metrics });
  let url = await server.start();
  expect(new Set(await callers(url, 10))).toEqual(new Set([2]));
  await server.kill();

  url = await server.start();
  expect(await weights(url)).toEqual({ champion: 0, candidate: 10_000 });
  expect(new Set(await callers(url, 30))).toEqual(new Set([2]));
  await expect.poll(async () => (await show(url, id)).state, { timeout: 60_000 }).toBe('rolled-back');
  expect((await show(url, id)).reason).toContain('metric:calls');
  expect(new Set(await callers(url, 10))).toEqual(new Set([1]));
});

test('kill -9 in a pause: it waits on, and goes on when somebody confirms', { timeout: 120_000 }, async () => {
  const steps = [
    { kind: 'weight', percent: 25, predictions: 1 },
    { kind: 'pause', note: 'Look.' },
    { kind: 'weight', percent: 50, bakeMs: 3_600_000 },
  ];
  const id = await prepare({ steps });
  let url = await server.start();
  await callers(url, 40);
  await expect.poll(async () => (await show(url, id)).state, { timeout: 60_000 }).toBe('paused');
  await server.kill();

  url = await server.start();
  expect(await show(url, id)).toMatchObject({
    state: 'paused',
    step: 1,
    waitingFor: { kind: 'step', reason: 'Look.' },
  });
  expect(await weights(url)).toEqual({ champion: 7500, candidate: 2500 });
  await post(`${url}/api/v1/rollouts/${id}/confirm`, { reason: 'Looked.' });
  expect(await show(url, id)).toMatchObject({ state: 'running', step: 2 });
  expect(await weights(url)).toEqual({ champion: 5000, candidate: 5000 });
});

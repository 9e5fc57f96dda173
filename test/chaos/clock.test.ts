import { afterEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../src/kernel/clock.ts';
import { openServer } from '../support/in-process.ts';
import { verifyLedger } from '../support/ledger-check.ts';
import { registerModel } from '../support/seed.ts';
import { cleanUp, until } from '../support/server-process.ts';

let server: Awaited<ReturnType<typeof openServer>> | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
  await cleanUp();
});

const hour = 3_600_000;
const noon = Date.UTC(2026, 2, 3, 12, 0, 30);

/** Lets the clock run, ten seconds at a time, until something has come true. */
function passUntil(clock: ManualClock, what: string, look: () => Promise<boolean>) {
  return until(what, async () => {
    clock.advance(10_000);
    return look();
  });
}

test('the clock goes back an hour: leases, schedules, rollouts, ids and the ledger hold', async () => {
  const clock = createManualClock(noon);
  server = await openServer({}, { clock });
  const { call } = server;
  const ok = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
    return answer.body;
  };
  const steps = { only: { kind: 'shell', command: ['true'] } };
  const schedules = { often: { cron: '* * * * *', overlap: 'allow' } };
  await ok('PUT', 'pipelines/minutely', { spec: { steps, schedules } });
  const runs = async () => (await ok('GET', 'pipeline-runs?pipeline=minutely&limit=1000')).items;
  await passUntil(clock, 'three fires', async () => (await runs()).length >= 3);
  await ok('POST', 'experiments', { name: 'e' });
  const before = await ok('POST', 'runs', { experiment: 'e' });
  for (const bias of [0, 0.0001]) await registerModel(call, 'm', bias);
  await ok('PUT', 'models/m/aliases/champion', { version: 1 });
  await ok('PUT', 'endpoints/ep', { spec: { model: 'm' } });
  const steps50 = [{ kind: 'weight', percent: 50, predictions: 20 }];
  const plan = { steps: steps50, rules: { minSamples: 5, latencyRatio: 1000 } };

  clock.advance(-hour);
  const fired = (await runs()).length;

  // What the tasks do by lease goes on at once, though their leases end an hour ahead: a rollout is judged and ends.
  const rollout = await ok('POST', 'endpoints/ep/rollouts', { version: 2, plan });
  await until('the rollout to end', async () => {
    await ok('POST', 'endpoints/ep/predict', { rows: [0, 1, 2, 3, 4].map((a) => ({ a: a / 5, b: 0.5 })) });
    return (await ok('GET', `rollouts/${rollout.id}`)).state === 'promoted';
  });
  // Ids and the order of events do not follow the clock back.
  const after = await ok('POST', 'runs', { experiment: 'e' });
  expect(after.id).not.toBe(before.id);
  const { items } = await ok('GET', 'ledger/events?limit=1000&order=oldest');
  const positions = items.map((event: { position: number }) => event.position);
  expect(positions).toEqual(positions.toSorted((a: number, b: number) => a - b));
  expect(new Set(items.map((event: { id: string }) => event.id)).size).toBe(items.length);
  // A fire time is used once, whether the hour comes twice or not; manual runs go on meanwhile.
  const manual = await ok('POST', 'pipelines/minutely/runs', {});
  await until('a manual run', async () => (await ok('GET', `pipeline-runs/${manual.id}`)).status === 'succeeded');
  clock.advance(hour);
  await passUntil(clock, 'further fires', async () => (await runs()).length >= fired + 3);
  const fires = (await runs())
    .filter((run: { trigger: { kind: string } }) => run.trigger.kind === 'schedule')
    .map((run: { trigger: { fireAt: string } }) => run.trigger.fireAt);
  expect(new Set(fires).size).toBe(fires.length);
  await verifyLedger(server);
});

test('tokens and step deadlines are not stretched by a clock that goes back while they are used', async () => {
  const clock = createManualClock(noon);
  server = await openServer({ auth: true }, { clock });
  const made = await server.call('POST', 'tokens', { name: 't', permissions: ['data.read'], ttlMs: 60_000 });
  const asked = () => server!.call('GET', 'datasets', undefined, { authorization: `Bearer ${made.body.secret}` });
  expect((await asked()).status).toBe(200);
  clock.advance(61_000);
  expect((await asked()).status).toBe(401);
  const steps = { only: { kind: 'shell', command: 'sleep 1000', timeouts: { run: 1_500 } } };
  await server.call('PUT', 'pipelines/long', { spec: { steps } });
  const run = (await server.call('POST', 'pipelines/long/runs', {})).body;
  const step = async () => (await server!.call('GET', `pipeline-runs/${run.id}/steps/only`)).body;
  await until('the step to run', async () => (await step()).state === 'running');
  clock.advance(-hour);
  await until('the time limit', async () => (await step()).state === 'failed');
  expect(await step()).toMatchObject({ errorClass: 'timeout' });
});

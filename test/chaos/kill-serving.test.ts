import { afterEach, expect, test } from 'vitest';
import { verifyLedger } from '../support/ledger-check.ts';
import { registerModel } from '../support/seed.ts';
import { cleanUp, newFolder, type ServerProcess, startServerProcess, until } from '../support/server-process.ts';

afterEach(cleanUp);

/** Longer than the log waits before it writes (50 ms), by enough that a busy machine has written too. */
const wellAfterFlushMs = 1_000;

async function openEndpoint(server: ServerProcess): Promise<void> {
  for (const bias of [0, 0.0001]) await registerModel(server.call, 'm', bias);
  await server.ok('PUT', 'models/m/aliases/champion', { version: 1 });
  await server.ok('PUT', 'endpoints/ep', { spec: { model: 'm' } });
}

async function predict(server: ServerProcess, rows = 1): Promise<string[]> {
  const body = { rows: Array.from({ length: rows }, (_, i) => ({ a: i / rows, b: 0.5 })) };
  const { predictions } = await server.ok('POST', 'endpoints/ep/predict', body);
  return predictions.map(({ predictionId }: { predictionId: string }) => predictionId);
}

test('kill -9 in the middle of a rollout: it goes on from its step to its end', async () => {
  const home = await newFolder();
  let server = await startServerProcess(home);
  await openEndpoint(server);
  const steps = [
    { kind: 'shadow', predictions: 20 },
    { kind: 'weight', percent: 30, predictions: 20 },
    { kind: 'pause' },
    { kind: 'weight', percent: 60, predictions: 20 },
  ];
  const rules = { minSamples: 10, latencyRatio: 1000 };
  const { id } = await server.ok('POST', 'endpoints/ep/rollouts', { version: 2, plan: { steps, rules } });
  const rollout = () => server.ok('GET', `rollouts/${id}`);
  /** Sends traffic until the rollout is where it should be. */
  const drive = (what: string, done: (now: { state: string; step: number }) => boolean) =>
    until(what, async () => {
      await predict(server, 5);
      const now = await rollout();
      return done(now) ? now : undefined;
    });

  await drive('the canary step', (now) => now.step === 1);
  await server.kill();
  server = await startServerProcess(home);
  expect(await rollout()).toMatchObject({ step: 1, state: 'running' });
  const weights = (await server.ok('GET', 'endpoints/ep')).variants.map((one: { weight: number }) => one.weight);
  expect(weights).toEqual([7000, 3000]);

  await drive('the pause', (now) => now.state === 'paused');
  await server.kill();
  server = await startServerProcess(home);
  expect(await rollout()).toMatchObject({ step: 2, state: 'paused' });
  await server.ok('POST', `rollouts/${id}/confirm`, {});
  await drive('the end', (now) => now.state !== 'running' && now.state !== 'paused');
  expect(await rollout()).toMatchObject({ state: 'promoted' });
  const endpoint = await server.ok('GET', 'endpoints/ep');
  expect(endpoint.variants[0]).toMatchObject({ name: 'champion', role: 'live', version: 2, weight: 10_000 });
  expect((await server.ok('GET', 'models/m')).aliases.champion).toBe(2);
  const { items } = await server.ok('GET', `rollouts/${id}/decisions`);
  const moves = items.map(({ decision }: { decision: string }) => decision);
  expect(moves.filter((move: string) => move === 'promote')).toHaveLength(1);
  await verifyLedger(server);
  expect(await server.stop()).toBe(0);
});

test('kill -9 while predictions are logged: all but the last moment is found by id, and nothing twice', async () => {
  const home = await newFolder();
  let server = await startServerProcess(home);
  await openEndpoint(server);
  const acknowledged: { id: string; at: number }[] = [];
  const rounds = [200, 400];
  for (const wanted of rounds) {
    const ask = async () => {
      for (;;) {
        const ids = await predict(server, 3);
        acknowledged.push(...ids.map((id) => ({ id, at: performance.now() })));
      }
    };
    const load = Promise.allSettled([ask(), ask(), ask(), ask()]);
    const start = performance.now();
    const isEnough = () => acknowledged.length > wanted && performance.now() - start > wellAfterFlushMs + 500;
    await until('predictions', isEnough);
    const killedAt = performance.now();
    await server.kill();
    for (const one of await load) expect((one as PromiseRejectedResult).reason).toBeInstanceOf(TypeError);

    server = await startServerProcess(home);
    const safe = acknowledged.filter(({ at }) => at < killedAt - wellAfterFlushMs);
    expect(safe.length).toBeGreaterThan(0);
    // The contract is crash-safe to the last flush: what was answered in the moment before may be lost, as a whole request.
    const items = acknowledged.map(({ id }) => ({ predictionId: id, label: 1 }));
    const result = await server.ok('POST', 'feedback', { items });
    const unknown = new Set(result.unknown.map((one: { predictionId: string }) => one.predictionId));
    expect(safe.filter(({ id }) => unknown.has(id))).toEqual([]);
    for (const { id } of safe.filter((_, i) => i % 97 === 0)) {
      const kept = await server.ok('GET', `predictions/${id}`);
      expect(kept).toMatchObject({ predictionId: id, endpoint: 'ep', version: 1, label: 1, features: { b: 0.5 } });
    }
    const lost = acknowledged.filter(({ id }) => unknown.has(id));
    for (const one of lost) acknowledged.splice(acknowledged.indexOf(one), 1);
  }
  await predict(server);
  await verifyLedger(server);
  expect(await server.stop()).toBe(0);
});

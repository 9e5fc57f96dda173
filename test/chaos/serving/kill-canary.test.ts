import { afterEach, expect, test } from 'vitest';
import { verifyLedger } from '../../support/ledger-check.ts';
import { registerModel } from '../../support/seed.ts';
import { cleanUp, newFolder, type ServerProcess, startServerProcess, until } from '../../support/server-process.ts';

afterEach(cleanUp);

/** Longer than the log waits before it writes (50 ms), by enough that a busy machine has written too. */
const wellAfterFlushMs = 1_000;

interface Acknowledged {
  id: string;
  at: number;
  variant: string;
}

/** Two versions under load until the server is gone; what it acknowledged, and when. */
function load(server: ServerProcess, callers: number): { acknowledged: Acknowledged[]; over: Promise<unknown> } {
  const acknowledged: Acknowledged[] = [];
  const ask = async (caller: number) => {
    for (let turn = 0; ; turn++) {
      const { status, body } = await server.call('POST', 'endpoints/ep/predict', {
        rows: [{ a: caller, b: turn % 3 }],
      });
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
      const at = performance.now();
      for (const { predictionId } of body.predictions)
        acknowledged.push({ id: predictionId, at, variant: body.variant });
    }
  };
  return { acknowledged, over: Promise.allSettled(Array.from({ length: callers }, (_, at) => ask(at))) };
}

test('kill -9 of a server under load with a canary: the stored split, no acknowledged prediction lost, the judge goes on', {
  timeout: 90_000,
}, async () => {
  const home = await newFolder();
  let server = await startServerProcess(home);
  for (const bias of [0, 0.0001]) await registerModel(server.call, 'm', bias);
  await server.ok('PUT', 'models/m/aliases/champion', { version: 1 });
  await server.ok('PUT', 'endpoints/ep', { spec: { model: 'm' } });
  const steps = [
    { kind: 'weight', percent: 40, predictions: 100_000 },
    { kind: 'weight', percent: 60, predictions: 20 },
  ];
  const rules = { minSamples: 10, latencyRatio: 1000 };
  const { id } = await server.ok('POST', 'endpoints/ep/rollouts', { version: 2, plan: { steps, rules } });
  const weights = async () =>
    (await server.ok('GET', 'endpoints/ep')).variants.map((one: { weight: number }) => one.weight);
  const judged = async () => (await server.ok('GET', `rollouts/${id}`)).judgement ?? { look: 0, candidateRows: 0 };
  expect(await weights()).toEqual([6000, 4000]);

  const before: Acknowledged[] = [];
  for (let round = 0; round < 2; round++) {
    const { acknowledged, over } = load(server, 4);
    const start = performance.now();
    await until('predictions of both variants', () => {
      const variants = new Set(acknowledged.map(({ variant }) => variant));
      return variants.size === 2 && acknowledged.length > 150 && performance.now() - start > wellAfterFlushMs + 500;
    });
    const killedAt = performance.now();
    await server.kill();
    await over;
    server = await startServerProcess(home);
    expect(await weights()).toEqual([6000, 4000]);
    expect(await server.ok('GET', `rollouts/${id}`)).toMatchObject({ state: 'running', step: 0 });
    before.push(...acknowledged.filter(({ at }) => at < killedAt - wellAfterFlushMs));
  }
  const items = before.map(({ id: predictionId }) => ({ predictionId, label: 1 }));
  expect(items.length).toBeGreaterThan(50);
  const { unknown } = await server.ok('POST', 'feedback', { items });
  expect(unknown).toEqual([]);

  // The judge looks again, at what the new server answers too.
  const seen = await judged();
  const { acknowledged, over } = load(server, 2);
  const last = await until('another look of the judge', async () => {
    const now = await judged();
    return acknowledged.length > 50 && now.look > seen.look && now.candidateRows > seen.candidateRows && now;
  });
  // What it had seen before the server was killed, of which only the last moment may be gone, still counts.
  const candidates = before.filter(({ variant }) => variant !== 'champion').length;
  expect(last.candidateRows).toBeGreaterThan(candidates);
  expect(await server.ok('GET', `rollouts/${id}`)).toMatchObject({ state: 'running', step: 0 });
  await server.ok('POST', `rollouts/${id}/abort`, { reason: 'seen enough' });
  await until('the way back', async () => (await weights()).at(0) === 10_000);
  await verifyLedger(server);
  expect(await server.stop()).toBe(0);
  await over;
});

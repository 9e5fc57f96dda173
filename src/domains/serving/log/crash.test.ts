import { afterEach, expect, test } from 'vitest';
import { type KillableServing, newKillableServing } from '../../../../test/support/killable-serving.ts';
import { openServing } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';

let server: KillableServing;

afterEach(() => server.dispose());

const post = async (url: string, body: unknown) => {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  return response.json() as Promise<{ [key: string]: unknown; predictions: { predictionId: string }[] }>;
};
const get = async (url: string) => (await fetch(url)).json() as Promise<Record<string, unknown>>;

test('kill -9 in a canary under load: the rollout goes on in its step, what was on disk is there', async () => {
  server = await newKillableServing();
  const { folder } = server;
  const before = await openServing({ folder, background: false });
  await before.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  const version = await before.register('m', logisticModel({ a: 1, b: -1, bias: 0.001 }));
  await before.serving.declare(systemActor, 'e', { model: 'm' });
  const plan = {
    steps: [
      { kind: 'weight', percent: 30, predictions: 20 },
      { kind: 'weight', percent: 60, predictions: 200 },
    ],
    rules: { minSamples: 10 },
  };
  const { id } = await before.serving.startRollout(systemActor, 'e', { version, plan: plan as never });
  await before.close();

  let url = await server.start();
  const acknowledged: string[] = [];
  const step = async () => (await get(`${url}/api/v1/rollouts/${id}`)).step;
  const ask = async () => {
    const reply = await post(`${url}/api/v1/endpoints/e/predict`, { rows: [{ a: 1, b: 1 }] });
    acknowledged.push(reply.predictions[0]!.predictionId);
  };
  while ((await step()) !== 1) await ask();
  for (let i = 0; i < 20; i++) await ask();
  // Reading the log waits for what was answered before to be on disk.
  await get(`${url}/api/v1/predictions/${acknowledged.at(-1)}`);
  const onDisk = [...acknowledged];
  const load = Array.from({ length: 50 }, () => ask().catch(() => {}));
  await server.kill();
  await Promise.all(load);

  url = await server.start();
  expect(await step()).toBe(1);
  const { variants } = (await get(`${url}/api/v1/endpoints/e`)) as { variants: { weight: number }[] };
  expect(variants.map((variant) => variant.weight)).toEqual([4000, 6000]);
  const items = onDisk.map((predictionId) => ({ predictionId, label: 1 }));
  expect(await post(`${url}/api/v1/feedback`, { items })).toMatchObject({ accepted: onDisk.length, unknownCount: 0 });
  const decisions = (await get(`${url}/api/v1/rollouts/${id}/decisions`)) as { items: { decision: string }[] };
  expect(decisions.items.map((one) => one.decision)).toEqual(['advance']);
});

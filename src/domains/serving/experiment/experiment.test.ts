import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { parseJson } from '../../../kernel/json.ts';
import { createRandom } from '../../../kernel/random.ts';
import { fullWeight } from '../schema.ts';

interface Reply {
  variant: string;
  version: number;
  predictions: { predictionId: string }[];
}

let stack: ServingStack;
let second: number;
const call = { requestId: 'r', headers: {}, actor: systemActor };

beforeAll(async () => {
  stack = await openServing();
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  second = await stack.register('m', logisticModel({ a: 2, b: -1, bias: 0 }));
});
afterAll(() => stack.dispose());

let made = 0;
const predict = async (endpoint: string, more: object = {}) => {
  const body = { rows: [{ a: 1, b: 0 }], id: `q-${made++}`, ...more };
  return parseJson(await stack.serving.predict({ ...call, endpoint, body })) as never as Reply;
};

/** Asks for predictions and tells rewards: the arm `b` earns with another chance than the champion. */
async function earn(endpoint: string, count: number, chances: { champion: number; b: number }) {
  const random = createRandom(made + 1);
  const items: { predictionId: string; label: number }[] = [];
  for (let i = 0; i < count; i++) {
    const { variant, predictions } = await predict(endpoint);
    const label = random() < chances[variant as 'b'] ? 1 : 0;
    items.push({ predictionId: predictions[0]!.predictionId, label });
  }
  await stack.serving.feedback(systemActor, items);
}

const types = async (id: string) =>
  (await stack.ledger.events({ subject: { kind: 'endpoint-experiment', id }, limit: 100 })).items.map(
    (one) => one.type,
  );

const ab = (more: object = {}) => ({
  arms: [{ name: 'champion' }, { name: 'b', version: second }],
  metric: { kind: 'label' },
  minSamples: 50,
  ...more,
});

describe('an A/B test', () => {
  test('finds the better arm, tells it, goes on, and gives the winner the alias when it is stopped so', async () => {
    await stack.serving.declare(systemActor, 'ab', { model: 'm' });
    const { id } = await stack.serving.experiments.start(systemActor, 'ab', ab());
    await expect(stack.serving.experiments.start(systemActor, 'ab', ab())).rejects.toMatchObject({ code: 'conflict' });
    const rollout = stack.serving.startRollout(systemActor, 'ab', { version: second });
    await expect(rollout).rejects.toMatchObject({
      code: 'conflict',
      details: { cure: expect.stringContaining('stop') },
    });
    await earn('ab', 400, { champion: 0.2, b: 0.6 });
    for (let i = 0; i < 7; i++) await predict('ab', { variant: 'b' });
    await expect
      .poll(async () => (await stack.serving.experiments.find(id)).state, { timeout: 20_000 })
      .toBe('decided');
    const report = await stack.serving.experiments.report(id);
    expect(report.comparisons[0]).toMatchObject({ arm: 'b', verdict: 'better' });
    expect(report.arms.map((arm) => arm.requests).reduce((a, b) => a + b)).toBe(400);
    expect(report.arms[1]!.asked).toBe(7);
    expect(report.sampleRatio).toMatchObject({ mismatch: false });
    expect(report.decision).toMatchObject({ verdict: 'winner', winner: 'b' });
    const ended = await stack.serving.experiments.stop(systemActor, { id, promote: 'b' });
    expect(ended).toMatchObject({ state: 'ended', decision: { promoted: true, winner: 'b' } });
    const { variants, experimentId } = await stack.serving.endpoint('ab');
    expect(experimentId).toBeUndefined();
    expect(variants[0]).toMatchObject({ name: 'champion', version: second, weight: fullWeight });
    expect((await stack.serving.experiments.report(id)).state).toBe('ended');
    await expect(stack.serving.experiments.stop(systemActor, { id })).rejects.toMatchObject({ code: 'conflict' });
    expect(stack.errors).toEqual([]);
    await stack.registry.promotions.setAlias(systemActor, { model: 'm', alias: 'champion', version: 1 });
  });
});

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

const types = async (id: string) => {
  const subject = { kind: 'endpoint-experiment', id };
  return (await stack.ledger.read({ limit: 100, subject })).map((one) => one.type.split('.')[1]);
};

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
    expect(await types(id)).toEqual(['started', 'decided', 'ended']);
    await expect(stack.serving.experiments.stop(systemActor, { id })).rejects.toMatchObject({ code: 'conflict' });
    expect(stack.errors).toEqual([]);
    await stack.registry.promotions.setAlias(systemActor, { model: 'm', alias: 'champion', version: 1 });
  });
});

describe('requests without a label that are worth 0', () => {
  test('are measured when their time has passed, and those with a label no sooner', async () => {
    await stack.serving.declare(systemActor, 'sold', { model: 'm' });
    const rare = { unlabelled: 'zero', minimumEffect: 0.5, minSamples: 10 };
    const start = (labelWindowMs: number) =>
      stack.serving.experiments.start(systemActor, 'sold', ab({ ...rare, labelWindowMs }));
    const sell = async () => {
      const ids: string[] = [];
      for (let i = 0; i < 60; i++) ids.push((await predict('sold')).predictions[0]!.predictionId);
      const sold = ids.filter((_, i) => i % 3 === 0).map((predictionId) => ({ predictionId, label: 1 }));
      await stack.serving.feedback(systemActor, sold);
    };
    const long = await start(3_600_000);
    await sell();
    // Only sales are known yet: were they measured, both arms would sell to everybody, surely alike.
    const early = await stack.serving.experiments.report(long.id);
    expect(early.arms.map(({ measured }) => measured)).toEqual([0, 0]);
    expect(early.comparisons[0]!.verdict).toBe('undecided');
    await stack.serving.experiments.stop(systemActor, { id: long.id });
    const short = await start(1500);
    await sell();
    const measured = async () => (await stack.serving.experiments.report(short.id)).arms.map((arm) => arm.measured);
    await expect.poll(async () => (await measured()).reduce((a, b) => a + b), { timeout: 20_000 }).toBe(60);
    const { arms } = await stack.serving.experiments.report(short.id);
    expect(arms.reduce((sold, arm) => sold + arm.mean! * arm.measured, 0)).toBeCloseTo(20);
    await stack.serving.experiments.stop(systemActor, { id: short.id });
  });
});

test('where callers keep their arm, the shares of requests are not tested, and nothing is held up by them', async () => {
  await stack.serving.declare(systemActor, 'loyal', { model: 'm', stickyKey: { header: 'x-user' } });
  const { id } = await stack.serving.experiments.start(systemActor, 'loyal', ab());
  const body = { rows: [{ a: 1, b: 0 }] };
  const headers = { 'x-user': 'one heavy caller' };
  for (let i = 0; i < 60; i++)
    await stack.serving.predict({ ...call, headers, requestId: `loyal-${i}`, endpoint: 'loyal', body });
  const { arms, sampleRatio, notes } = await stack.serving.experiments.report(id);
  expect(arms.map((arm) => arm.requests).sort()).toEqual([0, 60]);
  expect(sampleRatio).toBeNull();
  expect(notes.join()).toContain('not tested');
  await stack.serving.experiments.stop(systemActor, { id });
});

describe('a guard', () => {
  test('stops the experiment and gives the champion all traffic again', async () => {
    const broken = await stack.register('g', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
    expect(broken).toBe(1);
    const version = await stack.register('g', logisticModel({ a: 1, b: 1, bias: 0, breaks: true }));
    await stack.serving.declare(systemActor, 'guarded', { model: 'g' });
    const arms = [
      { name: 'champion', share: 60 },
      { name: 'b', version, share: 40 },
    ];
    const guards = [
      { metric: 'error-rate', relative: 1.5 },
      { metric: 'latency-p95', absolute: 60_000 },
    ];
    const { id } = await stack.serving.experiments.start(systemActor, 'guarded', ab({ arms, guards }));
    const rows = [{ a: 500, b: 0 }];
    for (let i = 0; i < 120; i++) await predict('guarded', { rows }).catch(() => {});
    await expect
      .poll(async () => (await stack.serving.experiments.find(id)).state, { timeout: 20_000 })
      .toBe('stopped');
    expect(await types(id)).toEqual(['started', 'guard-tripped', 'ended']);
    const report = await stack.serving.experiments.report(id);
    expect(report.decision).toMatchObject({ verdict: 'guard', winner: null });
    expect(report.guards.map((guard) => guard.verdict)).toEqual(['tripped', 'ok']);
    const { variants } = await stack.serving.endpoint('guarded');
    expect(variants).toMatchObject([{ name: 'champion', version: 1, weight: fullWeight }]);
  });
});

describe('a bandit', () => {
  test('gives the better arm more, never less than the floor, logs true propensities, and can be frozen', async () => {
    await stack.serving.declare(systemActor, 'slots', { model: 'm', stickyKey: { field: 'a' } });
    const bandit = { everyMs: 100, floor: 0.1 };
    const maxSamples = { minSamples: 1_000_000 };
    const spec = ab({ kind: 'bandit', bandit, ...maxSamples });
    const { id } = await stack.serving.experiments.start(systemActor, 'slots', spec);
    const share = async () => (await stack.serving.experiments.find(id)).arms[1]!.share;
    // Every request is dealt by itself, though all have the same sticky key.
    await earn('slots', 150, { champion: 0.1, b: 0.7 });
    await expect.poll(share, { timeout: 20_000 }).toBe(90);
    await earn('slots', 100, { champion: 0.1, b: 0.7 });
    expect((await stack.serving.experiments.freeze(systemActor, id, true)).frozen).toBe(true);
    const report = await stack.serving.experiments.report(id);
    expect(report.arms[1]!.probabilityBest).toBeGreaterThan(0.99);
    expect(report.arms[0]!.offPolicy.snips).toBeLessThan(report.arms[1]!.offPolicy.snips!);
    await earn('slots', 60, { champion: 1, b: 0 });
    await expect.poll(async () => (await stack.serving.experiments.find(id)).lookedAt).not.toBe(report.at);
    expect(await share()).toBe(90);
    const { propensity, variant } = await stack.serving.observations({ endpoint: 'slots' });
    expect(new Set(propensity)).toEqual(new Set([0.5, 0.9, 0.1]));
    const late = variant.filter((_, row) => propensity[row] !== 0.5);
    expect(late.filter((name) => name === 'b').length / late.length).toBeGreaterThan(0.8);
    await stack.serving.experiments.stop(systemActor, { id, reason: 'enough' });
    expect(await types(id)).toEqual(['started', 'frozen', 'ended']);
    expect((await stack.serving.endpoint('slots')).variants).toHaveLength(1);
  });
});

describe('challengers in the shadow', () => {
  test('are paired with the champion row by row, and by labels when they come', async () => {
    await stack.serving.declare(systemActor, 'dark', { model: 'm' });
    const spec = ab({ kind: 'shadow', metric: { kind: 'loss' }, minSamples: 20 });
    const { id } = await stack.serving.experiments.start(systemActor, 'dark', spec);
    const items: { predictionId: string; label: number }[] = [];
    for (let i = 0; i < 60; i++) {
      // The challenger (weight 2) is surer; where a is positive that is right.
      const reply = await predict('dark', {
        rows: [
          { a: 2, b: 0 },
          { a: 1, b: 1.5 },
        ],
      });
      expect(reply.variant).toBe('champion');
      items.push({ predictionId: reply.predictions[0]!.predictionId, label: 1 });
    }
    await stack.serving.feedback(systemActor, items);
    await expect.poll(async () => (await stack.serving.experiments.report(id)).paired[0]!.pairs).toBe(120);
    const report = await stack.serving.experiments.report(id);
    expect(report.paired[0]).toMatchObject({ arm: 'b', unpaired: 0, agreement: 0.5, labelled: 60 });
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const delta = (sigmoid(4) - sigmoid(2) + sigmoid(0.5) - sigmoid(-0.5)) / 2;
    expect(report.paired[0]!.meanDelta).toBeCloseTo(delta, 5);
    const loss = (1 - sigmoid(4)) ** 2 - (1 - sigmoid(2)) ** 2;
    expect(report.comparisons[0]!.difference).toBeCloseTo(loss, 5);
    expect(report.comparisons[0]!.verdict).toBe('better');
    await stack.serving.experiments.stop(systemActor, { id });
  });
});

describe('what is said wrong', () => {
  test.each([
    [{ arms: [{ name: 'b', version: 2 }, { name: 'champion' }] }, 'arms'],
    [{ arms: [{ name: 'champion' }, { name: 'champion' }] }, 'arms'],
    [
      {
        arms: [
          { name: 'champion', share: 50 },
          { name: 'b', version: 2 },
        ],
      },
      'arms',
    ],
    [{ arms: [{ name: 'champion' }, { name: 'nobody' }] }, 'arms[1]'],
    [{ unlabelled: 'zero' }, 'unlabelled'],
    [{ guards: [{ metric: 'error-rate' }] }, 'guards'],
    [{ kind: 'bandit', bandit: { floor: 0.5, everyMs: 5 } }, 'bandit'],
    [{ bandit: {} }, 'bandit'],
  ])('%j names its field', async (more, field) => {
    await stack.serving.declare(systemActor, 'wrong', { model: 'm' });
    const started = stack.serving.experiments.start(systemActor, 'wrong', ab(more));
    await expect(started).rejects.toMatchObject({
      code: 'invalid_input',
      details: { field: expect.stringContaining(field) },
    });
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { notFound } from '../../../kernel/errors.ts';
import { parseJson } from '../../../kernel/json.ts';

import type { FeatureRead, OnlineFeatures } from './online-features.ts';

interface Reply {
  predictions: { outputs: { probabilities: number[] } }[];
}

let stack: ServingStack;
let reads: FeatureRead[];
const stored: Record<string, { b: number | null }> = { 'customer-1': { b: 2 }, 'customer-2': { b: null } };

// A feature store is far away from serving: another domain, over a port.
const online: OnlineFeatures = {
  async describe(view) {
    if (view !== 'customers') notFound('feature view', view);
    return {
      entity: [{ name: 'customer', type: 'string' }],
      features: [
        { name: 'b', type: 'number' },
        { name: 'other', type: 'number' },
      ],
    };
  },
  async read(call) {
    reads.push(call);
    return { b: call.entity['customer']!.map((key) => stored[key as string]?.b ?? null) };
  },
};

beforeEach(async () => {
  reads = [];
  stack = await openServing({ onlineFeatures: online });
  await stack.register('risk', logisticModel({ a: 1, b: 1, bias: 0 }), 'champion');
});
afterEach(() => stack.dispose());

const deploy = async (features: object, more: object = {}) =>
  (
    await stack.serving.declare(systemActor, 'e', {
      model: 'risk',
      features: { view: 'customers', ...features },
      ...more,
    })
  ).reason;

async function score(rows: Record<string, unknown>[], id = 'r'): Promise<number[]> {
  const call = { endpoint: 'e', requestId: id, headers: {}, actor: systemActor };
  const reply = parseJson(await stack.serving.predict({ ...call, body: { rows, id } })) as never as Reply;
  return reply.predictions.map((one) => one.outputs.probabilities[1]!);
}

describe('features of whom a row is about', () => {
  test('callers send the entity and what is left; one read serves a whole batch', async () => {
    expect(await deploy({})).toBeUndefined();
    const answers = await Promise.all([
      score([{ customer: 'customer-1', a: 1 }], 'one'),
      score([{ customer: 'customer-1', a: -2 }], 'two'),
    ]);
    expect(answers.flat()[0]).toBeCloseTo(1 / (1 + Math.exp(-3)), 5);
    expect(answers.flat()[1]).toBeCloseTo(0.5, 5);
    expect(reads).toHaveLength(1);
    expect(reads[0]).toMatchObject({ view: 'customers', features: ['b'], rows: 2 });
    expect((await stack.serving.prediction('one.0')).features).toEqual({ a: 1, customer: 'customer-1' });
    expect(stack.serving.modelFace('e').inputs.map(({ name }) => name)).toEqual(['customer', 'a']);
  });

  test('an entity without features is a missing value, or a refusal that names it', async () => {
    await deploy({});
    expect(await score([{ customer: 'nobody', a: 1 }])).toEqual([Number.NaN]);
    await deploy({ onMissing: 'refuse' });
    await expect(score([{ customer: 'nobody', a: 1 }])).rejects.toMatchObject({
      code: 'row_refused',
      message: "There is no feature 'b' for customer=nobody.",
    });
    const [good, bad] = await Promise.allSettled([
      score([{ customer: 'customer-1', a: 1 }], 'one'),
      score([{ customer: 'customer-2', a: 1 }], 'two'),
    ]);
    expect([good.status, bad.status]).toEqual(['fulfilled', 'rejected']);
  });

  test.each([
    [{ view: 'nothing' }, /no feature view 'nothing'/],
    [{ features: ['zzz'] }, /'zzz' cannot be joined: the model takes no such column/],
    [{ features: ['a'] }, /'a' cannot be joined: the view 'customers' has no such feature/],
  ])('%j is refused by name', async (features, message) => {
    expect(await deploy(features)).toMatch(message);
  });

  test('a server without a feature store says so', async () => {
    const bare = await openServing();
    await bare.register('risk', logisticModel({ a: 1, b: 1, bias: 0 }), 'champion');
    const made = await bare.serving.declare(systemActor, 'e', { model: 'risk', features: { view: 'customers' } });
    expect(made).toMatchObject({ state: 'failed', reason: 'This server has no online feature store.' });
    await bare.dispose();
  });
});

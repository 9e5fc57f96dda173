import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { type Actor, systemActor } from '../../../kernel/actor.ts';

describe('limits of callers', () => {
  let stack: ServingStack;

  beforeAll(async () => {
    stack = await openServing();
    await stack.register('risk', logisticModel({ a: 1, b: 1, bias: 0 }), 'champion');
  });
  afterAll(() => stack.dispose());

  const deploy = (limits: object) => stack.serving.declare(systemActor, 'e', { model: 'risk', limits });
  const ask = (id: string) => {
    const actor: Actor = { id, kind: 'service', name: id, permissions: ['predict.invoke'] };
    const body = { rows: [{ a: 1, b: 1 }] };
    return stack.serving.predict({ endpoint: 'e', requestId: 'r', headers: {}, actor, body });
  };
  const codes = async (asked: Promise<unknown>[]) =>
    (await Promise.allSettled(asked)).map((one) => (one.status === 'fulfilled' ? 'ok' : one.reason.code));

  test('a caller beyond its rate is told how long to wait; another goes on; it is counted as shed and not logged', async () => {
    await deploy({ requestsPerSecond: 0.01, burst: 2 });
    expect(await codes([ask('one'), ask('one'), ask('one')])).toEqual(['ok', 'ok', 'limited']);
    await expect(ask('one')).rejects.toMatchObject({ details: { retryAfterSeconds: expect.any(Number) } });
    expect(await codes([ask('two')])).toEqual(['ok']);
    const { rows } = await stack.serving.observations({ endpoint: 'e' });
    expect(rows).toBe(3);
    expect(JSON.stringify(stack.serving.stats('e'))).toContain('429');
  });

  test('a caller has so many requests under way, and gets its place back when one is answered or refused', async () => {
    await deploy({ concurrency: 2 });
    expect(await codes(['a', 'a', 'a', 'b'].map(ask))).toEqual(['ok', 'ok', 'limited', 'ok']);
    expect(await codes(['a', 'a'].map(ask))).toEqual(['ok', 'ok']);
    const bad = stack.serving.predict({
      endpoint: 'e',
      requestId: 'r',
      headers: {},
      actor: { ...systemActor, id: 'a' },
      body: { rows: [{}] },
    });
    expect(await codes([bad])).toEqual(['invalid_input']);
    expect(await codes([ask('a'), ask('a')])).toEqual(['ok', 'ok']);
  });

  test('a burst without a rate is refused', async () => {
    await expect(deploy({ burst: 3 })).rejects.toMatchObject({
      code: 'invalid_input',
      details: { field: 'spec.limits' },
    });
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import type { Arm } from './routing.ts';
import { type ShadowJob, ShadowQueue } from './shadow.ts';

describe('the queue of shadows', () => {
  const arms = ['a', 'b'].map((name) => ({ variant: { name } }) as Arm);
  const job = (arm: number, rows: number, run: () => Promise<void>) =>
    ({ arm: arms[arm]!, rows, run, route: {} }) as ShadowJob;

  test('one that never answers takes half of the room, is dropped beyond it, and holds up no other', async () => {
    const queue = new ShadowQueue(100);
    const stalled = () => new Promise<void>(() => {});
    for (let i = 0; i < 20; i++) queue.add(job(0, 10, stalled));
    expect([queue.queuedRows, queue.droppedRows]).toEqual([50, 150]);
    let answered = 0;
    for (let i = 0; i < 4; i++) {
      queue.add(job(1, 10, async () => void answered++));
      expect(answered).toBe(i);
      await sleep(5);
    }
    expect(answered).toBe(4);
    expect([queue.queuedRows, queue.droppedRows]).toEqual([50, 150]);
  });

  test('nothing of a shadow runs before its caller goes on, whether it throws, fails or answers', async () => {
    const queue = new ShadowQueue();
    let ran = 0;
    queue.add(job(0, 1, () => Promise.reject(new Error('fails'))));
    queue.add(
      job(0, 1, async () => {
        ran++;
        throw new Error('throws');
      }),
    );
    await Promise.resolve();
    expect(ran).toBe(0);
    await queue.idle();
    expect([ran, queue.queuedRows, queue.droppedRows]).toEqual([1, 0, 0]);
  });
});

describe('an endpoint with a shadow that fails', () => {
  let stack: ServingStack;
  beforeAll(async () => {
    stack = await openServing();
    await stack.register('m', logisticModel({ a: 1, b: 0, bias: 0 }), 'champion');
    const version = await stack.register('m', logisticModel({ a: 1, b: 0, bias: 0, breaks: true }));
    const variants = [{ name: 'dark', version, shadow: true }];
    await stack.serving.declare(systemActor, 'e', { model: 'm', variants });
    await stack.serving.declare(systemActor, 'plain', { model: 'm' });
  });
  afterAll(() => stack.dispose());

  test('answers as if it had none, and its failures are the shadow’s alone', async () => {
    const ask = async (endpoint: string, id: string) => {
      const call = { endpoint, requestId: 'r', headers: {}, actor: systemActor };
      return stack.serving.predict({ ...call, body: { rows: [{ a: 500, b: 0 }], id } });
    };
    for (let i = 0; i < 20; i++) expect(await ask('e', `q${i}`)).toBe(await ask('plain', `q${i}`));
    const seen = async () => {
      const { shadow, code } = await stack.serving.observations({ endpoint: 'e', includeShadow: true });
      return Array.from(shadow, (isShadow, row) => [isShadow, code[row]].join());
    };
    await expect.poll(async () => (await seen()).length).toBe(40);
    const counts = Map.groupBy(await seen(), (one) => one);
    expect([counts.get('0,200')?.length, counts.get('1,500')?.length]).toEqual([20, 20]);
    expect(stack.serving.stats('e').droppedShadowRows).toBe(0);
    const { predictionId, at } = await stack.serving.observations({ endpoint: 'e', includeShadow: true });
    // A shadow answers the same moment's request, whenever it comes to it.
    const times = Map.groupBy(predictionId.keys(), (row) => predictionId[row]);
    for (const [reply, shadow] of times.values()) expect(at[shadow!]! - at[reply!]!).toBe(0);
  });
});

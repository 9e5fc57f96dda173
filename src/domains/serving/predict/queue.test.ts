import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityModel } from '../../../../test/support/identity-model.ts';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { TidemillError } from '../../../kernel/errors.ts';
import { RunTimes } from '../stats/run-times.ts';
import { queuePlace } from './queue-place.ts';

describe('queuePlace', () => {
  test('1 goes first, then what says nothing, then 2 and above; who came first goes first', () => {
    const queue: { priority?: number; name: string }[] = [];
    for (const [name, priority] of Object.entries({ a: 0, b: 3, c: 1, d: 0, e: 2, f: 1, g: 3 })) {
      const one = { name, priority };
      queue.splice(queuePlace(queue, one), 0, one);
    }
    expect(queue.map(({ name }) => name).join('')).toBe('cfadebg');
  });
});

describe('RunTimes', () => {
  test('counts requests and runs, large sizes by powers of two', () => {
    const times = new RunTimes();
    const spans = { inputMs: 1, inferMs: 2, outputMs: 3 };
    for (const rows of [1, 64, 65, 100, 128, 129]) times.addRun(rows, spans);
    times.addRequest(3, 5, spans);
    expect(times.batches().map(({ rows, runs }) => [rows, runs])).toEqual([
      [1, 1],
      [64, 1],
      [128, 3],
      [256, 1],
    ]);
    expect([times.requests, times.rows, times.runs, times.busyMs]).toEqual([1, 3, 6, 36]);
    const { queue, input, compute, output } = times;
    expect([queue, input, compute, output].map(({ sum }) => sum * 1000)).toEqual([5, 1, 2, 3]);
  });
});

describe('an endpoint', () => {
  let stack: ServingStack;
  beforeAll(async () => {
    stack = await openServing();
    await stack.register('same', identityModel('FP32', 1), 'champion');
    await stack.serving.declare(systemActor, 'same', { model: 'same' });
  });
  afterAll(() => stack.dispose());

  const infer = (value: number, more: { isGone?: () => boolean; priority?: number } = {}) =>
    stack.serving.infer({
      endpoint: 'same',
      caller: 'test',
      requestId: `r${value}`,
      inputs: [{ name: 'x', type: 'float32', shape: [1, 1], values: [value] }],
      ...more,
    });

  test('drops what waits for a caller that has gone, and nothing else', async () => {
    const outcomes = await Promise.allSettled([infer(1), infer(2, { isGone: () => true }), infer(3)]);
    expect(outcomes.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const { reason } = outcomes[1] as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(TidemillError);
    expect(reason).toMatchObject({ code: 'cancelled' });
  });

  test('counts what it answered by its parts', async () => {
    const before = stack.serving.inferenceStats({ endpoint: 'same' })[0]!;
    await Promise.all([infer(1), infer(2), infer(3)]);
    const after = stack.serving.inferenceStats({ endpoint: 'same', version: '1' })[0]!;
    expect(after.rows - before.rows).toBe(3);
    expect(after.runs - before.runs).toBe(1);
    expect(after.success.count - before.success.count).toBe(3);
    expect(after.infer.ms).toBeGreaterThan(before.infer.ms);
    expect(after.success.ms).toBeGreaterThan(after.queue.ms);
    expect(() => stack.serving.inferenceStats({ endpoint: 'same', version: '9' })).toThrow(TidemillError);
  });

  test('is unloaded and loaded, telling the ledger once each, and keeps answering with what it was told', async () => {
    const heard: string[] = [];
    const stop = stack.ledger.listen(({ type }) => heard.push(type));
    await stack.serving.unload(systemActor, 'same');
    await stack.serving.unload(systemActor, 'same');
    expect(stack.serving.modelStates()).toMatchObject([{ endpoint: 'same', state: 'unloaded', versions: [] }]);
    await expect(infer(1)).rejects.toMatchObject({ code: 'unavailable' });
    await stack.serving.declare(systemActor, 'same', { model: 'same', description: 'changed' });
    expect(stack.serving.modelStates()[0]!.state).toBe('unloaded');
    await stack.serving.load(systemActor, 'same');
    expect((await infer(7)).outputs[0]!.data[0]).toBe(7);
    stop();
    expect(heard).toEqual(['endpoint.unloaded', 'endpoint.changed', 'endpoint.loaded']);
    await expect(stack.serving.load(systemActor, 'nobody')).rejects.toMatchObject({ code: 'not_found' });
  });
});

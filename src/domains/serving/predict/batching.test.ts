import { expect, test } from 'vitest';
import { openServing } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import type { Tensor } from '../../../onnx/index.ts';
import { type BatchLimits, type BatchRequest, createBatcher } from './batcher.ts';
import { type Batching, dueAt } from './batching.ts';
import { planModel } from './model-plan.ts';
import { newBlock } from './row-block.ts';

const plan = planModel({
  inputs: [{ name: 'x', type: 'float32', shape: [null, 1] }],
  outputs: [{ name: 'y', type: 'float32', shape: [null] }],
});

/** A batcher whose model answers at once, and the rows of each of its runs. */
function open(more: Partial<BatchLimits> = {}) {
  const runs: number[] = [];
  const run = async (feeds: Record<string, Tensor>) => {
    const rows = feeds['x']!.dims[0]!;
    runs.push(rows);
    return { y: { type: 'float32', dims: [rows], data: new Float32Array(rows) } } as Record<string, Tensor>;
  };
  const batcher = createBatcher(plan, run, { maxQueueRows: 1000, maxQueueBytes: 1e6, maxBatchRows: 8, ...more });
  const ask = (rows: number, batching?: Batching, more: Partial<BatchRequest> = {}) =>
    batcher.run({ block: newBlock(plan, rows), deadline: performance.now() + 60_000, batching, ...more });
  return { batcher, runs, ask };
}

const patient: Batching = { maxDelayMs: 5000 };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('waits as long as it may, and never longer than half of its time', () => {
  expect(dueAt({ deadline: 1000 }, 0)).toBe(0);
  expect(dueAt({ deadline: 1000, batching: { maxDelayMs: 0 } }, 0)).toBe(0);
  expect(dueAt({ deadline: 1000, batching: { maxDelayMs: 20 } }, 100)).toBe(120);
  expect(dueAt({ deadline: 1000, batching: { maxDelayMs: 5000 } }, 0)).toBe(500);
  expect(dueAt({ deadline: 1000, batching: { maxDelayMs: 5000 } }, 2000)).toBe(2000);
});

test('requests that come one after the other run together once the first has waited enough', async () => {
  const { runs, ask } = open();
  const batching = { maxDelayMs: 150 };
  const answers = [ask(1, batching)];
  for (let at = 0; at < 3; at++) {
    await sleep(5);
    answers.push(ask(1, batching));
  }
  expect(runs).toEqual([]);
  await Promise.all(answers);
  expect(runs).toEqual([4]);
});

test('a full run begins at once, whatever may still be waited', async () => {
  const { runs, ask } = open();
  await Promise.all([ask(3, patient), ask(5, patient)]);
  expect(runs).toEqual([8]);
  const few = { ...patient, maxBatchRows: 2 };
  await Promise.all([ask(1, few), ask(1, few), ask(1, few), ask(1, few)]);
  expect(runs).toEqual([8, 2, 2]);
});

test('one that waits for nobody takes along those that would have waited', async () => {
  const { runs, ask } = open();
  const first = ask(1, patient);
  await sleep(5);
  await Promise.all([first, ask(1)]);
  expect(runs).toEqual([2]);
});

test('half of the earliest deadline ends the wait of all', async () => {
  const { runs, ask } = open();
  const slow = ask(1, patient);
  const hurried = ask(1, patient, { deadline: performance.now() + 200 });
  await Promise.all([slow, hurried]);
  expect(runs).toEqual([2]);
});

test('only those that ask for the same fill a run, and each kind runs by itself', async () => {
  const { runs, ask } = open({ maxBatchRows: 4 });
  const outputs = ['y'];
  const others = [ask(2, { maxDelayMs: 200 }, { params: '{"a":1}' }), ask(1, { maxDelayMs: 200 }, { outputs })];
  await sleep(5);
  const plain = [ask(2, patient), ask(2, patient)];
  await Promise.all([...others, ...plain]);
  expect(runs.toSorted()).toEqual([1, 2, 4]);
});

test('a smaller run of one endpoint holds for whoever shares its model', async () => {
  const { runs, ask } = open();
  await Promise.all([ask(2), ask(1, { maxDelayMs: 0, maxBatchRows: 2 }), ask(3)]);
  expect(runs).toEqual([5, 1]);
});

test('an endpoint that begins to wait keeps its loaded model', async () => {
  const stack = await openServing();
  try {
    await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
    await stack.serving.declare(systemActor, 'e', { model: 'm' });
    const ask = () =>
      stack.serving.predict({
        endpoint: 'e',
        body: { rows: [{ a: 1, b: 0 }] },
        requestId: 'r',
        headers: {},
        actor: systemActor,
      });
    await ask();
    await stack.serving.declare(systemActor, 'f', { model: 'm', batching: { maxDelayMs: 100, maxBatchRows: 64 } });
    await stack.serving.declare(systemActor, 'e', { model: 'm', batching: { maxDelayMs: 100 } });
    const [answers, state] = [await Promise.all([ask(), ask(), ask()]), stack.serving.runtimes('e')];
    expect(answers).toHaveLength(3);
    expect(state).toEqual(stack.serving.runtimes('f'));
    const { batches } = stack.serving.inferenceStats({ endpoint: 'e', version: undefined })[0]!;
    expect(batches.map(({ rows, runs }) => [rows, runs])).toEqual([
      [1, 1],
      [3, 1],
    ]);
  } finally {
    await stack.dispose();
  }
});

import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../../onnx/index.ts';
import { type BatchLimits, createBatcher } from './batcher.ts';
import { planModel } from './model-plan.ts';
import { newBlock } from './row-block.ts';

const plan = planModel({
  inputs: [{ name: 'x', type: 'float32', shape: [null, 1] }],
  outputs: [{ name: 'y', type: 'float32', shape: [null] }],
});
const limits: BatchLimits = { maxQueueRows: 100, maxQueueBytes: 1e6, maxBatchRows: 4 };

/** A batcher whose model answers when it is let. */
function open(more: Partial<BatchLimits> = {}) {
  const runs: { rows: number; end(): void }[] = [];
  const run = (feeds: Record<string, Tensor>) =>
    new Promise<Record<string, Tensor>>((resolve) => {
      const rows = feeds['x']!.dims[0]!;
      const end = () => resolve({ y: { type: 'float32', dims: [rows], data: new Float32Array(rows) } });
      runs.push({ rows, end });
    });
  const batcher = createBatcher(plan, run, { ...limits, ...more });
  const ask = (rows: number, more: { waitMs?: number; priority?: number } = {}) =>
    batcher.run({
      block: newBlock(plan, rows),
      deadline: performance.now() + (more.waitMs ?? 60_000),
      priority: more.priority,
    });
  return { batcher, runs, ask };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

async function learn({ runs, ask }: ReturnType<typeof open>) {
  for (let i = 0; i < 12; i++) {
    const answer = ask(1);
    while (runs.length === 0) await turn();
    await new Promise((resolve) => setTimeout(resolve, 20));
    runs.shift()!.end();
    await answer;
  }
}

describe('a queue', () => {
  test('merges up to the limit of a run, and a larger request runs alone', async () => {
    const { runs, ask } = open();
    const answers = [ask(3), ask(1), ask(1), ask(9)];
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) {
      while (runs.length === 0) await turn();
      const { rows, end } = runs.shift()!;
      seen.push(rows);
      end();
      await turn();
    }
    await Promise.all(answers);
    expect(seen).toEqual([4, 1, 9]);
  });

  test('tells a request when its run begins, however long it waited', async () => {
    const { batcher, runs, ask } = open();
    const first = ask(4);
    while (runs.length === 0) await turn();
    const queuedAt = performance.now();
    let beganAt = 0;
    const begins = (at: number) => {
      beganAt = at;
    };
    const second = batcher.run({ block: newBlock(plan, 1), deadline: queuedAt + 60_000, begins });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(beganAt).toBe(0);
    const endedAt = performance.now();
    runs.shift()!.end();
    while (runs.length === 0) await turn();
    runs.shift()!.end();
    await Promise.all([first, second]);
    expect(beganAt).toBeGreaterThanOrEqual(endedAt);
  });

  test('is full by rows and by bytes, and says so before a request is read', async () => {
    const byRows = open({ maxQueueRows: 4 });
    const first = byRows.ask(4);
    expect(byRows.batcher.isFull).toBe(true);
    await expect(async () => byRows.ask(1)).rejects.toMatchObject({
      code: 'limited',
      details: { retryAfterSeconds: 1 },
    });
    expect(() => byRows.batcher.refuseFull()).toThrow('The queue is full (4 rows wait)');
    await turn();
    byRows.runs[0]!.end();
    await first;
    expect(byRows.batcher.isFull).toBe(false);
    const byBytes = open({ maxQueueBytes: 16 });
    void byBytes.ask(2).catch(() => {});
    await expect(async () => byBytes.ask(1)).rejects.toMatchObject({ code: 'limited' });
    await expect(async () => open({ maxQueueRows: 4 }).ask(5)).rejects.toMatchObject({ code: 'too_large' });
  });

  test('refuses at once what would be answered after its deadline, but never what finds nobody waiting', async () => {
    const opened = open({ maxBatchRows: 1 });
    await learn(opened);
    const { batcher, runs, ask } = opened;
    expect(batcher.estimateMs(1)).toBeGreaterThan(10);
    const waiting = [ask(1, { waitMs: 5 }), ...Array.from({ length: 19 }, () => ask(1))];
    waiting[0]!.catch(() => {});
    await expect(async () => ask(1, { waitMs: 100 })).rejects.toMatchObject({
      code: 'limited',
      details: { retryAfterSeconds: 1 },
    });
    const patient = ask(1, { waitMs: 60_000 });
    const urgent = ask(1, { waitMs: 100, priority: 1 });
    expect(batcher.queuedRows).toBe(22);
    void Promise.allSettled([...waiting, patient, urgent]);
    while (batcher.queuedRows > 0 || runs.length > 0) {
      for (const { end } of runs.splice(0)) end();
      await turn();
    }
    expect(await patient).toHaveProperty('y');
  });
});

import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

test('no more than the limit run at once, in the order they came, and one that leaves the queue takes no place', async () => {
  const gate = createGate(2);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  let most = 0;
  let running = 0;
  const leaving = new AbortController();
  const work = (i: number) =>
    gate.run(
      async () => {
        started.push(i);
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => ends.push(resolve));
        running--;
      },
      i === 3 ? leaving.signal : undefined,
    );
  const all = Promise.allSettled([0, 1, 2, 3, 4].map(work));
  await new Promise(setImmediate);
  expect(started).toEqual([0, 1]);
  leaving.abort();
  while (started.length < 4 || running > 0) {
    ends.shift()?.();
    await new Promise(setImmediate);
  }
  expect((await all).map((ended) => ended.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect([started, most]).toEqual([[0, 1, 2, 4], 2]);
  await expect(gate.run(async () => 1, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  await expect(gate.run(async () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(await gate.run(async () => 2)).toBe(2);
});

import { describe, expect, test } from 'vitest';
import { systemClock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { createBackground, type TaskTurn } from './background.ts';
import type { Database } from './database.ts';
import { takeLease } from './lease.ts';

/** What background tasks keep, on every database. */
export function describeBackground(database: () => Database): void {
  describe('a background task', () => {
    const seldom = 3_600_000;
    function runner(leaseMs?: number) {
      const errors: unknown[] = [];
      const options = {
        database: database(),
        clock: systemClock,
        onError: (_task: string, error: unknown) => errors.push(error),
      };
      return { ...createBackground(leaseMs === undefined ? options : { ...options, leaseMs }), errors };
    }
    const until = (check: () => boolean) => expect.poll(check, { timeout: 10_000, interval: 5 }).toBe(true);

    test('is done by one of two runners, and by the other when that one stops', async () => {
      const name = newId();
      const turns: string[] = [];
      const [a, b] = [runner(), runner()];
      for (const [who, background] of Object.entries({ a, b })) {
        background.add({
          name,
          everyMs: 5,
          run: async () => {
            turns.push(who);
          },
        });
      }
      a.start();
      await until(() => turns.length > 3);
      b.start();
      await until(() => turns.length > 10);
      expect(new Set(turns)).toEqual(new Set(['a']));
      await a.stop();
      const before = turns.length;
      await until(() => turns.length > before + 3);
      expect(new Set(turns.slice(before))).toEqual(new Set(['b']));
      await b.stop();
    });

    test('runs again at once when it has more, or is woken, and else waits', async () => {
      let turns = 0;
      const background = runner();
      const name = newId();
      background.add({ name, everyMs: seldom, run: async () => ++turns < 5 });
      background.start();
      background.start();
      await until(() => turns === 5);
      background.wake(name);
      await until(() => turns === 6);
      background.wake('nobody');
      await background.stop();
      expect(turns).toBe(6);
    });

    test('that is woken while it runs runs once more', async () => {
      let turns = 0;
      const background = runner();
      const name = newId();
      background.add({
        name,
        everyMs: seldom,
        run: async () => {
          if (++turns === 1) background.wake(name);
        },
      });
      background.start();
      await until(() => turns === 2);
      await background.stop();
    });

    test('that throws is reported and goes on', async () => {
      let turns = 0;
      const background = runner();
      background.add({
        name: newId(),
        everyMs: 1,
        run: async () => {
          if (++turns < 3) throw new Error(`turn ${turns}`);
        },
      });
      background.start();
      await until(() => turns > 3);
      await background.stop();
      expect(background.errors.map(String)).toEqual(['Error: turn 1', 'Error: turn 2']);
    });

    test('is waited for when its runner stops, and told to end', async () => {
      let [began, ended] = [false, false];
      const background = runner();
      background.add({
        name: newId(),
        everyMs: seldom,
        run: async ({ signal }) => {
          began = true;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          await new Promise(setImmediate);
          ended = true;
        },
      });
      background.start();
      await until(() => began);
      await background.stop();
      expect(ended).toBe(true);
      expect(background.errors).toEqual([]);
    });

    test('is told when another has taken its lease', async () => {
      const name = newId();
      let turn: TaskTurn | undefined;
      const background = runner(90);
      background.add({
        name,
        everyMs: seldom,
        run: async (given) => {
          turn = given;
          await new Promise((resolve) => given.signal.addEventListener('abort', resolve));
        },
      });
      background.start();
      await until(() => turn !== undefined);
      // Another machine, whose clock is an hour ahead, finds the lease expired.
      const ahead = { ...systemClock, now: () => Date.now() + 3_600_000 };
      const stolen = await takeLease(database(), ahead, { name, owner: 'thief', ttlMs: 7_200_000 });
      expect(stolen!.fence).toBe(turn!.fence + 1);
      await until(() => turn!.signal.aborted);
      await background.stop();
    });

    test('has a name of its own', () => {
      const background = runner();
      const task = { name: newId(), everyMs: seldom, run: async () => {} };
      background.add(task);
      expect(() => background.add(task)).toThrow('two background tasks');
    });
  });
}

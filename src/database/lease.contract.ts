import { describe, expect, test } from 'vitest';
import { createManualClock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import type { Database } from './database.ts';
import { freeLeases, releaseLease, takeLease } from './lease.ts';

/** What leases keep, on every database. */
export function describeLeases(database: () => Database): void {
  describe('a lease', () => {
    const ttlMs = 1_000;
    function twoOwners() {
      const clock = createManualClock(Date.UTC(2026, 0, 1));
      const name = newId();
      const take = (owner: string) => takeLease(database(), clock, { name, owner, ttlMs });
      return { clock, take };
    }

    test('has one holder at a time, and each new one a larger fence', async () => {
      const { clock, take } = twoOwners();
      const first = (await take('a'))!;
      expect(await take('b')).toBeUndefined();
      clock.advance(ttlMs - 1);
      expect(await take('b')).toBeUndefined();
      clock.advance(1);
      const second = (await take('b'))!;
      expect(second.fence).toBeGreaterThan(first.fence);
      expect(await take('a')).toBeUndefined();
    });

    test('is prolonged for its holder under the same fence, and new after it ran out', async () => {
      const { clock, take } = twoOwners();
      const first = (await take('a'))!;
      clock.advance(ttlMs / 2);
      expect(await take('a')).toEqual({ ...first, untilAt: clock.now() + ttlMs });
      clock.advance(ttlMs);
      expect((await take('a'))!.fence).toBeGreaterThan(first.fence);
    });

    test('that is given back is free at once; a late holder gives back nothing of the next', async () => {
      const { clock, take } = twoOwners();
      const first = (await take('a'))!;
      await releaseLease(database(), first);
      const second = (await take('b'))!;
      expect(second.fence).toBe(first.fence + 1);
      clock.advance(10);
      await releaseLease(database(), first);
      expect(await take('a')).toBeUndefined();
    });

    test('of the dead is free at once where all are freed, under a new fence', async () => {
      const { take } = twoOwners();
      const first = (await take('a'))!;
      await freeLeases(database());
      expect((await take('b'))!.fence).toBe(first.fence + 1);
      expect(await take('a')).toBeUndefined();
    });

    test('is given to one of many who ask at once', async () => {
      const { take } = twoOwners();
      const got = await Promise.all(Array.from({ length: 8 }, (_, i) => take(`owner${i}`)));
      expect(got.filter((lease) => lease !== undefined)).toHaveLength(1);
    });

    test('does not stay for hours when the clock goes back', async () => {
      const { clock, take } = twoOwners();
      const first = (await take('a'))!;
      clock.advance(-5 * 3_600_000);
      const renewed = (await take('a'))!;
      expect(renewed).toEqual({ ...first, untilAt: clock.now() + ttlMs });
      clock.advance(-5 * 3_600_000);
      expect((await take('b'))!.fence).toBe(first.fence + 1);
    });
  });
}

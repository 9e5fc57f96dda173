import { describe, expect, test } from 'vitest';
import { RateLimiter, TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  test('lets a burst through, then as many as its rate says, and tells how long to wait', () => {
    const bucket = new TokenBucket({ requestsPerSecond: 10, burst: 3 }, 1000);
    expect([1000, 1000, 1000].map((at) => bucket.take(at))).toEqual([0, 0, 0]);
    expect(bucket.take(1000)).toBeCloseTo(100);
    expect(bucket.take(1040)).toBeCloseTo(60);
    expect(bucket.take(1101)).toBe(0);
    let passed = 0;
    for (let at = 2000; at < 12_000; at += 5) if (bucket.take(at) === 0) passed++;
    expect(passed).toBeGreaterThanOrEqual(100);
    expect(passed).toBeLessThanOrEqual(103);
  });

  test('is never fuller than its burst, however long nobody came, and a clock that stands still gives nothing', () => {
    const bucket = new TokenBucket({ requestsPerSecond: 1000, burst: 2 }, 0);
    expect([1e9, 1e9, 1e9].map((at) => bucket.take(at) === 0)).toEqual([true, true, false]);
    expect(bucket.take(0)).toBeGreaterThan(0);
  });

  test('buckets of different names are apart, and a changed limit starts anew', () => {
    const limiter = new RateLimiter();
    const once = { requestsPerSecond: 0.1, burst: 1 };
    expect([limiter.admit('a', once, 0), limiter.admit('a', once, 0), limiter.admit('b', once, 0)]).toEqual([0, 10, 0]);
    expect(limiter.admit('a', { requestsPerSecond: 0.1, burst: 2 }, 0)).toBe(0);
  });
});

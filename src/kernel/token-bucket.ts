/** How often something may be done: so many a second on average, so many at once. */
export interface RateLimit {
  requestsPerSecond: number;
  burst: number;
}

/**
 * A token bucket: `burst` tokens at most, refilled at `requestsPerSecond`. Times are milliseconds of any clock that does not
 * step, such as `performance.now()`.
 */
export class TokenBucket {
  readonly limit: RateLimit;
  #tokens: number;
  #at: number;

  constructor(limit: RateLimit, now: number) {
    this.limit = limit;
    this.#tokens = limit.burst;
    this.#at = now;
  }

  /** Takes one token: 0 when there was one, else the milliseconds until there is. */
  take(now: number): number {
    const { requestsPerSecond, burst } = this.limit;
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, now - this.#at) * requestsPerSecond) / 1000);
    this.#at = now;
    if (this.#tokens < 1) return ((1 - this.#tokens) * 1000) / requestsPerSecond;
    this.#tokens--;
    return 0;
  }
}

const mostBuckets = 10_000;

/** Token buckets by name; the ones not asked for longest are forgotten beyond ten thousand. */
export class RateLimiter {
  readonly #buckets = new Map<string, TokenBucket>();

  /** Counts one request of `name`: 0 when it may go on, else the whole seconds to wait. */
  admit(name: string, limit: RateLimit, now: number): number {
    const kept = this.#buckets.get(name);
    const isSame = kept && kept.limit.requestsPerSecond === limit.requestsPerSecond && kept.limit.burst === limit.burst;
    const bucket = isSame ? kept : new TokenBucket(limit, now);
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size > mostBuckets) this.#buckets.delete(this.#buckets.keys().next().value!);
    return Math.ceil(bucket.take(now) / 1000);
  }
}

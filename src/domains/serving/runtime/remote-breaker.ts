import { fail } from '../../../kernel/errors.ts';

/** How a circuit breaker opens. */
export interface BreakerSpec {
  failures: number;
  openMs: number;
}

const longestOpenMs = 30_000;

/**
 * A circuit breaker: after so many failures in a row nothing is asked for a while, then one request tries; while that fails
 * the wait doubles. Times are `performance.now()`.
 */
export class Breaker {
  readonly #spec: BreakerSpec;
  #failures = 0;
  #openMs: number;
  #openUntil = 0;
  #isTrying = false;
  /** What the last failure was. */
  reason: string | undefined;

  constructor(spec: BreakerSpec) {
    this.#spec = spec;
    this.#openMs = spec.openMs;
  }

  get isOpen(): boolean {
    return this.#openUntil > 0;
  }

  /** Lets a request pass, or fails with `unavailable` and the time to wait. */
  enter(now: number): void {
    if (!this.isOpen) return;
    const isDue = now >= this.#openUntil && !this.#isTrying;
    if (isDue) {
      this.#isTrying = true;
      return;
    }
    const retryAfterSeconds = Math.max(1, Math.ceil((this.#openUntil - now) / 1000));
    fail('unavailable', `The model's server fails and is not asked for now: ${this.reason}`, { retryAfterSeconds });
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = 0;
    this.#openMs = this.#spec.openMs;
    this.#isTrying = false;
    this.reason = undefined;
  }

  failed(now: number, reason: string): void {
    this.reason = reason;
    this.#failures++;
    if (this.isOpen ? !this.#isTrying : this.#failures < this.#spec.failures) return;
    if (this.isOpen) this.#openMs = Math.min(longestOpenMs, this.#openMs * 2);
    this.#openUntil = now + this.#openMs;
    this.#isTrying = false;
  }
}

import type { Clock } from '../../kernel/clock.ts';

/** How many attempts with a wrong token there were, and how many of them came too fast. */
export interface LoginFailures {
  failed: number;
  limited: number;
}

const windowMs = 60_000;
const mostClients = 10_000;

/** Counts wrong tokens by client; more than `most` in a minute are too many. A right token is never held up by it. */
export class FailureCounter {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #windows = new Map<string, { startedAt: number; count: number }>();
  readonly counts: LoginFailures = { failed: 0, limited: 0 };

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Notes a failure; gives the seconds to wait when there were too many. */
  note(client: string): number | undefined {
    this.counts.failed++;
    const now = this.#clock.now();
    let window = this.#windows.get(client);
    if (!window || now - window.startedAt >= windowMs || now < window.startedAt) {
      if (this.#windows.size >= mostClients) this.#windows.delete(this.#windows.keys().next().value!);
      window = { startedAt: now, count: 0 };
      this.#windows.set(client, window);
    }
    if (++window.count <= this.#most) return undefined;
    this.counts.limited++;
    return Math.max(1, Math.ceil((window.startedAt + windowMs - now) / 1000));
  }
}

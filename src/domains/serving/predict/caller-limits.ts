import { z } from 'zod';
import { fail } from '../../../kernel/errors.ts';
import { RateLimiter } from '../../../kernel/token-bucket.ts';

/** What each caller (a token, or whoever is on this machine) may ask of an endpoint; every replica counts by itself. */
export const callerLimitsSchema = z
  .strictObject({
    requestsPerSecond: z.number().min(0.001).max(1_000_000).optional().describe('On average; more answer 429.'),
    burst: z.number().int().min(1).max(1_000_000).optional().describe('At once; as many as in a second unless said.'),
    concurrency: z.number().int().min(1).max(100_000).optional().describe('Requests under way at once.'),
  })
  .refine(
    ({ burst, requestsPerSecond }) => burst === undefined || requestsPerSecond !== undefined,
    '`burst` needs `requestsPerSecond`',
  )
  .meta({ id: 'CallerLimits' });

/** What each caller may ask of an endpoint. */
export type CallerLimits = z.output<typeof callerLimitsSchema>;

/** Who asks for what, and within which limits. */
interface Entry {
  endpoint: string;
  caller: string;
  limits: CallerLimits;
}

/** Keeps callers of endpoints within their limits, so that one of them cannot take the others' share. */
export class CallerGate {
  readonly #rates = new RateLimiter();
  readonly #underWay = new Map<string, number>();

  /** Lets a request in, or fails with `limited` and the seconds to wait; `leave` must follow what was let in. */
  enter({ endpoint, caller, limits }: Entry): void {
    const { requestsPerSecond, burst, concurrency } = limits;
    const name = `${endpoint} ${caller}`;
    const count = this.#underWay.get(name) ?? 0;
    if (concurrency !== undefined && count >= concurrency) {
      const cure = `Wait for one of the ${concurrency} requests under way.`;
      fail('limited', `You have ${count} requests under way at '${endpoint}'. ${cure}`, { cure, retryAfterSeconds: 1 });
    }
    if (requestsPerSecond !== undefined) {
      const rate = { requestsPerSecond, burst: burst ?? Math.max(1, Math.ceil(requestsPerSecond)) };
      const seconds = this.#rates.admit(name, rate, performance.now());
      const cure = `Wait ${seconds} s.`;
      const message = `You may ask '${endpoint}' ${requestsPerSecond} times a second. ${cure}`;
      if (seconds > 0) fail('limited', message, { cure, retryAfterSeconds: seconds });
    }
    if (concurrency !== undefined) this.#underWay.set(name, count + 1);
  }

  /** Lets a request out that was let in. */
  leave({ endpoint, caller, limits }: Entry): void {
    if (limits.concurrency === undefined) return;
    const name = `${endpoint} ${caller}`;
    const count = (this.#underWay.get(name) ?? 1) - 1;
    if (count === 0) this.#underWay.delete(name);
    else this.#underWay.set(name, count);
  }
}

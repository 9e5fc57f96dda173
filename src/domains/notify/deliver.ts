import type { Database } from '../../database/database.ts';
import type { AddressPolicy } from '../../kernel/addresses.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import { type AttemptOutcome, createDeliveryQueue, type DueDelivery } from './delivery-queue.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { formatOf, type WebhookFormat } from './format.ts';
import { openSecret } from './secrets.ts';
import { type Answer, send } from './send.ts';

/** How deliveries are made. */
export interface DeliveryOptions extends AddressPolicy {
  database: Database;
  clock: Clock;
  secrets: SecretBox;
  formats: ReadonlyMap<string, WebhookFormat>;
  /** Between 0 and 1; spreads retries. */
  random(): number;
  timeoutMs: number;
  maxAttempts: number;
}

const inFlightAtMost = 32;
const perWebhookAtMost = 4;
const firstPauseMs = 5_000;
const longestPauseMs = 3_600_000;
/** Beyond the time an attempt may take: how long a dead process's attempt stays claimed. */
const claimMarginMs = 30_000;
const lookAgainMs = 1_000;
const keptMs = 30 * 86_400_000;
const purgeEveryMs = 3_600_000;

/** Sends what is due, several at a time, so that one slow receiver does not hold up the others. */
export class Deliverer {
  readonly #options: DeliveryOptions;
  readonly #inFlight = new Map<Promise<void>, string>();
  #poke: () => void = () => {};
  #purgedAt = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Has a turn that is under way look for new deliveries. */
  poke(): void {
    this.#poke();
  }

  /** Sends until nothing is due or under way, or the signal aborts; what was under way is given back then. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#purge();
    while (!signal.aborted) {
      await this.#startDue(signal);
      if (this.#inFlight.size === 0) return;
      await this.#wait(signal);
    }
    await Promise.allSettled(this.#inFlight.keys());
  }

  /** Makes one attempt at a delivery that the caller has claimed, without a retry; gives what was answered. */
  async attemptOnce(delivery: DueDelivery, signal: AbortSignal): Promise<Answer> {
    const answer = await this.#send(delivery, signal);
    await this.#record(delivery, { ...answer, last: true });
    return answer;
  }

  async #startDue(signal: AbortSignal): Promise<void> {
    const { database, clock, timeoutMs } = this.#options;
    const queue = createDeliveryQueue(database.query);
    const counts = new Map<string, number>();
    for (const webhookId of this.#inFlight.values()) counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1);
    const isBusy = (webhookId: string) => (counts.get(webhookId) ?? 0) >= perWebhookAtMost;
    const now = clock.now();
    const busy = [...counts.keys()].filter(isBusy);
    for (const delivery of await queue.due(now, busy, inFlightAtMost * perWebhookAtMost)) {
      const { id, webhookId } = delivery;
      if (this.#inFlight.size >= inFlightAtMost || signal.aborted) return;
      if (isBusy(webhookId) || !(await queue.claim(id, now, now + timeoutMs + claimMarginMs))) continue;
      counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1);
      const attempt = this.#attempt({ ...delivery, attempts: delivery.attempts + 1 }, signal).finally(() => {
        this.#inFlight.delete(attempt);
        this.#poke();
      });
      this.#inFlight.set(attempt, webhookId);
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#poke(), lookAgainMs);
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      this.#poke = end;
      signal.addEventListener('abort', end);
    });
  }

  async #attempt(delivery: DueDelivery, signal: AbortSignal): Promise<void> {
    const { database, clock, maxAttempts } = this.#options;
    try {
      const answer = await this.#send(delivery, signal);
      if (answer.status === null && signal.aborted) {
        await createDeliveryQueue(database.query).giveBack(delivery.id, clock.now());
      } else await this.#record(delivery, { ...answer, last: delivery.attempts >= maxAttempts });
    } catch {
      // What could not be recorded stays claimed, and comes back when the claim ends.
    }
  }

  async #send(delivery: DueDelivery, signal: AbortSignal): Promise<Answer> {
    const until = AbortSignal.any([signal, AbortSignal.timeout(this.#options.timeoutMs)]);
    try {
      return await send({ ...delivery, headers: this.#headers(delivery) }, this.#options, until);
    } catch (error) {
      return { status: null, durationMs: 0, error: messageOf(error), text: '' };
    }
  }

  #headers({ id, webhookId, body, format, secret }: DueDelivery): Record<string, string> {
    const { clock, secrets, formats } = this.#options;
    const timestamp = Math.floor(clock.now() / 1000);
    return formatOf(formats, format).headers({
      id,
      timestamp,
      body,
      secret: openSecret(secrets, { id: webhookId, secret }),
    });
  }

  async #record(delivery: DueDelivery, answer: Answer & { last: boolean }): Promise<void> {
    const { database, clock, random } = this.#options;
    const now = clock.now();
    const { status, durationMs, error } = answer;
    const outcome: AttemptOutcome = { state: 'failed', nextAt: now, attemptedAt: now, status, durationMs, error };
    if (isSuccess(status)) outcome.state = 'delivered';
    else if (mayPass(status) && !answer.last) {
      outcome.state = 'pending';
      outcome.nextAt = now + pauseMs(delivery.attempts, answer.retryAfterSeconds, random());
    }
    await createDeliveryQueue(database.query).record(delivery.id, outcome);
  }

  async #purge(): Promise<void> {
    const now = this.#options.clock.now();
    if (Math.abs(now - this.#purgedAt) < purgeEveryMs) return;
    this.#purgedAt = now;
    await createDeliveryStore(this.#options.database.query).removeEndedBefore(now - keptMs);
  }
}

function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** Whether the same request may succeed later: there was no answer, the receiver is busy, or it is broken. */
function mayPass(status: number | null): boolean {
  return status === null || status === 408 || status === 429 || status >= 500;
}

/**
 * The pause before the next attempt: 5 s doubled at each one, an hour at the most, spread by ±20 % so that receivers are not
 * called in step; never less than the receiver asked for.
 */
export function pauseMs(attempts: number, retryAfterSeconds: number | undefined, random: number): number {
  const doubled = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempts - 1));
  const asked = Math.min(longestPauseMs, (retryAfterSeconds ?? 0) * 1000);
  return Math.round(Math.max(asked, doubled * (0.8 + 0.4 * random)));
}

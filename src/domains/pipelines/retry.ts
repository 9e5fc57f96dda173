import type { RetrySpec } from './schema.ts';

/** What a step does about errors when neither it nor its pipeline says. */
export const defaultRetries: RetrySpec = {
  infra: 3,
  user: 0,
  timeout: 0,
  preempted: 5,
  delay: 1000,
  factor: 2,
  maxDelay: 300_000,
};

/** The pause after the nth failure (1 is the first): `delay · factor^(n-1)`, no more than `maxDelay`, in ms. */
export function backOffMs(retries: RetrySpec, failures: number): number {
  return Math.min(retries.maxDelay, retries.delay * retries.factor ** Math.max(0, failures - 1));
}

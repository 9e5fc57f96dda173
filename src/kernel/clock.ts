import { setTimeout as delay } from 'node:timers/promises';

/** Where time comes from: wall-clock milliseconds (UTC) for records, and a sleep that a test can control. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. May step back: never measure durations with it. */
  now(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal, ref: false }),
};

/** A clock that a test or a replay moves by hand. */
export interface ManualClock extends Clock {
  set(ms: number): void;
  advance(ms: number): void;
}

/** Makes a clock that stands at `start` until it is moved; sleepers wake when it passes their time. */
export function createManualClock(start = 0): ManualClock {
  let now = start;
  let sleepers: { at: number; wake: () => void }[] = [];
  const wakeDue = () => {
    const due = sleepers.filter((sleeper) => sleeper.at <= now);
    sleepers = sleepers.filter((sleeper) => sleeper.at > now);
    for (const sleeper of due) sleeper.wake();
  };
  const set = (ms: number) => {
    now = ms;
    wakeDue();
  };
  return {
    now: () => now,
    set,
    advance: (ms) => set(now + ms),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (ms <= 0) return resolve();
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        sleepers.push({ at: now + ms, wake: resolve });
      }),
  };
}

/** ISO 8601 with milliseconds and `Z`, the form times have outside the process. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

import { fail, TidemillError } from '../kernel/errors.ts';

/** Lets a bounded number of pieces of work run at once; the others wait in order. */
export interface Gate {
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Makes a gate for `limit` pieces of work; waiting ends with `cancelled` when the signal aborts. */
export function createGate(limit: number): Gate {
  let free = limit;
  const waiting: (() => void)[] = [];

  async function enter(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) fail('cancelled', 'The query was cancelled.');
    if (free > 0) {
      free--;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const admit = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(admit), 1);
        reject(new TidemillError('cancelled', 'The query was cancelled.'));
      };
      waiting.push(admit);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  return {
    async run(work, signal) {
      await enter(signal);
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free++;
      }
    },
  };
}

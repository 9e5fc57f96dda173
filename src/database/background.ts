import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import type { Database } from './database.ts';
import { releaseLease, takeLease } from './lease.ts';

/** A piece of work that some replica does again and again, one at a time across all of them. */
export interface BackgroundTask {
  name: string;
  /** The pause between two runs when there is nothing more to do. */
  everyMs: number;
  /** Does a bounded piece of work; gives `true` when more is waiting, to be run again at once. */
  run(context: { fence: number; signal: AbortSignal }): Promise<boolean | undefined | void>;
}

/** Runs background tasks under leases until it is stopped. */
export interface Background {
  add(task: BackgroundTask): void;
  start(): void;
  /** Runs a task now instead of at its next turn. */
  wake(name: string): void;
  /** Stops taking turns and waits for the current ones. */
  stop(): Promise<void>;
}

interface BackgroundOptions {
  database: Database;
  clock: Clock;
  onError(task: string, error: unknown): void;
  leaseMs?: number;
}

/** Makes a runner of background tasks; every replica has one and the leases decide who works. */
export function createBackground(options: BackgroundOptions): Background {
  const { database, clock, onError, leaseMs = 30_000 } = options;
  const owner = newId();
  const stopping = new AbortController();
  const tasks = new Map<string, BackgroundTask>();
  const wakers = new Map<string, () => void>();
  const loops: Promise<void>[] = [];
  let started = false;

  async function turn(task: BackgroundTask): Promise<boolean> {
    const want = { name: task.name, owner, ttlMs: leaseMs };
    const lease = await takeLease(database, clock, want);
    if (!lease) return false;
    const renewing = setInterval(() => void takeLease(database, clock, want).catch(() => {}), leaseMs / 3);
    try {
      return (await task.run({ fence: lease.fence, signal: stopping.signal })) === true;
    } finally {
      clearInterval(renewing);
    }
  }

  async function loop(task: BackgroundTask): Promise<void> {
    while (!stopping.signal.aborted) {
      let woken = false;
      const wake = new Promise<void>((resolve) => {
        wakers.set(task.name, () => {
          woken = true;
          resolve();
        });
      });
      const more = await turn(task).catch((error: unknown) => {
        if (!stopping.signal.aborted) onError(task.name, error);
        return false;
      });
      if (more || woken || stopping.signal.aborted) continue;
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        wake,
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, task.everyMs);
        }),
      ]);
      clearTimeout(timer);
    }
    const held = await takeLease(database, clock, { name: task.name, owner, ttlMs: 1 }).catch(() => undefined);
    if (held) await releaseLease(database, held).catch(() => {});
  }

  return {
    add(task) {
      tasks.set(task.name, task);
      if (started) loops.push(loop(task));
    },
    start() {
      started = true;
      for (const task of tasks.values()) loops.push(loop(task));
    },
    wake: (name) => wakers.get(name)?.(),
    async stop() {
      stopping.abort(new Error('The server is stopping.'));
      for (const wake of wakers.values()) wake();
      await Promise.allSettled(loops);
    },
  };
}

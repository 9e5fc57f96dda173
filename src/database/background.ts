import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../kernel/clock.ts';
import { fail } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Database } from './database.ts';
import { type Lease, releaseLease, takeLease } from './lease.ts';

/** What a turn of a task is given. */
export interface TaskTurn {
  /** Larger than that of any runner before: what a late runner writes can be told from the current one's. */
  fence: number;
  /** Aborts when the runner stops, or has lost its lease. */
  signal: AbortSignal;
}

/** A piece of work that some replica does again and again, one at a time across all of them. */
export interface BackgroundTask {
  name: string;
  /** The pause between two runs when there is nothing more to do. */
  everyMs: number;
  /** Does a bounded piece of work; gives `true` when more is waiting, to be run again at once. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most tasks return nothing at all
  run(turn: TaskTurn): Promise<boolean | void>;
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
  const runner: Runner = { leaseMs: 30_000, ...options, owner: newId(), stopping: new AbortController() };
  const loops = new Map<string, TaskLoop>();
  const running: Promise<void>[] = [];
  let started = false;
  return {
    add(task) {
      if (loops.has(task.name)) fail('internal', `There are two background tasks '${task.name}'.`);
      const loop = new TaskLoop(runner, task);
      loops.set(task.name, loop);
      if (started) running.push(loop.run());
    },
    start() {
      if (started) return;
      started = true;
      for (const loop of loops.values()) running.push(loop.run());
    },
    wake: (name) => loops.get(name)?.wake(),
    async stop() {
      runner.stopping.abort(new Error('The server is stopping.'));
      for (const loop of loops.values()) loop.wake();
      await Promise.allSettled(running);
    },
  };
}

type Runner = Required<BackgroundOptions> & { owner: string; stopping: AbortController };

/** A task that is woken again and again rests so long between two turns: each turn costs, and then serves what came meanwhile. */
const restMs = 10;

class TaskLoop {
  readonly #runner: Runner;
  readonly #task: BackgroundTask;
  #lease: Lease | undefined;
  #woken = false;
  #endPause: (() => void) | undefined;

  constructor(runner: Runner, task: BackgroundTask) {
    this.#runner = runner;
    this.#task = task;
  }

  wake(): void {
    this.#woken = true;
    this.#endPause?.();
  }

  async run(): Promise<void> {
    const { onError, stopping, database } = this.#runner;
    while (!stopping.signal.aborted) {
      this.#woken = false;
      const more = await this.#turn().catch((error: unknown) => {
        if (!stopping.signal.aborted) onError(this.#task.name, error);
        return false;
      });
      if (more) continue;
      const endedAt = performance.now();
      if (!this.#woken) await this.#pause();
      const leftMs = endedAt + restMs - performance.now();
      if (leftMs > 0 && !stopping.signal.aborted) await setTimeout(leftMs);
    }
    if (this.#lease) await releaseLease(database, this.#lease).catch(() => {});
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = globalThis.setTimeout(resolve, this.#task.everyMs);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #turn(): Promise<boolean> {
    const lease = await this.#hold();
    if (!lease) return false;
    const lost = new AbortController();
    const renew = () =>
      this.#renew().then(
        (held) => held?.fence !== lease.fence && lost.abort(new Error('Another runner has this task now.')),
        () => {},
      );
    const renewing = setInterval(() => void renew(), this.#runner.leaseMs / 3);
    try {
      const signal = AbortSignal.any([this.#runner.stopping.signal, lost.signal]);
      return (await this.#task.run({ fence: lease.fence, signal })) === true;
    } finally {
      clearInterval(renewing);
    }
  }

  /** A lease with more than half its time left is held without asking, so that idle tasks do not write all the time. */
  async #hold(): Promise<Lease | undefined> {
    const { clock, leaseMs } = this.#runner;
    const leftMs = (this.#lease?.untilAt ?? 0) - clock.now();
    return leftMs > leaseMs / 2 && leftMs <= leaseMs ? this.#lease : this.#renew();
  }

  async #renew(): Promise<Lease | undefined> {
    const { database, clock, owner, leaseMs } = this.#runner;
    this.#lease = await takeLease(database, clock, { name: this.#task.name, owner, ttlMs: leaseMs });
    return this.#lease;
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Queries } from './database.ts';

/** Runs a piece of work in a transaction that it may share with others. */
export type Grouped = <T>(work: (tx: Queries) => Promise<T>) => Promise<T>;

interface Waiting {
  work(tx: Queries): Promise<unknown>;
  done(value: never): void;
  failed(error: unknown): void;
}

const mostAtOnce = 100;

/**
 * Makes a runner that does pieces of work which come at once one after the other in one transaction: a commit costs more than
 * most of them. Each settles once it is durable. Where one fails all are undone and each is done again alone, so work
 * must do nothing but what it does through its transaction. Inside of a transaction work joins that one.
 */
export function createGroups(database: Database): Grouped {
  let waiting: Waiting[] = [];
  let running = false;
  // A group belongs to none of the requests that it serves.
  const outside = AsyncLocalStorage.snapshot();
  const run = async () => {
    while (waiting.length > 0) {
      const group = waiting.slice(0, mostAtOnce);
      waiting = waiting.slice(mostAtOnce);
      await runGroup(database, group);
    }
    running = false;
  };
  return (work) => {
    if (database.inTransaction) return database.transaction(work);
    return new Promise((done, failed) => {
      waiting.push({ work, done: done as Waiting['done'], failed });
      if (running) return;
      running = true;
      outside(() => setImmediate(run));
    });
  };
}

async function runGroup(database: Database, group: readonly Waiting[]): Promise<void> {
  try {
    const values = await database.transaction(async (tx) => {
      const made: unknown[] = [];
      for (const { work } of group) made.push(await work(tx));
      return made;
    });
    for (const [i, { done }] of group.entries()) done(values[i] as never);
  } catch (error) {
    if (group.length === 1) group[0]!.failed(error);
    else for (const one of group) await runGroup(database, [one]);
  }
}

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { TreeMemory } from './memory.ts';
import { searchFeatures } from './split.ts';

/** The threads that search for splits: the caller's own and any helpers. */
export interface Crew {
  /** Searches all active features of the node at hand; returns when every thread is done. */
  search(): void;
  /** Ends the helpers. */
  close(): Promise<void>;
}

/** A crew of the calling thread alone. */
export function soloCrew(memory: TreeMemory): Crew {
  return { search: () => searchFeatures(memory, 0, memory.control[4]!), close: async () => {} };
}

/** Rows below which handing work over costs more than it saves. */
const worthSharing = 512;

/**
 * A crew of `threads` threads over memory made with `shared: true`. Each takes a fixed part of the features.
 * The helpers wait in `Atomics.wait`, so they take no time while the caller works alone.
 */
export async function createCrew(memory: TreeMemory, threads: number): Promise<Crew> {
  if (threads <= 1 || memory.features.length < 2) return soloCrew(memory);
  const helpers: Worker[] = [];
  for (let i = 1; i < threads; i++) {
    const helper = new Worker(new URL('./crew-worker.ts', import.meta.url), {
      workerData: { memory, index: i, threads },
    });
    await once(helper, 'message');
    helper.unref();
    helpers.push(helper);
  }
  return { search: () => searchTogether(memory, threads), close: () => dismiss(memory, helpers) };
}

function searchTogether(memory: TreeMemory, threads: number): void {
  const { control } = memory;
  if (control[3]! < worthSharing) {
    searchFeatures(memory, 0, control[4]!);
    return;
  }
  Atomics.store(control, 1, 0);
  Atomics.add(control, 0, 1);
  Atomics.notify(control, 0);
  const [from, to] = partOf(control[4]!, 0, threads);
  searchFeatures(memory, from, to);
  for (let done = 0; done < threads - 1; ) done = awaitChange(control, 1, done);
}

/** Turns before a waiting thread sleeps: waking a sleeper takes as long as searching a small node. */
const turns = 20_000;

/** Waits until `control[at]` is no longer `known`, and answers what it is. */
export function awaitChange(control: Int32Array, at: number, known: number): number {
  for (let turn = 0; turn < turns; turn++) {
    const value = Atomics.load(control, at);
    if (value !== known) return value;
  }
  Atomics.wait(control, at, known);
  return Atomics.load(control, at);
}

async function dismiss(memory: TreeMemory, helpers: Worker[]): Promise<void> {
  Atomics.store(memory.control, 0, -1);
  Atomics.notify(memory.control, 0);
  await Promise.all(helpers.map((helper) => helper.terminate()));
}

/** The part of `features` that thread `index` of `threads` works on, cut at even numbers. */
export function partOf(features: number, index: number, threads: number): [number, number] {
  const cut = (i: number) =>
    i === threads ? features : Math.min(features, Math.round((features * i) / threads / 2) * 2);
  return [cut(index), cut(index + 1)];
}

import { parentPort, workerData } from 'node:worker_threads';
import { awaitChange, partOf } from './crew.ts';
import type { TreeMemory } from './memory.ts';
import { searchFeatures } from './split.ts';

const { memory, index, threads } = workerData as { memory: TreeMemory; index: number; threads: number };
const { control } = memory;
parentPort!.postMessage('ready');
let ticket = 0;
for (;;) {
  const next = awaitChange(control, 0, ticket);
  if (next < 0) break;
  if (next === ticket) continue;
  ticket = next;
  const [from, to] = partOf(control[4]!, index, threads);
  searchFeatures(memory, from, to);
  Atomics.add(control, 1, 1);
  Atomics.notify(control, 1);
}

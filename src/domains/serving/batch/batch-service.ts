import type { Readable } from 'node:stream';
import type { Actor } from '../../../kernel/actor.ts';
import type { Page } from '../../../kernel/page.ts';
import type { ServingDeps } from '../deps.ts';
import {
  type BatchStart,
  batchTask,
  cancelBatch,
  dropOldBatches,
  findBatch,
  listBatches,
  runNextBatch,
  startBatch,
} from './batch-jobs.ts';
import type { Batch } from './batch-schema.ts';
import type { BatchFilter } from './batch-store.ts';

/** Predictions over whole files and datasets, one after the other, which survive a restart. */
export interface BatchPredictions {
  /** Checks an order and queues it; fails with `invalid_input` naming what the input lacks. */
  start(actor: Actor, start: BatchStart): Promise<Batch>;
  find(id: string): Promise<Batch>;
  list(filter: BatchFilter): Promise<Page<Batch>>;
  cancel(actor: Actor, id: string): Promise<Batch>;
  /** Reads what one wrote. */
  open(digest: string, range?: { start: number; end?: number }): Promise<Readable>;
}

/** Makes batch predictions over serving; their background tasks are added at once. */
export function createBatchPredictions(deps: ServingDeps): BatchPredictions {
  const { background } = deps;
  background.add({ name: batchTask, everyMs: 5000, run: ({ signal }) => runNextBatch(deps, signal) });
  background.add({ name: 'serving:batch-retention', everyMs: 3_600_000, run: () => dropOldBatches(deps) });
  return {
    start: (actor, start) => startBatch(deps, actor, start),
    find: (id) => findBatch(deps, id),
    list: (filter) => listBatches(deps, filter),
    cancel: (actor, id) => cancelBatch(deps, actor, id),
    open: (digest, range) => deps.blobs.open(digest, range),
  };
}

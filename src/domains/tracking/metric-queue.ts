import { AsyncLocalStorage } from 'node:async_hooks';
import type { Queries } from '../../database/database.ts';
import { activeRunOf, type TrackingDeps } from './deps.ts';
import { checkMetric } from './log-batch.ts';
import type { MetricPoints } from './metric-points.ts';
import type { NewMetric } from './schema.ts';

interface Waiting {
  runId: string;
  key: string;
  value: number;
  step: number;
  at: number;
  done(): void;
  failed(error: unknown): void;
}

/** Writes single metric points, those that come at once in one transaction. */
export interface MetricQueue {
  /** Settles when the point is durable; fails on its own, whatever becomes of its neighbours. */
  write(runId: string, metric: NewMetric): Promise<void>;
}

const mostAtOnce = 1000;

/** Makes the queue of single points. */
export function createMetricQueue(deps: TrackingDeps, points: MetricPoints): MetricQueue {
  let waiting: Waiting[] = [];
  let flushing = false;
  const flush = async () => {
    while (waiting.length > 0) {
      const now = waiting.slice(0, mostAtOnce);
      waiting = waiting.slice(mostAtOnce);
      await writeTogether(deps, points, now);
    }
    flushing = false;
  };
  // A queue is emptied outside of whatever request filled it.
  const outside = AsyncLocalStorage.snapshot();
  return {
    write(runId, metric) {
      const { key, value, step, at = deps.clock.now() } = checkMetric(metric);
      return new Promise<void>((done, failed) => {
        const one: Waiting = { runId, key, value, step, at, done, failed };
        // A caller's own transaction must hold the point, or undo it.
        if (deps.database.inTransaction) return void writeAlone(deps, points, one);
        waiting.push(one);
        if (flushing) return;
        flushing = true;
        outside(() => setImmediate(flush));
      });
    },
  };
}

async function writeTogether(deps: TrackingDeps, points: MetricPoints, waiting: readonly Waiting[]): Promise<void> {
  try {
    const refused = await deps.database.transaction((tx) => writePoints(tx, points, waiting));
    for (const one of waiting) {
      if (refused.has(one.runId)) one.failed(refused.get(one.runId));
      else one.done();
    }
  } catch (error) {
    if (waiting.length === 1) return waiting[0]!.failed(error);
    for (const one of waiting) await writeAlone(deps, points, one);
  }
}

async function writeAlone(deps: TrackingDeps, points: MetricPoints, one: Waiting): Promise<void> {
  try {
    const refused = await deps.database.transaction((tx) => writePoints(tx, points, [one]));
    if (refused.has(one.runId)) one.failed(refused.get(one.runId));
    else one.done();
  } catch (error) {
    one.failed(error);
  }
}

/** Gives the runs that take no points, each with the reason. */
async function writePoints(
  tx: Queries,
  points: MetricPoints,
  waiting: readonly Waiting[],
): Promise<Map<string, unknown>> {
  const numbers = new Map<string, number>();
  const refused = new Map<string, unknown>();
  for (const { runId } of waiting) {
    if (numbers.has(runId) || refused.has(runId)) continue;
    try {
      numbers.set(runId, (await activeRunOf(tx, runId)).number);
    } catch (error) {
      refused.set(runId, error);
    }
  }
  const writable = waiting.filter(({ runId }) => numbers.has(runId));
  if (writable.length === 0) return refused;
  await points.write(
    tx,
    writable.map(({ runId, key, value, step, at }) => ({ runNumber: numbers.get(runId)!, key, value, step, at })),
  );
  return refused;
}

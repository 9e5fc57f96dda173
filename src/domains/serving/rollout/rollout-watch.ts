import { messageOf, TidemillError } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { type Due, measureDue } from './measure-metrics.ts';
import type { StoredRollout } from './rollout-store.ts';
import { rolloutTask } from './rollouts.ts';

/** What this process knows of the rollouts it watches; nothing of it is needed after a restart. */
export interface RolloutWatch {
  /** When each may be looked at again, by `performance.now()`. */
  nextLooks: Map<string, number>;
  /** Measurements under way, by rollout. */
  measuring: Map<string, Promise<void>>;
  isClosed: boolean;
}

/** Makes a watch that knows nothing yet. */
export function createRolloutWatch(): RolloutWatch {
  return { nextLooks: new Map(), measuring: new Map(), isClosed: false };
}

/** Measures what is due beside the judging, which must not wait for slow queries; one measuring a rollout at a time. */
export function startMeasuring(
  deps: ServingDeps,
  watch: RolloutWatch,
  { stored, due }: { stored: StoredRollout; due: readonly Due[] },
): void {
  const { id } = stored.rollout;
  if (due.length === 0 || watch.measuring.has(id) || watch.isClosed) return;
  const measured = measureDue(deps, stored, due)
    .then((isDecisive) => {
      if (!isDecisive) return;
      watch.nextLooks.delete(id);
      if (!watch.isClosed) deps.background.wake(rolloutTask);
    })
    .catch((error: unknown) => {
      if (!watch.isClosed)
        deps.onError(new TidemillError('internal', `Rollout ${id}: ${messageOf(error)}`, { cause: error }));
    })
    .finally(() => watch.measuring.delete(id));
  watch.measuring.set(id, measured);
}

const longestWaitMs = 5000;

/** Waits a while for measurements under way; what comes later is lost, and measured again after the restart. */
export async function closeRolloutWatch(watch: RolloutWatch): Promise<void> {
  watch.isClosed = true;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, longestWaitMs);
  });
  await Promise.race([Promise.allSettled(watch.measuring.values()), late]);
  clearTimeout(timer);
}

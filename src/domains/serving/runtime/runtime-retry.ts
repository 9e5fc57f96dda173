import type { ServingDeps } from '../deps.ts';
import { createEndpointStore } from '../store.ts';

const everyMs = 1000;
const firstWaitMs = 5000;
const longestWaitMs = 300_000;

interface Wait {
  revision: number;
  waitMs: number;
  dueAt: number;
}

/**
 * Tries again to load what failed for reasons that pass: a process that did not start, a server that was away. The pauses
 * grow, as starting may cost much; a new declaration starts anew.
 */
export function retryFailed(deps: ServingDeps): () => void {
  const waits = new Map<string, Wait>();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    retry(deps, waits)
      .catch(deps.onError)
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function retry({ database, table }: ServingDeps, waits: Map<string, Wait>): Promise<void> {
  const failed = table.all().filter(({ state, spec }) => state === 'failed' && spec.runtime.kind !== 'onnx');
  const names = new Set(failed.map(({ name }) => name));
  for (const name of waits.keys()) if (!names.has(name)) waits.delete(name);
  for (const { name, revision } of failed) {
    const now = performance.now();
    let wait = waits.get(name);
    if (wait?.revision !== revision) {
      wait = { revision, waitMs: firstWaitMs, dueAt: now + firstWaitMs };
      waits.set(name, wait);
    }
    if (now < wait.dueAt) continue;
    const endpoint = await createEndpointStore(database.query).find(name);
    if (endpoint) await table.put(endpoint);
    wait.waitMs = Math.min(longestWaitMs, wait.waitMs * 2);
    wait.dueAt = performance.now() + wait.waitMs;
  }
}

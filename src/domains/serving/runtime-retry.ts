import type { ServingDeps } from './deps.ts';
import { createEndpointStore } from './store.ts';

const everyMs = 5000;

/** Tries again to load what failed for reasons that pass: a process that did not start, a server that was away. */
export function retryFailed(deps: ServingDeps): () => void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    retry(deps)
      .catch(deps.onError)
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function retry({ database, table }: ServingDeps): Promise<void> {
  const failed = table.all().filter(({ state, spec }) => state === 'failed' && spec.runtime.kind !== 'onnx');
  for (const { name } of failed) {
    const endpoint = await createEndpointStore(database.query).find(name);
    if (endpoint) await table.put(endpoint);
  }
}

import type { ServingDeps } from './deps.ts';
import { createEndpointStore } from './store.ts';

const everyMs = 1000;

/** Takes over routing that another process changed; gives what ends the watch. */
export function watchRevisions(deps: ServingDeps): () => void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look(deps)
      .catch(deps.onError)
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function look({ database, table }: ServingDeps): Promise<void> {
  const store = createEndpointStore(database.query);
  const stored = await store.revisions();
  for (const { name, revision } of stored) {
    if (table.find(name)?.revision === revision) continue;
    const endpoint = await store.find(name);
    if (endpoint) await table.put(endpoint);
  }
  const names = new Set(stored.map((endpoint) => endpoint.name));
  for (const { name } of table.all()) if (!names.has(name)) table.remove(name);
}

import type { Actor } from '../../../kernel/actor.ts';
import { fail, notFound } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { saveEndpoint } from '../endpoints.ts';
import type { EndpointRoute } from '../predict/routing.ts';
import { createEndpointStore } from '../store.ts';

/**
 * Loads the models of an endpoint again: what was unloaded answers anew, on every replica, and what could not be loaded is
 * tried once more. Fails with `not_found`, or `unavailable` with the reason where it still cannot answer.
 */
export async function loadEndpoint(deps: ServingDeps, actor: Actor, name: string): Promise<void> {
  const route = await setUnloaded(deps, actor, { name, isUnloaded: false });
  if (route.live.length > 0) return;
  const message = `failed to load '${name}': ${route.reason}`;
  fail('unavailable', message, { field: 'endpoint', value: name, retryAfterSeconds: 5 });
}

/** Frees the models of an endpoint, on every replica, until it is loaded again; requests meanwhile are `unavailable`. */
export async function unloadEndpoint(deps: ServingDeps, actor: Actor, name: string): Promise<void> {
  await setUnloaded(deps, actor, { name, isUnloaded: true });
}

interface Wish {
  name: string;
  isUnloaded: boolean;
}

async function setUnloaded(deps: ServingDeps, actor: Actor, { name, isUnloaded }: Wish): Promise<EndpointRoute> {
  const stored = await deps.database.transaction(async (tx) => {
    const before = (await createEndpointStore(tx).find(name)) ?? notFound('endpoint', name);
    if ((before.routing.isUnloaded ?? false) === isUnloaded) return before;
    if (isUnloaded && before.rolloutId) {
      const cure = 'Abort the rollout or wait for its end.';
      fail('conflict', `Endpoint '${name}' has a rollout under way; it cannot be unloaded. ${cure}`, { cure });
    }
    const routing = { ...before.routing, revision: before.routing.revision + 1, isUnloaded };
    const saved = await saveEndpoint(deps, tx, { before, routing });
    const subject = { kind: 'endpoint', id: name, name };
    await deps.ledger.append(tx, {
      type: isUnloaded ? 'endpoint.unloaded' : 'endpoint.loaded',
      actor,
      subject,
      data: { revision: routing.revision },
    });
    return saved;
  });
  return deps.table.put(stored);
}

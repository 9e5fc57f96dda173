import type { Queries } from '../../../database/database.ts';
import type { LedgerEvent } from '../../../ledger/index.ts';
import type { ServingDeps } from '../deps.ts';
import { saveEndpoint } from '../endpoints.ts';
import { createEndpointStore } from '../store.ts';

/** Lets the endpoints that name a dataset read anew which of its columns are personal data, on every replica. */
export async function followPersonalColumns(deps: ServingDeps, event: LedgerEvent, tx: Queries): Promise<void> {
  const dataset = event.subject.name ?? event.subject.id;
  for (const before of await createEndpointStore(tx).all()) {
    if (before.spec.log.personalOf !== dataset) continue;
    const routing = { ...before.routing, revision: before.routing.revision + 1 };
    const stored = await saveEndpoint(deps, tx, { before, routing });
    deps.database.afterCommit(() => void deps.table.put(stored));
  }
}

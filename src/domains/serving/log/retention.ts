import type { ServingDeps } from '../deps.ts';
import { createEndpointStore } from '../store.ts';
import { createLabelStore } from './label-store.ts';
import { createSegmentStore } from './segment-store.ts';

const dayMs = 86_400_000;

/** Deletes segments and labels that are older than their endpoint keeps them; gives whether there may be more. */
export async function dropOldPredictions(deps: ServingDeps): Promise<boolean> {
  const now = deps.clock.now();
  let more = false;
  for (const { name, spec } of await createEndpointStore(deps.database.query).all()) {
    const before = now - spec.log.retentionDays * dayMs;
    const old = await createSegmentStore(deps.database.query).segmentsBefore(name, before);
    more ||= old.length >= 100;
    for (const { id, digest } of old) {
      // The row first: a file without a row is garbage, a row without a file is an error.
      await createSegmentStore(deps.database.query).removeSegment(id);
      await deps.blobs.delete(digest);
    }
    if (old.length > 0) await createLabelStore(deps.database.query).removeLabels(name, before);
  }
  return more;
}

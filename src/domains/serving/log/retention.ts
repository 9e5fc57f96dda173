import type { ServingDeps } from '../deps.ts';
import { createEndpointStore } from '../store.ts';
import type { ServingTables } from '../tables.ts';
import { createLabelStore } from './label-store.ts';
import { logSpecSchema } from './log-spec.ts';
import { createSegmentStore, type Segment } from './segment-store.ts';
import { createValueStore } from './value-store.ts';

const dayMs = 86_400_000;
const atOnce = 100;

/** What endpoints that are gone have kept of their logs: as long as one that says nothing. */
const defaultDays = logSpecSchema.parse({}).retentionDays;

/**
 * Deletes segments that an endpoint keeps no longer, by age and by bytes, with the labels and values of their predictions; also of
 * endpoints that were removed. A segment goes when its last row is as old as its endpoint keeps rows. Gives whether there may be more.
 */
export async function dropOldPredictions(deps: ServingDeps): Promise<boolean> {
  const now = deps.clock.now();
  const store = createSegmentStore(deps.database.query);
  const declared = new Map(
    (await createEndpointStore(deps.database.query).all()).map(({ name, spec }) => [name, spec]),
  );
  let more = false;
  for (const name of new Set([...declared.keys(), ...(await store.endpoints())])) {
    const spec = declared.get(name)?.log;
    const before = now - (spec?.retentionDays ?? defaultDays) * dayMs;
    const old = await store.segmentsBefore(name, before);
    const over = spec?.maxBytes === undefined ? [] : await store.oldestOver(name, spec.maxBytes);
    const gone = [...new Map([...old, ...over].map((segment) => [segment.id, segment])).values()];
    for (const segment of gone) await dropSegment(deps, segment);
    more ||= old.length >= atOnce || over.length >= atOnce;
    if (gone.length > 0) await dropTruths(deps, name);
  }
  await dropQuarantines(deps, now - defaultDays * dayMs);
  return more;
}

async function dropSegment(deps: ServingDeps, { id, digest }: Segment): Promise<void> {
  const store = createSegmentStore(deps.database.query);
  // The row first: a file without a row is garbage, a row without a file is an error.
  await store.removeSegment(id);
  if (!(await store.hasDigest(digest))) await deps.blobs.delete(digest);
}

/** Labels and values of predictions older than all that is left of the log, in memory or in Parquet. */
async function dropTruths(deps: ServingDeps, endpoint: string): Promise<void> {
  const { files, span } = await deps.log.recentSpan(endpoint);
  const stored = await createSegmentStore(deps.database.query).span(endpoint, files);
  const first = Math.min(stored?.minAt ?? Number.POSITIVE_INFINITY, span?.minAt ?? Number.POSITIVE_INFINITY);
  const before = Number.isFinite(first) ? first : Number.MAX_SAFE_INTEGER;
  await createLabelStore(deps.database.query).removeLabels(endpoint, before);
  await createValueStore(deps.database.query).removeBefore(endpoint, before);
}

async function dropQuarantines(deps: ServingDeps, before: number): Promise<void> {
  const db = deps.database.query.withTables<ServingTables>();
  // Others may have the same content: what nobody has any more is collected as garbage.
  await db.deleteFrom('prediction_quarantine').where('created_at', '<', before).execute();
}

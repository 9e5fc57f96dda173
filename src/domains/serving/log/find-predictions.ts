import { parquetScan } from '../../../engine/index.ts';
import type { ServingDeps } from '../deps.ts';
import { createSegmentStore } from './segment-store.ts';

/** A prediction that feedback is about. */
export interface KnownPrediction {
  id: string;
  endpoint: string;
  /** Event time. */
  at: number;
}

const idsAtOnce = 20_000;

/** Predictions that exist, by their ids, from memory or else from the segments. */
export async function findById(deps: ServingDeps, ids: readonly string[]): Promise<Map<string, KnownPrediction>> {
  const known = new Map<string, KnownPrediction>();
  if (ids.length === 0) return known;
  await deps.log.indexRecent();
  const older: string[] = [];
  for (const id of ids) {
    const cut = id.lastIndexOf('.');
    const request = deps.log.recentRequest(id.slice(0, Math.max(0, cut)));
    const row = Number(id.slice(cut + 1));
    if (request && row >= 0 && row < request.rows) known.set(id, { id, endpoint: request.endpoint, at: request.at });
    else older.push(id);
  }
  for (let from = 0; from < older.length; from += idsAtOnce) {
    await findInSegments(deps, older.slice(from, from + idsAtOnce), known);
  }
  return known;
}

async function findInSegments(
  deps: ServingDeps,
  ids: readonly string[],
  known: Map<string, KnownPrediction>,
): Promise<void> {
  const sorted = [...ids].sort();
  const range = { first: sorted[0]!, last: sorted.at(-1)! };
  const segments = await createSegmentStore(deps.database.query).segments({ ids: range });
  if (segments.length === 0) return;
  const paths = await Promise.all(segments.map((segment) => deps.blobs.localPath(segment.digest)));
  const asked = ids.filter((id) => !id.includes('\n')).join('\n');
  const found = await deps.engine.columns(
    `SELECT prediction_id, endpoint, epoch_ms("at")::DOUBLE AS predicted_at FROM ${parquetScan(paths)}
     WHERE NOT shadow AND prediction_id IN (SELECT unnest(string_split($1, chr(10))))`,
    [asked],
  );
  const foundIds = found.column('prediction_id').values as string[];
  const endpoints = found.column('endpoint').values as string[];
  const times = found.column('predicted_at').values as Float64Array;
  foundIds.forEach((id, row) => {
    known.set(id, { id, endpoint: endpoints[row]!, at: times[row]! });
  });
}

import type { Queries } from '../../../database/database.ts';
import { parquetScan } from '../../../engine/index.ts';
import { type Actor, may } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import type { Feedback, FeedbackResult } from '../schema.ts';
import { createLabelStore, type StoredLabel } from './label-store.ts';
import { createSegmentStore } from './segment-store.ts';

const mostItems = 100_000;
const itemsOfCommit = 1000;
const shownUnknown = 1000;

interface Known {
  endpoint: string;
  at: number;
}

/**
 * Takes labels by prediction id, late or twice: the last of an id wins. Ids that were answered but are not on disk yet
 * count; ids nobody knows are told back row by row.
 */
export async function takeFeedback(
  deps: ServingDeps,
  actor: Actor,
  items: readonly Feedback[],
): Promise<FeedbackResult> {
  checkItems(actor, items);
  const last = new Map(items.map((item) => [item.predictionId, item]));
  const known = await findPredictions(deps, [...last.keys()]);
  const unknown = items.flatMap(({ predictionId }, row) => (known.has(predictionId) ? [] : [{ row, predictionId }]));
  const now = deps.clock.now();
  const labels: StoredLabel[] = [];
  for (const [predictionId, { label, at }] of last) {
    const prediction = known.get(predictionId);
    if (!prediction) continue;
    const labelledAt = at === undefined ? now : Date.parse(at);
    const { endpoint, at: predictedAt } = prediction;
    labels.push({ predictionId, endpoint, predictedAt, label, labelledAt, recordedAt: now });
  }
  const changed = (await createLabelStore(deps.database.query).labelled(labels.map((label) => label.predictionId)))
    .size;
  for (let from = 0; from < labels.length; from += itemsOfCommit) {
    await deps.database.transaction((tx) =>
      createLabelStore(tx).upsertLabels(labels.slice(from, from + itemsOfCommit)),
    );
    // A bulk load shares the thread with predictions.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (items.length > 1) {
    const counts = { accepted: labels.length, changed, unknown: unknown.length };
    await deps.database.transaction((tx) => announce(deps, tx, { actor, labels, counts }));
  }
  return { accepted: labels.length, changed, unknown: unknown.slice(0, shownUnknown), unknownCount: unknown.length };
}

function checkItems(actor: Actor, items: readonly Feedback[]): void {
  if (items.length > mostItems) {
    const cure = 'Send several loads.';
    fail('too_large', `A load of feedback has at most ${mostItems} rows; this has ${items.length}. ${cure}`, { cure });
  }
  if (!may(actor, 'predict.replay') && items.some((item) => item.at !== undefined)) {
    fail('forbidden', `Giving the event time of a label needs the permission 'predict.replay'.`, { field: 'at' });
  }
}

async function announce(
  deps: ServingDeps,
  tx: Queries,
  load: {
    actor: Actor;
    labels: readonly StoredLabel[];
    counts: { accepted: number; changed: number; unknown: number };
  },
): Promise<void> {
  const endpoints = [...new Set(load.labels.map((label) => label.endpoint))];
  const subject = { kind: 'feedback', id: endpoints[0] ?? 'none' };
  const data = { endpoints, ...load.counts };
  await deps.ledger.append(tx, { type: 'feedback.received', actor: load.actor, subject, data });
}

/** Endpoint and event time of the predictions that exist, from memory or else from the segments. */
async function findPredictions(deps: ServingDeps, ids: readonly string[]): Promise<Map<string, Known>> {
  await deps.log.flush();
  const known = new Map<string, Known>();
  const older: string[] = [];
  for (const id of ids) {
    const cut = id.lastIndexOf('.');
    const request = deps.log.recentRequest(id.slice(0, Math.max(0, cut)));
    const row = Number(id.slice(cut + 1));
    if (request && row >= 0 && row < request.rows) known.set(id, request);
    else older.push(id);
  }
  for (let from = 0; from < older.length; from += 20_000) {
    await findInSegments(deps, older.slice(from, from + 20_000), known);
  }
  return known;
}

async function findInSegments(deps: ServingDeps, ids: readonly string[], known: Map<string, Known>): Promise<void> {
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
    known.set(id, { endpoint: endpoints[row]!, at: times[row]! });
  });
}

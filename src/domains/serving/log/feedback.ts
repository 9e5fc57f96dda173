import type { Queries } from '../../../database/database.ts';
import { type Actor, may } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { type Entities, readEntities } from './feedback-entities.ts';
import type { Feedback, FeedbackItem, FeedbackResult, InvalidFeedback } from './feedback-schema.ts';
import { findById, type KnownPrediction } from './find-predictions.ts';
import { createLabelStore, type StoredLabel } from './label-store.ts';
import { createValueStore, type StoredValue } from './value-store.ts';

const mostItems = 100_000;
const itemsOfCommit = 1000;
const shown = 1000;

/** What a load of feedback has come to. */
export interface LoadCounts {
  endpoints: Set<string>;
  accepted: number;
  changed: number;
  unknown: FeedbackResult['unknown'];
  unknownCount: number;
}

/** Counts of a load that has not begun. */
export const newCounts = (): LoadCounts => ({
  endpoints: new Set(),
  accepted: 0,
  changed: 0,
  unknown: [],
  unknownCount: 0,
});

/**
 * Takes labels and values by prediction id or by entity, late or twice: the last of a prediction wins. Predictions that were
 * answered but are not on disk yet count; what nobody knows is told back row by row.
 */
export async function takeFeedback(
  deps: ServingDeps,
  actor: Actor,
  items: readonly Feedback[],
): Promise<FeedbackResult> {
  if (items.length > mostItems) {
    const cure = 'Send several loads, or one object a line as application/x-ndjson.';
    fail('too_large', `A load of feedback has at most ${mostItems} rows; this has ${items.length}. ${cure}`, { cure });
  }
  const counts = newCounts();
  const entities = readEntities(deps);
  const numbered = items.map((item, row) => ({ item, row }));
  for (const one of numbered) {
    const wrong = await checkItem(deps, { actor, entities }, one);
    if (!wrong) continue;
    const isAt = wrong.field === 'at';
    fail(isAt ? 'forbidden' : 'invalid_input', wrong.message, { ...(wrong.field && { field: wrong.field }) });
  }
  await takeItems(deps, { items: numbered, entities }, counts);
  if (items.length > 1) await announce(deps, actor, counts);
  const { accepted, changed, unknown, unknownCount } = counts;
  return { accepted, changed, unknown, unknownCount };
}

/** What is wrong with an item for this actor; undefined where nothing is. */
export async function checkItem(
  deps: Pick<ServingDeps, 'clock'>,
  { actor, entities }: { actor: Actor; entities: Entities },
  { item, ...place }: FeedbackItem,
): Promise<InvalidFeedback | undefined> {
  const { at, predictionId, entity } = item;
  const isPast = entity !== undefined && at !== undefined && Date.parse(at) <= deps.clock.now();
  if (at !== undefined && !isPast && !may(actor, 'predict.replay')) {
    const of = predictionId === undefined ? 'a time to come' : 'the event time of a label';
    return { ...place, field: 'at', message: `Giving ${of} needs the permission 'predict.replay'.` };
  }
  const wrong = entity === undefined ? undefined : await entities.wrong(item);
  return wrong && { ...place, ...wrong };
}

/** Writes what is said of predictions that exist and counts; items are those that `checkItem` has nothing against. */
export async function takeItems(
  deps: ServingDeps,
  { items, entities }: { items: readonly FeedbackItem[]; entities: Entities },
  counts: LoadCounts,
): Promise<FeedbackItem[]> {
  const byId = items.filter(({ item }) => item.predictionId !== undefined);
  const known = await findById(deps, [...new Set(byId.map(({ item }) => item.predictionId!))]);
  const byEntity = await entities.find(items.filter(({ item }) => item.entity !== undefined));
  const truths = new Map<string, Truth>();
  const unknown: FeedbackItem[] = [];
  for (const one of items) {
    const { item } = one;
    const prediction = item.predictionId === undefined ? byEntity.get(one) : known.get(item.predictionId);
    if (prediction) addTruth(truths, prediction, item);
    else unknown.push(one);
  }
  counts.unknownCount += unknown.length;
  for (const { item, ...place } of unknown.slice(0, shown - counts.unknown.length)) {
    const whose =
      item.predictionId === undefined ? { entity: String(item.entity) } : { predictionId: item.predictionId };
    counts.unknown.push({ ...place, ...whose });
  }
  const list = [...truths.values()];
  for (let from = 0; from < list.length; from += itemsOfCommit) {
    counts.changed += await write(deps, list.slice(from, from + itemsOfCommit));
    // A bulk load shares the thread with predictions.
    await new Promise((resolve) => setImmediate(resolve));
  }
  counts.accepted += list.length;
  for (const { prediction } of list) counts.endpoints.add(prediction.endpoint);
  return unknown;
}

/** What a load says of one prediction, its items together. */
interface Truth {
  prediction: KnownPrediction;
  label?: Pick<StoredLabel, 'label'> & { at: string | undefined };
  values: Map<string, StoredValue['value']>;
}

function addTruth(truths: Map<string, Truth>, prediction: KnownPrediction, item: Feedback): void {
  const truth: Truth = truths.get(prediction.id) ?? { prediction, values: new Map() };
  if (item.label !== undefined) truth.label = { label: item.label, at: item.at };
  for (const [name, value] of Object.entries(item.values ?? {})) truth.values.set(name, value);
  if (item.reward !== undefined) truth.values.set('reward', item.reward);
  truths.set(prediction.id, truth);
}

/** Writes truths in one commit; gives how many replaced another label. What is said again changes nothing. */
async function write(deps: ServingDeps, truths: readonly Truth[]): Promise<number> {
  const now = deps.clock.now();
  const labels: StoredLabel[] = [];
  const values: StoredValue[] = [];
  const before = await createLabelStore(deps.database.query).labelsOf(truths.map(({ prediction }) => prediction.id));
  let changed = 0;
  for (const { prediction, label, values: named } of truths) {
    const { id: predictionId, endpoint, at: predictedAt } = prediction;
    const common = { predictionId, endpoint, predictedAt, recordedAt: now };
    for (const [name, value] of named) values.push({ ...common, name, value });
    if (!label) continue;
    const stored = before.get(predictionId);
    const isSame = stored !== undefined && stored.label === label.label;
    if (stored && !isSame) changed++;
    if (isSame && label.at === undefined) continue;
    const labelledAt = label.at === undefined ? now : Date.parse(label.at);
    labels.push({ ...common, label: label.label, labelledAt });
  }
  await deps.database.transaction(async (tx: Queries) => {
    await createLabelStore(tx).upsertLabels(labels);
    await createValueStore(tx).upsert(values);
  });
  for (const { prediction, label, values: named } of truths) {
    const fact = { predictionId: prediction.id, at: now, label: label?.label };
    deps.sinks.feedback(prediction.endpoint, [
      { ...fact, ...(named.size > 0 && { values: Object.fromEntries(named) }) },
    ]);
  }
  return changed;
}

/** Tells the ledger of a load. */
export async function announce(deps: ServingDeps, actor: Actor, counts: LoadCounts): Promise<void> {
  const { accepted, changed, unknownCount: unknown } = counts;
  const endpoints = [...counts.endpoints].sort();
  const subject = { kind: 'feedback', id: endpoints[0] ?? 'none' };
  const data = { endpoints, accepted, changed, unknown };
  await deps.database.transaction((tx) => deps.ledger.append(tx, { type: 'feedback.received', actor, subject, data }));
}

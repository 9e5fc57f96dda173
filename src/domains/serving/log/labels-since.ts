import type { Queries } from '../../../database/database.ts';
import type { ServingTables } from '../tables.ts';
import { chunkSource, type RowSource, segmentSources } from './log-sources.ts';
import { labelNumber } from './read-log.ts';
import type { LogReaderDeps } from './rows-since.ts';
import { createSegmentStore, type Segment } from './segment-store.ts';

/** How far a reader has come in the labels of one endpoint, in the order of their first arrival: plain JSON. */
export interface LabelCursor {
  recordedAt: number;
  predictionId: string;
}

/** A label with every logged row it is about: the reply and its shadows. */
export interface LabelledRows {
  label: ArrivedLabel;
  rows: { source: RowSource; row: number }[];
}

/** A label that has arrived. */
export interface ArrivedLabel {
  predictionId: string;
  predictedAt: number;
  firstRecordedAt: number;
  label: number | string | boolean;
}

const labelsAtOnce = 2000;
const segmentsAtOnce = 32;
// Labels get their time before they are committed.
const settleMs = 250;
// A shadow answers behind the reply and has a time of its own.
const shadowLagMs = 5000;

/** A cursor before every label of predictions logged from `at` on. */
export function newLabelCursor(at: number): LabelCursor {
  return { recordedAt: at, predictionId: '' };
}

/**
 * Labels behind a cursor, each prediction's once (by its first arrival, with the label it has now), with the rows they are
 * about, found by event time in memory and in the few segments that cover it; and the cursor behind them. `until` is a cursor
 * to stop at.
 */
export async function labelsSince(
  deps: LogReaderDeps,
  before: LabelCursor,
  wanted: { endpoint: string; versions: readonly number[]; now: number; until?: LabelCursor },
): Promise<{ labelled: LabelledRows[]; cursor: LabelCursor; isBehind: boolean }> {
  const { endpoint, versions, now, until } = wanted;
  const settled = until?.recordedAt ?? Math.max(before.recordedAt, now - settleMs);
  let labels = await labelsBehind(deps.database.query, endpoint, { before, settled });
  if (until) labels = labels.filter((label) => !isBehind(label, until));
  if (labels.length === 0) return { labelled: [], cursor: before, isBehind: false };
  const recent = (await deps.log.recentFiles()).flatMap(({ file, chunks }) => chunks.map((chunk) => ({ file, chunk })));
  const store = createSegmentStore(deps.database.query);
  const [from, to] = spanOf(labels);
  const inMemory = new Set(recent.map(({ file }) => file));
  const stored = (await store.segments({ endpoint, from, to: to + shadowLagMs })).filter(
    (segment) => !inMemory.has(segment.file) && versions.includes(segment.version),
  );
  const taken = coveredBy(labels, stored);
  const byId = new Map(taken.labels.map((label): [string, LabelledRows] => [label.predictionId, { label, rows: [] }]));
  for (const { chunk } of recent) {
    const { source } = chunk;
    if (source.endpoint === endpoint && versions.includes(source.version)) findRows(chunkSource(chunk), byId);
  }
  for (const segment of taken.segments) {
    const [first, last] = spanOf(taken.labels);
    const [rows] = await segmentSources(deps, [segment], { features: [], from: first, to: last + shadowLagMs });
    findRows(rows!, byId);
  }
  const last = taken.labels.at(-1)!;
  const cursor = { recordedAt: last.firstRecordedAt, predictionId: last.predictionId };
  return {
    labelled: [...byId.values()],
    cursor,
    isBehind: taken.labels.length < labels.length || labels.length === labelsAtOnce,
  };
}

function isBehind(
  { firstRecordedAt, predictionId }: ArrivedLabel,
  { recordedAt, predictionId: id }: LabelCursor,
): boolean {
  return firstRecordedAt > recordedAt || (firstRecordedAt === recordedAt && predictionId > id);
}

function spanOf(labels: readonly ArrivedLabel[]): [number, number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { predictedAt } of labels) {
    if (predictedAt < from) from = predictedAt;
    if (predictedAt > to) to = predictedAt;
  }
  return [from, to];
}

/** The first labels whose predictions are in not too many segments, and those segments. */
function coveredBy(labels: readonly ArrivedLabel[], stored: readonly Segment[]) {
  const segments = new Set<Segment>();
  for (const [at, { predictedAt }] of labels.entries()) {
    const covering = stored.filter(({ fromAt, toAt }) => fromAt <= predictedAt + shadowLagMs && predictedAt <= toAt);
    const more = covering.filter((segment) => !segments.has(segment)).length;
    if (at > 0 && segments.size + more > segmentsAtOnce)
      return { labels: labels.slice(0, at), segments: [...segments] };
    for (const segment of covering) segments.add(segment);
  }
  return { labels, segments: [...segments] };
}

function findRows(source: RowSource, byId: ReadonlyMap<string, LabelledRows>): void {
  const { exact, seconds } = timesOf(byId);
  for (let row = 0; row < source.rows; row++) {
    // Ids are texts to be made: only where the time fits.
    const at = source.at[row]!;
    const fits = source.shadow(row) ? seconds.has(Math.floor(at / 1000)) : exact.has(at);
    if (fits) byId.get(source.predictionId(row))?.rows.push({ source, row });
  }
}

interface Times {
  exact: Set<number>;
  /** Seconds in which a shadow of one of them may have answered. */
  seconds: Set<number>;
}

const timesByLabels = new WeakMap<object, Times>();

function timesOf(byId: ReadonlyMap<string, LabelledRows>): Times {
  const known = timesByLabels.get(byId);
  if (known) return known;
  const times: Times = { exact: new Set(), seconds: new Set() };
  for (const { label } of byId.values()) {
    times.exact.add(label.predictedAt);
    const second = Math.floor(label.predictedAt / 1000);
    for (let later = 0; later <= shadowLagMs / 1000; later++) times.seconds.add(second + later);
  }
  timesByLabels.set(byId, times);
  return times;
}

/** The number of a label for a row, by the classes of its model. */
export function numberOfLabel({ label }: ArrivedLabel, { source }: RowSource): { text: string; number: number } {
  return { text: String(label), number: labelNumber(label, source.classes) };
}

async function labelsBehind(
  queries: Queries,
  endpoint: string,
  { before, settled }: { before: LabelCursor; settled: number },
): Promise<ArrivedLabel[]> {
  const rows = await queries
    .withTables<ServingTables>()
    .selectFrom('prediction_feedback')
    .select(['prediction_id', 'predicted_at', 'first_recorded_at', 'label'])
    .where('endpoint', '=', endpoint)
    .where((e) =>
      e.or([
        e('first_recorded_at', '>', before.recordedAt),
        e.and([e('first_recorded_at', '=', before.recordedAt), e('prediction_id', '>', before.predictionId)]),
      ]),
    )
    .where('first_recorded_at', '<=', settled)
    .orderBy('first_recorded_at')
    .orderBy('prediction_id')
    .limit(labelsAtOnce)
    .execute();
  return rows.map((row) => ({
    predictionId: row.prediction_id,
    predictedAt: Number(row.predicted_at),
    firstRecordedAt: Number(row.first_recorded_at),
    label: JSON.parse(row.label) as ArrivedLabel['label'],
  }));
}

import { notFound } from '../../../kernel/errors.ts';
import { decodePageToken, encodePageToken, type Page } from '../../../kernel/page.ts';
import type { ServingDeps } from '../deps.ts';
import type { LoggedPrediction } from '../schema.ts';
import { createEndpointStore } from '../store.ts';
import { createLabelStore } from './label-store.ts';
import { type LoggedRow, presentRow } from './logged-prediction.ts';
import { compareKeys, type Finder, findInMemory, findInSegment, keyOf, type RowKey } from './predictions-finder.ts';
import type { PredictionFilter } from './predictions-schema.ts';
import { createSegmentStore, type Segment } from './segment-store.ts';
import { createValueStore } from './value-store.ts';

type Deps = Pick<ServingDeps, 'log' | 'database' | 'engine' | 'blobs'>;

/** Readings of Parquet that one page may take; a page whose filter finds little in so many is shorter, and says where to go on. */
const mostReads = 64;

/**
 * One page of an endpoint's logged predictions, newest event time first, from memory and Parquet alike. Segments are read in
 * the order of their last row, each for no more rows than the page has, until none that is left can have a newer one.
 */
export async function listPredictions(
  deps: Deps,
  endpoint: string,
  filter: PredictionFilter,
): Promise<Page<LoggedPrediction>> {
  const after = filter.pageToken === undefined ? undefined : readToken(filter.pageToken);
  const finder: Finder = { deps, endpoint, filter, need: filter.limit + 1, reads: 0, mostReads };
  // What is in memory first: a file that becomes Parquet meanwhile is known by name and not read twice.
  const recent = await deps.log.recent();
  const chunks = recent.chunks.filter((chunk) => chunk.source.endpoint === endpoint);
  let { rows, reachedTo } = await findInMemory(finder, chunks, after);
  for await (const segment of segmentsFrom(deps, finder, after)) {
    if (recent.files.has(segment.file)) continue;
    const last = rows[filter.limit];
    if (last && segment.toAt < keyOf(last)[0]) break;
    const isOver = finder.reads >= mostReads && (after === undefined || segment.toAt < after[0]);
    if (isOver) {
      reachedTo = newer(reachedTo, [segment.toAt, '\u007f', '', 0]);
      break;
    }
    const found = await findInSegment(finder, segment, after);
    reachedTo = newer(reachedTo, found.reachedTo);
    rows = [...rows, ...found.rows].sort((a, b) => compareKeys(keyOf(a), keyOf(b))).slice(0, finder.need);
  }
  if (rows.length === 0 && !reachedTo) await checkKnown(deps, endpoint);
  return toPage(deps, rows, { limit: filter.limit, reachedTo });
}

async function toPage(
  { database }: Deps,
  found: LoggedRow[],
  { limit, reachedTo }: { limit: number; reachedTo: RowKey | undefined },
): Promise<Page<LoggedPrediction>> {
  // What lies beyond where a reading ended may have company that was not read.
  const sure = reachedTo ? found.filter((row) => compareKeys(keyOf(row), reachedTo) <= 0) : found;
  const rows = sure.slice(0, limit);
  const ids = rows.map(({ source, row }) => source.predictionId(row));
  const store = createLabelStore(database.query);
  const labels = await store.labelsOf(ids);
  const values = await createValueStore(database.query).of(ids);
  const items = rows.map((row, at) => presentRow(row, { label: labels.get(ids[at]!), values: values.get(ids[at]!) }));
  if (sure.length > limit) return { items, nextPageToken: encodePageToken(keyOf(rows.at(-1)!)) };
  return reachedTo ? { items, nextPageToken: encodePageToken(reachedTo) } : { items };
}

/** An endpoint that is neither declared nor has a log is not known. */
async function checkKnown({ database }: Deps, endpoint: string): Promise<void> {
  if (await createEndpointStore(database.query).find(endpoint)) return;
  if (!(await createSegmentStore(database.query).span(endpoint, []))) notFound('endpoint', endpoint);
}

function readToken(token: string): RowKey {
  return decodePageToken(token, ['number', 'string', 'string', 'number']) as unknown as RowKey;
}

/** The one of two places in the list that comes first. */
function newer(a: RowKey | undefined, b: RowKey | undefined): RowKey | undefined {
  if (!a || !b) return a ?? b;
  return compareKeys(a, b) <= 0 ? a : b;
}

const segmentsAtOnce = 32;

/** Segments that may have rows of the list, the one with the newest row first. */
async function* segmentsFrom({ database }: Deps, { endpoint, filter }: Finder, after: RowKey | undefined) {
  const { from, to, version, id } = filter;
  const before = after && after[0] + 1;
  const end = to === undefined ? before : Math.min(Date.parse(to), before ?? Number.POSITIVE_INFINITY);
  let last: Segment | undefined;
  for (;;) {
    const page = await createSegmentStore(database.query).newest({
      endpoint,
      limit: segmentsAtOnce,
      ...(from !== undefined && { from: Date.parse(from) }),
      ...(end !== undefined && { to: end }),
      ...(version !== undefined && { version }),
      ...(id !== undefined && { idPrefix: id }),
      ...(last && { after: last }),
    });
    yield* page;
    last = page.at(-1);
    if (page.length < segmentsAtOnce) return;
  }
}

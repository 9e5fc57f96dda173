import { notFound } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import type { LoggedPrediction } from '../schema.ts';
import { createLabelStore } from './label-store.ts';
import { rowOfRequest } from './log-chunk.ts';
import { chunkSource, type RowSource, segmentSources } from './log-sources.ts';
import { presentRow } from './logged-prediction.ts';
import type { ObservationQuery, Observations } from './observations.ts';
import { gather, joinLabels, joinValues } from './read-log.ts';
import { joinSpans, type TimeSpan } from './recent-rows.ts';
import { createSegmentStore } from './segment-store.ts';
import { createValueStore } from './value-store.ts';

/** Observations with the classes of each version, as text. */
export interface Observed {
  observations: Observations;
  classesOf(version: number): readonly string[] | null;
}

/** Reads logged predictions, those not yet in Parquet included, and joins their labels. */
export async function observe(deps: ServingDeps, query: ObservationQuery): Promise<Observed> {
  // What is in memory first: a file that becomes Parquet meanwhile is known by name and not read twice.
  const recent = await deps.log.recent();
  const store = createSegmentStore(deps.database.query);
  const { endpoint, from, to, loggedFrom, version } = query;
  const found = await store.segments({
    endpoint,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(loggedFrom !== undefined && { loggedFrom }),
    ...(version !== undefined && { version }),
  });
  const segments = found.filter((segment) => !recent.files.has(segment.file));
  const sources: RowSource[] = [
    ...(await segmentSources(deps, segments, query)),
    ...recent.chunks.filter((chunk) => chunk.source.endpoint === endpoint).map(chunkSource),
  ];
  const observations = gather(sources, query);
  const classes = new Map(sources.map(({ source }) => [source.version, source.classes]));
  const classesOf = (one: number) => classes.get(one) ?? null;
  if (query.labels !== false && observations.rows > 0) {
    const range = { from: observations.at[0]!, to: observations.at.at(-1)! };
    joinLabels(observations, await createLabelStore(deps.database.query).labels(endpoint, range), classesOf);
    joinValues(observations, await createValueStore(deps.database.query).range(endpoint, range));
  }
  return { observations, classesOf };
}

/** The first and last event time of an endpoint's log, what is not yet in Parquet included; undefined for an empty log. */
export async function logSpan(deps: ServingDeps, endpoint: string): Promise<TimeSpan | undefined> {
  const { files, span } = await deps.log.recentSpan(endpoint);
  const stored = await createSegmentStore(deps.database.query).span(endpoint, files);
  return stored && span ? joinSpans(stored, span) : (stored ?? span);
}

/** One logged prediction by its id, as the caller was answered (not its shadows). */
export async function findPrediction(deps: ServingDeps, id: string): Promise<LoggedPrediction> {
  const recent = await deps.log.recent();
  const store = createSegmentStore(deps.database.query);
  const cut = id.lastIndexOf('.');
  const requestId = id.slice(0, Math.max(0, cut));
  const inMemory = recent.chunks.filter((chunk) => rowOfRequest(chunk, requestId) >= 0).map(chunkSource);
  let place = placeOf(inMemory, id);
  if (!place) {
    const segments = await store.segments({ ids: { first: id, last: id } });
    const rest = segments.filter((segment) => !recent.files.has(segment.file));
    place = placeOf(await segmentSources(deps, rest, { predictionId: id }), id);
  }
  const found = place ?? notFound('prediction', id);
  const labels = createLabelStore(deps.database.query);
  return presentRow(found, {
    label: await labels.label(id),
    values: (await createValueStore(deps.database.query).of([id])).get(id),
  });
}

function placeOf(sources: readonly RowSource[], id: string): { source: RowSource; row: number } | undefined {
  for (const source of sources.toReversed()) {
    for (let row = source.rows - 1; row >= 0; row--) {
      if (source.predictionId(row) === id && !source.shadow(row)) return { source, row };
    }
  }
  return undefined;
}

import { type OrderTerm, parseFilter, parseOrder } from '../../kernel/filter/index.ts';
import { sha256 } from '../../kernel/hash.ts';
import { decodePageToken, encodePageToken, type Page } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import { experimentOf, type TrackingDeps } from './deps.ts';
import { runVocabulary } from './run-vocabulary.ts';
import { withInputs } from './runs.ts';
import type { Run, RunDetails } from './schema.ts';
import { sortKeyTypes } from './search-order.ts';
import { longRunSearchSchema, refuseOtherSearch } from './search-schema.ts';
import { createTrackingStore } from './store.ts';

const newestFirst: OrderTerm = { field: { kind: 'attribute', key: 'startedAt', type: 'time' }, descending: true };

/** Finds runs; pages go on after the last run's sort key, so that runs added meanwhile neither repeat nor hide others. */
export async function searchRuns({ database, fewRows }: TrackingDeps, given: unknown): Promise<Page<Run>> {
  const search = parseAs(longRunSearchSchema, given);
  const filter = parseFilter(search.filter, runVocabulary);
  const order =
    search.orderBy.length === 0 ? [newestFirst] : search.orderBy.map((term) => parseOrder(term, runVocabulary));
  const experimentIds = await scopeOf(database.query, search);
  // A token is of one search: with another filter or order its key would mean something else.
  const searchDigest = sha256(JSON.stringify([filter, order, experimentIds, search.lifecycle])).slice(0, 12);
  const after = search.pageToken === undefined ? undefined : readToken(search.pageToken, searchDigest, order);
  const { lifecycle, limit } = search;
  const store = createTrackingStore(database.query).search;
  const found = await store.find({ experimentIds, lifecycle, filter, order, after, fewRows, limit: limit + 1 });
  const items = await store.fill(
    found.slice(0, limit).map(({ run }) => run),
    search,
  );
  if (found.length <= limit) return { items };
  return { items, nextPageToken: encodePageToken([searchDigest, ...found[limit - 1]!.key]) };
}

/** As `searchRuns`, with the datasets and models that the runs read and the models they made. */
export async function searchRunDetails(deps: TrackingDeps, given: unknown): Promise<Page<RunDetails>> {
  const page = await searchRuns(deps, given);
  return { ...page, items: await withInputs(deps.database.query, page.items) };
}

/** The ids of the experiments to search in; all where none are named. */
async function scopeOf(
  queries: TrackingDeps['database']['query'],
  { experiments, experimentIds }: { experiments?: string[] | undefined; experimentIds?: string[] | undefined },
): Promise<string[] | undefined> {
  if (!experiments && !experimentIds) return undefined;
  const named = experiments ? await idsOf(queries, experiments) : [];
  return [...new Set([...named, ...(experimentIds ?? [])])];
}

async function idsOf(queries: TrackingDeps['database']['query'], experiments: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const which of experiments) ids.push((await experimentOf(queries, which)).id);
  return ids;
}

function readToken(token: string, searchDigest: string, order: readonly OrderTerm[]): (string | number)[] {
  const [of, ...key] = decodePageToken(token, ['string', ...sortKeyTypes(order)]);
  return of === searchDigest ? key : refuseOtherSearch();
}

import { fail } from '../../kernel/errors.ts';
import { type Filter, type OrderTerm, parseFilter, parseOrder } from '../../kernel/filter/index.ts';
import { sha256 } from '../../kernel/hash.ts';
import { decodePageToken, encodePageToken, type Page } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { TracesDeps } from './deps.ts';
import { fillTraces } from './read.ts';
import { type Trace, type TraceSearch, traceSearchSchema } from './schema.ts';
import { sortKeyTypes } from './search-store.ts';
import { createTracesStore } from './store.ts';
import { traceVocabulary } from './vocabulary.ts';

const newestFirst: OrderTerm = { field: { kind: 'attribute', key: 'requestedAt', type: 'time' }, descending: true };

/** Finds traces; pages go on after the last trace's sort key, so that traces added meanwhile neither repeat nor hide others. */
export async function searchTraces(deps: TracesDeps, given: TraceSearch): Promise<Page<Trace>> {
  const search = parseAs(traceSearchSchema, given);
  const filter = parseFilter(search.filter, traceVocabulary);
  const order = search.orderBy.length === 0 ? [newestFirst] : search.orderBy.map(readOrder);
  const experimentIds = await experimentIdsOf(deps, search.experiments);
  // A token is of one search: with another filter or order its key would mean something else.
  const digest = sha256(JSON.stringify([filter, order, experimentIds])).slice(0, 12);
  const after = search.pageToken === undefined ? undefined : readToken(search.pageToken, digest, order);
  const { limit } = search;
  const { query } = deps.database;
  const found = await createTracesStore(query).search.find({ experimentIds, filter, order, after, limit: limit + 1 });
  const items = await fillTraces(
    query,
    found.slice(0, limit).map(({ trace }) => trace),
  );
  if (found.length <= limit) return { items };
  return { items, nextPageToken: encodePageToken([digest, ...found[limit - 1]!.key]) };
}

/** How many traces of some experiments fit each of several filters; several texts of one filter must all hold. */
export async function countTraces(
  deps: TracesDeps,
  experiments: readonly string[],
  filters: readonly (readonly string[])[],
): Promise<number[]> {
  const experimentIds = await experimentIdsOf(deps, experiments);
  const { search } = createTracesStore(deps.database.query);
  const counts: number[] = [];
  for (const texts of filters) {
    const parts = texts.map((text) => parseFilter(text, traceVocabulary)).filter((part) => part !== undefined);
    const filter: Filter | undefined = parts.length === 0 ? undefined : { kind: 'and', parts };
    counts.push(await search.count(experimentIds, filter));
  }
  return counts;
}

function readOrder(text: string): OrderTerm {
  const term = parseOrder(text, traceVocabulary);
  if (term.field.kind !== 'attribute' || term.field.key !== 'text') return term;
  return fail('invalid_query', 'A trace cannot be ordered by its text.', { field: 'orderBy' });
}

async function experimentIdsOf({ tracking }: TracesDeps, experiments: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const which of experiments) ids.add((await tracking.experiments.get(which)).id);
  return [...ids];
}

function readToken(token: string, digest: string, order: readonly OrderTerm[]): (string | number)[] {
  const [of, ...key] = decodePageToken(token, ['string', ...sortKeyTypes(order)]);
  if (of === digest) return key;
  return fail('invalid_page_token', 'The page token is of another search.', {
    field: 'pageToken',
    cure: 'Ask for the next page with the same experiments, filter and order.',
  });
}

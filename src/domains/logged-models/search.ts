import { fail } from '../../kernel/errors.ts';
import { parseFilter } from '../../kernel/filter/index.ts';
import { sha256 } from '../../kernel/hash.ts';
import { decodePageToken, encodePageToken, type Page } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { Tracking } from '../tracking/index.ts';
import type { LoggedModelDeps } from './deps.ts';
import { type LoggedModel, loggedModelSearchSchema } from './schema.ts';
import { type ModelOrder, sortKeyTypes } from './search-store.ts';
import { createLoggedModelStore } from './store.ts';
import { modelVocabulary, orderFieldOf } from './vocabulary.ts';

const newestFirst: ModelOrder = {
  field: { kind: 'attribute', key: 'createdAt', type: 'time' },
  descending: true,
  dataset: {},
};

/** Finds logged models; pages go on after the last one's sort key. */
export async function searchModels(
  { database, tracking }: LoggedModelDeps,
  given: unknown,
): Promise<Page<LoggedModel>> {
  const { limit, ...search } = parseAs(loggedModelSearchSchema, given);
  const filter = parseFilter(search.filter, modelVocabulary);
  const asked = search.orderBy.map(({ field, ascending, datasetName, datasetDigest }) => ({
    field: orderFieldOf(field),
    descending: !ascending,
    dataset: { name: datasetName, digest: datasetDigest },
  }));
  // Where the order leaves ties, newer ones come first, as without an order.
  const order = asked.some(({ field }) => field.key === 'createdAt') ? asked : [...asked, newestFirst];
  const { datasets } = search;
  const experimentIds = search.experiments ? await idsOf(tracking, search.experiments) : search.experimentIds;
  // A token is of one search: with another filter or order its key would mean something else.
  const searchDigest = sha256(JSON.stringify([filter, order, datasets, experimentIds])).slice(0, 12);
  const after = search.pageToken === undefined ? undefined : readToken(search.pageToken, searchDigest, order);
  const store = createLoggedModelStore(database.query);
  const found = await store.search.find({ experimentIds, filter, datasets, order, after, limit: limit + 1 });
  const rows = found.slice(0, limit).map(({ model }) => model);
  const items = await store.fill(rows, search.metrics);
  if (found.length <= limit) return { items };
  return { items, nextPageToken: encodePageToken([searchDigest, ...found[limit - 1]!.key]) };
}

async function idsOf({ experiments }: Tracking, which: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const one of which) ids.push((await experiments.get(one)).id);
  return ids;
}

function readToken(token: string, searchDigest: string, order: readonly ModelOrder[]): (string | number)[] {
  const [of, ...key] = decodePageToken(token, ['string', ...sortKeyTypes(order)]);
  if (of === searchDigest) return key;
  return fail('invalid_page_token', 'The page token is of another search.', {
    field: 'pageToken',
    cure: 'Ask for the next page with the same experiments, filter, datasets and order.',
  });
}

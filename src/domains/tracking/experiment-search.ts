import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { columnTest, filterCondition, pairTest } from '../../database/filter-sql.ts';
import {
  attributeKind,
  attributePrefixes,
  type Filter,
  isNumeric,
  type OrderTerm,
  parseFilter,
  parseOrder,
  type Vocabulary,
} from '../../kernel/filter/index.ts';
import { sha256 } from '../../kernel/hash.ts';
import { decodePageToken, encodePageToken, type Page } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { TrackingDeps } from './deps.ts';
import { withTags } from './experiment-store.ts';
import type { Experiment } from './schema.ts';
import { experimentSearchSchema, refuseOtherSearch } from './search-schema.ts';
import type { TrackingTables } from './tables.ts';

const text = (name: string) => ({ name, type: 'text' }) as const;
const time = (name: string) => ({ name, type: 'time' }) as const;

/** The words of filters over experiments. */
export const experimentVocabulary: Vocabulary = {
  of: 'experiment',
  prefixes: { tags: 'tag', tag: 'tag', ...attributePrefixes, experiment: attributeKind },
  attributes: {
    id: text('id'),
    experiment_id: text('id'),
    name: text('name'),
    createdat: time('createdAt'),
    creation_time: time('createdAt'),
    updatedat: time('updatedAt'),
    last_update_time: time('updatedAt'),
  },
  unordered: ['tag'],
};

const columns: Record<string, string> = {
  id: 'experiment.id',
  name: 'experiment.name',
  createdAt: 'experiment.created_at',
  updatedAt: 'experiment.updated_at',
};

const newestFirst: OrderTerm = { field: { kind: attributeKind, key: 'createdAt', type: 'time' }, descending: true };

interface Rows {
  lifecycle: 'active' | 'deleted' | 'all';
  filter: Filter | undefined;
  order: readonly OrderTerm[];
  after: readonly (string | number)[] | undefined;
  limit: number;
}

/** Finds experiments; pages go on after the last one's sort key. */
export async function searchExperiments({ database }: TrackingDeps, given: unknown): Promise<Page<Experiment>> {
  const search = parseAs(experimentSearchSchema, given);
  const { lifecycle, limit, pageToken } = search;
  const filter = parseFilter(search.filter, experimentVocabulary);
  const order =
    search.orderBy.length === 0 ? [newestFirst] : search.orderBy.map((term) => parseOrder(term, experimentVocabulary));
  const digest = sha256(JSON.stringify([filter, order, lifecycle])).slice(0, 12);
  let after: (string | number)[] | undefined;
  if (pageToken !== undefined) {
    const [of, ...key] = decodePageToken(pageToken, ['string', ...order.map(() => 'string' as const), 'string']);
    if (of !== digest) refuseOtherSearch();
    after = key;
  }
  const rows = await findExperiments(database.query, { lifecycle, filter, order, after, limit: limit + 1 });
  const items = await withTags(database.query.withTables<TrackingTables>(), rows.slice(0, limit));
  if (rows.length <= limit) return { items };
  const last = rows[limit - 1]! as unknown as Record<string, string | number>;
  const key = order.map(({ field }) => String(last[columns[field.key]!.replace('experiment.', '')]));
  return { items, nextPageToken: encodePageToken([digest, ...key, String(last['id'])]) };
}

async function findExperiments(queries: Queries, { lifecycle, filter, order, after, limit }: Rows) {
  let query = queries.withTables<TrackingTables>().selectFrom('experiment').selectAll().limit(limit);
  if (lifecycle !== 'all') query = query.where('lifecycle', '=', lifecycle);
  if (filter) query = query.where(conditionOf(queries, filter));
  if (after) query = query.where(afterKey(order, after));
  return ordered(query, order).execute();
}

function conditionOf(queries: Queries, filter: Filter) {
  const tags = { table: 'experiment_tag', owner: 'experiment_id', of: 'experiment.id' };
  return filterCondition(filter, (comparison) =>
    comparison.field.kind === attributeKind
      ? columnTest(queries, columns[comparison.field.key]!, comparison)
      : pairTest(queries, tags, comparison),
  );
}

function ordered<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>, order: readonly OrderTerm[]) {
  let sorted = query;
  for (const { field, descending } of order) {
    sorted = sorted.orderBy(sql.ref(columns[field.key]!), descending ? 'desc' : 'asc');
  }
  return sorted.orderBy(sql.ref('experiment.id'), 'asc');
}

function afterKey(order: readonly OrderTerm[], key: readonly (string | number)[]): RawBuilder<boolean> {
  let rest = sql<boolean>`experiment.id > ${key.at(-1)}`;
  for (let i = order.length - 1; i >= 0; i--) {
    const { field, descending } = order[i]!;
    const column = sql.ref(columns[field.key]!);
    const at = isNumeric(field) ? Number(key[i]) : String(key[i]);
    rest = sql<boolean>`(${column} ${descending ? sql`<` : sql`>`} ${at} or (${column} = ${at} and ${rest}))`;
  }
  return rest;
}

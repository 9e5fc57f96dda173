import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { columnTest, filterCondition, pairTest } from '../../database/filter-sql.ts';
import { fail } from '../../kernel/errors.ts';
import { attributeKind, isNumeric, type OrderTerm, parseFilter, parseOrder } from '../../kernel/filter/index.ts';
import { sha256 } from '../../kernel/hash.ts';
import { decodePageToken, encodePageToken, type Page } from '../../kernel/page.ts';
import type { EvalDataset, EvalDatasetSearch } from './schema.ts';
import { createEvalDatasetStore } from './store.ts';
import type { EvalDatasetTables } from './tables.ts';
import { evalDatasetColumns as columns, evalDatasetVocabulary as vocabulary } from './vocabulary.ts';

const tags = { table: 'eval_dataset_tag', owner: 'dataset_id', of: 'eval_dataset.id' };
type Row = Selectable<EvalDatasetTables['eval_dataset']>;

/** Finds datasets; pages go on after the last one's sort key. */
export async function searchDatasets(queries: Queries, search: EvalDatasetSearch): Promise<Page<EvalDataset>> {
  const filter = parseFilter(search.filter ?? '', vocabulary);
  const order = orderOf(search.orderBy ?? []);
  // A token is of one search: with another filter or order its key would mean something else.
  const of = sha256(JSON.stringify([filter ?? null, order, search.experimentIds ?? null])).slice(0, 12);
  const after = search.pageToken === undefined ? undefined : readToken(search.pageToken, of, order);
  const db = queries.withTables<EvalDatasetTables>();
  let query = db.selectFrom('eval_dataset').selectAll('eval_dataset');
  if (search.experimentIds) {
    const ids = [...search.experimentIds];
    const links = db.selectFrom('eval_dataset_experiment').select('dataset_id').where('experiment_id', 'in', ids);
    query = query.where('eval_dataset.id', 'in', links);
  }
  if (filter) {
    query = query.where(
      filterCondition(filter, (comparison) =>
        comparison.field.kind === attributeKind
          ? columnTest(queries, columns[comparison.field.key]!, comparison)
          : pairTest(queries, tags, comparison),
      ),
    );
  }
  if (after) query = query.where(laterThan(order, after));
  for (const { field, descending } of order)
    query = query.orderBy(orderExpression(field.key), descending ? 'desc' : 'asc');
  const rows = await query.limit(search.limit + 1).execute();
  const items = await createEvalDatasetStore(queries).fill(rows.slice(0, search.limit));
  if (rows.length <= search.limit) return { items };
  return { items, nextPageToken: encodePageToken([of, ...sortKey(order, rows[search.limit - 1]!)]) };
}

const newestFirst: OrderTerm = { field: { kind: attributeKind, key: 'createdAt', type: 'time' }, descending: true };
const lastOfAll: OrderTerm = { field: { kind: attributeKind, key: 'id', type: 'text' }, descending: true };

function orderOf(given: readonly string[]): OrderTerm[] {
  const asked = given.map((term) => parseOrder(term, vocabulary));
  const terms = [...(asked.length > 0 ? asked : [newestFirst]), lastOfAll];
  // Only the first of a field decides.
  return terms.filter(({ field }, i) => terms.findIndex((other) => other.field.key === field.key) === i);
}

/** Authors may be missing: they sort as the empty text. */
function orderExpression(key: string): RawBuilder<unknown> {
  const column = sql.ref(columns[key]!);
  return key === 'createdBy' || key === 'updatedBy' ? sql`coalesce(${column}, '')` : column;
}

function sortKey(order: readonly OrderTerm[], row: Row): (string | number)[] {
  return order.map(({ field }) => row[columns[field.key]!.replace('eval_dataset.', '') as keyof Row] ?? '');
}

function readToken(token: string, of: string, order: readonly OrderTerm[]): (string | number)[] {
  const types = order.map(({ field }) => (isNumeric(field) ? ('number' as const) : ('string' as const)));
  const [search, ...key] = decodePageToken(token, ['string', ...types]);
  if (search === of) return key;
  return fail('invalid_page_token', 'The page token is of another search.', { field: 'pageToken' });
}

/** Rows after a sort key: later by the first term, or equal there and later by the rest. */
function laterThan(order: readonly OrderTerm[], key: readonly (string | number)[]): RawBuilder<boolean> {
  return order.reduceRight<RawBuilder<boolean>>((rest, { field, descending }, i) => {
    const column = orderExpression(field.key);
    const later = sql<boolean>`${column} ${descending ? sql`<` : sql`>`} ${key[i]}`;
    return sql<boolean>`(${later} or (${column} = ${key[i]} and ${rest}))`;
  }, sql<boolean>`1 = 0`);
}

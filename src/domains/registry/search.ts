import type { Queries } from '../../database/database.ts';
import { fail } from '../../kernel/errors.ts';
import { attributeKind, type OrderTerm, type Vocabulary } from '../../kernel/filter/index.ts';
import { decodePageToken, type Page, toPage } from '../../kernel/page.ts';
import type { RegistrySearch } from './registry.ts';
import type { Model, ModelVersion } from './schema.ts';
import { createSearchStore } from './search-store.ts';
import { modelVocabulary, versionVocabulary } from './search-vocabulary.ts';

const maxTerms = 10;
const modelsPerRead = 1_000;

/** One page of the models that a filter lets through, by name at last. */
export async function searchModels(queries: Queries, search: RegistrySearch): Promise<Page<Model>> {
  const order = orderOf(search, modelVocabulary, [term(modelVocabulary, 'name')]);
  const rows = await createSearchStore(queries).models(toRows(search, order));
  return toPage(rows, search.limit, (model) => order.map(({ field }) => keyOf(model[field.key as keyof Model])));
}

/** One page of the versions that a filter lets through, by name and newest number at last. */
export async function searchVersions(queries: Queries, search: RegistrySearch): Promise<Page<ModelVersion>> {
  const last = [term(versionVocabulary, 'model'), term(versionVocabulary, 'number', true)];
  const first = search.orderBy?.length ? [] : [term(versionVocabulary, 'updatedat', true)];
  const order = orderOf(search, versionVocabulary, [...first, ...last]);
  const rows = await createSearchStore(queries).versions(toRows(search, order));
  return toPage(rows, search.limit, (version) => order.map(({ field }) => versionKey(version, field.key)));
}

/** The newest version of each stage of some models. */
export async function newestOfStages(
  queries: Queries,
  models: readonly string[],
): Promise<Map<string, ModelVersion[]>> {
  const found: ModelVersion[] = [];
  for (let at = 0; at < models.length; at += modelsPerRead) {
    found.push(...(await createSearchStore(queries).newestOfStages(models.slice(at, at + modelsPerRead))));
  }
  return Map.groupBy(found, (version) => version.model);
}

function term({ attributes }: Vocabulary, name: string, descending = false): OrderTerm {
  const { name: key, type } = attributes[name]!;
  return { field: { kind: attributeKind, key, type }, descending };
}

/** The ordering asked for, then what makes it total; a field twice is a mistake, and only own fields order. */
function orderOf({ orderBy = [] }: RegistrySearch, { of }: Vocabulary, last: OrderTerm[]): OrderTerm[] {
  if (orderBy.length > maxTerms) fail('invalid_query', `At most ${maxTerms} fields may order.`, { field: 'orderBy' });
  const seen = new Set<string>();
  for (const { field } of orderBy) {
    const refuse = (why: string) => fail('invalid_query', `A ${of} ${why}.`, { field: 'orderBy', value: field.key });
    if (field.kind !== attributeKind) refuse(`cannot be ordered by a ${field.kind}`);
    if (seen.has(field.key)) refuse(`is ordered by '${field.key}' twice`);
    seen.add(field.key);
  }
  return [...orderBy, ...last.filter(({ field }) => !seen.has(field.key))];
}

function toRows({ filter, pageToken, limit }: RegistrySearch, order: readonly OrderTerm[]) {
  const types = order.map(({ field }) => (field.type === 'text' ? 'string' : 'number'));
  const after = pageToken === undefined ? undefined : decodePageToken(pageToken, types);
  if (after && !after.every((part, at) => isStorable(part, order[at]!))) {
    fail('invalid_page_token', 'The page token is not one of this list.', { field: 'pageToken' });
  }
  return { filter, order, after, limit: limit + 1 };
}

/** A token is anybody's to write: what no column of this sort could hold must not reach the database. */
function isStorable(part: string | number, { field }: OrderTerm): boolean {
  if (typeof part === 'string') return part.isWellFormed() && !part.includes('\u0000');
  return Number.isSafeInteger(part) && (field.key !== 'number' || Math.abs(part) < 2 ** 31);
}

function versionKey(version: ModelVersion, key: string): string | number {
  if (key === 'runId' || key === 'loggedModelId') return version.source[key] ?? '';
  return keyOf(version[key as keyof ModelVersion]);
}

function keyOf(value: unknown): string | number {
  return typeof value === 'number' ? value : String(value ?? '');
}

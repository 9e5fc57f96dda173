import { fail } from '../../kernel/errors.ts';
import { readTokens, type Token } from './filter-tokens.ts';

/** An attribute of a run that filters and orders may name. */
export type Attribute = 'id' | 'name' | 'status' | 'user' | 'startedAt' | 'endedAt' | 'parentRunId' | 'experimentId';

/** What a comparison reads. */
export type Field =
  | { kind: 'metric' | 'param' | 'tag'; key: string }
  | { kind: 'dataset'; key: 'name' | 'digest' | 'context' }
  | { kind: 'attribute'; key: Attribute };

/** How two values compare. */
export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'ilike' | 'in' | 'is null';

/** One test of a filter; it is true or false, never unknown: what a run lacks compares as false. */
export interface Comparison {
  kind: 'comparison';
  field: Field;
  operator: Comparator;
  /** The value; a list for `in`, nothing for `is null`. */
  value: number | string | readonly (number | string)[];
}

/** A parsed filter. */
export type Filter = Comparison | { kind: 'not'; part: Filter } | { kind: 'and' | 'or'; parts: readonly Filter[] };

const attributes: Record<string, Attribute> = {
  id: 'id',
  run_id: 'id',
  name: 'name',
  run_name: 'name',
  'run name': 'name',
  status: 'status',
  user: 'user',
  user_id: 'user',
  startedat: 'startedAt',
  start_time: 'startedAt',
  created: 'startedAt',
  endedat: 'endedAt',
  end_time: 'endedAt',
  parentrunid: 'parentRunId',
  parent_run_id: 'parentRunId',
  experimentid: 'experimentId',
  experiment_id: 'experimentId',
};

const prefixes: Record<string, Field['kind']> = {
  metrics: 'metric',
  metric: 'metric',
  params: 'param',
  param: 'param',
  parameters: 'param',
  tags: 'tag',
  tag: 'tag',
  datasets: 'dataset',
  dataset: 'dataset',
  attributes: 'attribute',
  attribute: 'attribute',
  attr: 'attribute',
  run: 'attribute',
};

const maxComparisons = 200;
const maxDepth = 50;

interface Reading {
  tokens: readonly Token[];
  at: number;
  comparisons: number;
}

/** Parses a filter; an empty one is undefined. Fails with `invalid_query`, naming the position. */
export function parseFilter(text: string): Filter | undefined {
  const reading: Reading = { tokens: readTokens(text), at: 0, comparisons: 0 };
  if (reading.tokens[0]!.kind === 'end') return undefined;
  const filter = readChain(reading, 'or', 0);
  if (peek(reading).kind !== 'end') wrong(peek(reading), 'AND, OR or the end');
  return filter;
}

/** Parses one term of an ordering, such as `metrics.auc desc`. */
export function parseOrder(text: string): { field: Field; descending: boolean } {
  const reading: Reading = { tokens: readTokens(text), at: 0, comparisons: 0 };
  const field = readField(reading);
  const descending = takeWord(reading, 'desc');
  if (!descending) takeWord(reading, 'asc');
  if (peek(reading).kind !== 'end') wrong(peek(reading), 'ASC, DESC or the end');
  if (field.kind === 'dataset')
    fail('invalid_query', 'Runs cannot be ordered by their datasets.', { field: 'orderBy' });
  return { field, descending };
}

function peek({ tokens, at }: Reading): Token {
  return tokens[at]!;
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === word;
}

function takeWord(reading: Reading, word: string): boolean {
  if (!isWord(peek(reading), word)) return false;
  reading.at++;
  return true;
}

function takeSymbol(reading: Reading, symbol: string): boolean {
  const token = peek(reading);
  if (token.kind !== 'symbol' || token.text !== symbol) return false;
  reading.at++;
  return true;
}

function wrong(token: Token, expected: string): never {
  const found = token.kind === 'end' ? 'its end' : `'${token.text.slice(0, 40)}'`;
  return fail(
    'invalid_query',
    `The filter is wrong at character ${token.at + 1}: ${expected} expected, ${found} found.`,
    {
      field: 'filter',
      position: token.at,
    },
  );
}

function readChain(reading: Reading, kind: 'or' | 'and', depth: number): Filter {
  const next = () => (kind === 'or' ? readChain(reading, 'and', depth) : readNot(reading, depth));
  const parts = [next()];
  while (takeWord(reading, kind)) parts.push(next());
  return parts.length === 1 ? parts[0]! : { kind, parts };
}

function readNot(reading: Reading, depth: number): Filter {
  if (depth > maxDepth) {
    fail('invalid_query', `The filter is nested deeper than ${maxDepth} levels.`, { field: 'filter' });
  }
  if (takeWord(reading, 'not')) return { kind: 'not', part: readNot(reading, depth + 1) };
  if (takeSymbol(reading, '(')) {
    const inner = readChain(reading, 'or', depth + 1);
    if (!takeSymbol(reading, ')')) wrong(peek(reading), "')'");
    return inner;
  }
  return readComparison(reading);
}

function readField(reading: Reading): Field {
  const token = peek(reading);
  if (token.kind !== 'word' && token.kind !== 'quoted') wrong(token, 'a field such as metrics.auc');
  reading.at++;
  const dot = token.text.indexOf('.');
  const prefix = token.kind === 'word' && dot > 0 ? token.text.slice(0, dot).toLowerCase() : 'attribute';
  const kind = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined;
  if (kind === undefined) {
    return fail(
      'invalid_query',
      `'${token.text.slice(0, 80)}' is none of metrics., params., tags., datasets. or attributes.`,
      { field: 'filter', position: token.at },
    );
  }
  let key = kind === 'attribute' && dot < 0 ? token.text : token.text.slice(dot + 1);
  const after = peek(reading);
  if (key === '' && after.kind === 'quoted' && after.at === token.at + token.text.length) {
    key = after.text;
    reading.at++;
  }
  if (key === '') wrong(token, 'a key behind the dot');
  return fieldOf(kind, key, token);
}

function fieldOf(kind: Field['kind'], key: string, token: Token): Field {
  if (kind === 'metric' || kind === 'param' || kind === 'tag') return { kind, key };
  if (kind === 'dataset') {
    if (key === 'name' || key === 'digest' || key === 'context') return { kind, key };
    return wrong(token, 'datasets.name, datasets.digest or datasets.context');
  }
  const name = Object.hasOwn(attributes, key.toLowerCase()) ? attributes[key.toLowerCase()] : undefined;
  if (name) return { kind: 'attribute', key: name };
  return fail(
    'invalid_query',
    `A run has no attribute '${key.slice(0, 80)}'; there are ${[...new Set(Object.values(attributes))].join(', ')}.`,
    { field: 'filter', value: key.slice(0, 80), position: token.at },
  );
}

function readComparison(reading: Reading): Filter {
  if (++reading.comparisons > maxComparisons) {
    fail('invalid_query', `The filter has more than ${maxComparisons} comparisons.`, { field: 'filter' });
  }
  const field = readField(reading);
  if (takeWord(reading, 'is')) {
    const negated = takeWord(reading, 'not');
    if (!takeWord(reading, 'null')) wrong(peek(reading), 'NULL');
    return negate(negated, { kind: 'comparison', field, operator: 'is null', value: '' });
  }
  const negated = takeWord(reading, 'not');
  for (const operator of ['like', 'ilike'] as const) {
    if (!takeWord(reading, operator)) continue;
    if (isNumeric(field)) wrong(peek(reading), 'a comparison of numbers');
    return withNegation(negated, { kind: 'comparison', field, operator, value: readValue(reading, field) });
  }
  if (takeWord(reading, 'in')) {
    return withNegation(negated, { kind: 'comparison', field, operator: 'in', value: readList(reading, field) });
  }
  const token = peek(reading);
  if (negated || token.kind !== 'symbol' || !isComparator(token.text))
    return wrong(token, 'a comparison such as = or LIKE');
  reading.at++;
  const operator = token.text === '<>' ? '!=' : token.text === '==' ? '=' : (token.text as Comparator);
  if (!isNumeric(field) && operator !== '=' && operator !== '!=') wrong(token, '=, !=, LIKE, ILIKE or IN for a text');
  return { kind: 'comparison', field, operator, value: readValue(reading, field) };
}

function isComparator(symbol: string): boolean {
  return ['=', '==', '!=', '<>', '<', '<=', '>', '>='].includes(symbol);
}

function negate(negated: boolean, part: Filter): Filter {
  return negated ? { kind: 'not', part } : part;
}

/** `x NOT LIKE y` holds for runs that have `x`, as `!=` does; `NOT x LIKE y` for those without it too. */
function withNegation(negated: boolean, comparison: Comparison): Filter {
  if (!negated) return comparison;
  const lacks: Comparison = { kind: 'comparison', field: comparison.field, operator: 'is null', value: '' };
  return { kind: 'not', part: { kind: 'or', parts: [comparison, lacks] } };
}

/** Whether a field holds numbers. */
export function isNumeric(field: Field): boolean {
  return field.kind === 'metric' || (field.kind === 'attribute' && /^(started|ended)At$/.test(field.key));
}

function readList(reading: Reading, field: Field): (number | string)[] {
  if (!takeSymbol(reading, '(')) wrong(peek(reading), "'('");
  const list: (number | string)[] = [];
  do list.push(readValue(reading, field));
  while (takeSymbol(reading, ','));
  if (!takeSymbol(reading, ')')) wrong(peek(reading), "')'");
  if (list.length > 1000) fail('invalid_query', 'A list has more than 1000 values.', { field: 'filter' });
  return list;
}

function readValue(reading: Reading, field: Field): number | string {
  const token = peek(reading);
  reading.at++;
  if (!isNumeric(field)) return isText(token) ? token.text : wrong(token, 'a text in quotes');
  if (token.kind === 'number') return Number(token.text);
  if (token.kind === 'word' && /^[+-]?inf(inity)?$/i.test(token.text)) {
    return token.text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const time = field.kind === 'attribute' && isText(token) ? Date.parse(token.text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  return wrong(token, field.kind === 'attribute' ? 'milliseconds or an ISO time in quotes' : 'a number');
}

function isText(token: Token): boolean {
  return token.kind === 'text' || (token.kind === 'quoted' && token.quote === '"');
}

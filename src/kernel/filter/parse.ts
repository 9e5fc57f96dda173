import { fail } from '../errors.ts';
import {
  attributeKind,
  type Comparator,
  type Comparison,
  type Field,
  type FieldType,
  type Filter,
  isNumeric,
  type OrderTerm,
  type Vocabulary,
} from './filter.ts';
import { compileRegular } from './match-regular.ts';
import { readTokens, type Token } from './tokens.ts';

const maxComparisons = 200;
const maxDepth = 50;
/** Every character costs time that other requests wait. */
const maxCharacters = 300_000;

interface Reading {
  vocabulary: Vocabulary;
  tokens: readonly Token[];
  at: number;
  comparisons: number;
}

/** Parses a filter; an empty one is undefined. Fails with `invalid_query`, naming the position. */
export function parseFilter(text: string, vocabulary: Vocabulary): Filter | undefined {
  const reading = startReading(text, vocabulary);
  if (reading.tokens[0]!.kind === 'end') return undefined;
  const filter = readChain(reading, 'or', 0);
  if (peek(reading).kind !== 'end') wrong(peek(reading), 'AND, OR or the end');
  return filter;
}

/** Parses one term of an ordering, such as `metrics.auc desc`. */
export function parseOrder(text: string, vocabulary: Vocabulary): OrderTerm {
  const reading = startReading(text, vocabulary);
  const field = readField(reading);
  const descending = takeWord(reading, 'desc');
  if (!descending) takeWord(reading, 'asc');
  if (peek(reading).kind !== 'end') wrong(peek(reading), 'ASC, DESC or the end');
  if (vocabulary.unordered?.includes(field.kind)) {
    fail('invalid_query', `A ${vocabulary.of} cannot be ordered by a ${field.kind}.`, { field: 'orderBy' });
  }
  return { field, descending };
}

function startReading(text: string, vocabulary: Vocabulary): Reading {
  if (text.length > maxCharacters) {
    fail('invalid_query', `A filter of ${text.length} characters is too long; ${maxCharacters} are the most.`, {
      field: 'filter',
    });
  }
  return { vocabulary, tokens: readTokens(text), at: 0, comparisons: 0 };
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
  const { prefixes } = reading.vocabulary;
  const token = peek(reading);
  if (token.kind !== 'word' && token.kind !== 'quoted') wrong(token, 'a field');
  reading.at++;
  const dot = token.text.indexOf('.');
  const prefix = token.kind === 'word' && dot > 0 ? token.text.slice(0, dot).toLowerCase() : undefined;
  const kind = prefix === undefined ? attributeKind : Object.hasOwn(prefixes, prefix) ? prefixes[prefix]! : undefined;
  if (kind === undefined) {
    const known = Object.keys(prefixes).join('., ');
    return fail('invalid_query', `'${token.text.slice(0, 80)}' begins with none of ${known}.`, {
      field: 'filter',
      position: token.at,
    });
  }
  let key = prefix === undefined ? token.text : token.text.slice(dot + 1);
  const after = peek(reading);
  if (/^$|\.$/.test(key) && after.kind === 'quoted' && after.at === token.at + token.text.length) {
    key += after.text;
    reading.at++;
  }
  if (key === '') wrong(token, 'a key behind the dot');
  return fieldOf(reading.vocabulary, { kind, key }, token);
}

function fieldOf(vocabulary: Vocabulary, { kind, key }: Omit<Field, 'type'>, token: Token): Field {
  const { attributes, keys = {}, numeric = [], mixed = [], of } = vocabulary;
  const position = token.at;
  if (kind === attributeKind) {
    const found = Object.hasOwn(attributes, key.toLowerCase()) ? attributes[key.toLowerCase()]! : undefined;
    if (found) return { kind, key: found.name, type: found.type };
    const words = Object.entries(attributes).map(([word, { name }]) => (word === name.toLowerCase() ? name : word));
    const known = [...new Set(words)].join(', ');
    const message = `A ${of} has no attribute '${key.slice(0, 80)}'; there are ${known}.`;
    return fail('invalid_query', message, { field: 'filter', value: key.slice(0, 80), position });
  }
  const some: Record<string, FieldType> | undefined = keys[kind];
  if (!some) return { kind, key, type: numeric.includes(kind) ? 'number' : mixed.includes(kind) ? 'any' : 'text' };
  if (Object.hasOwn(some, key)) return { kind, key, type: some[key]! };
  return fail('invalid_query', `A ${kind} has no '${key.slice(0, 80)}'; there are ${Object.keys(some).join(', ')}.`, {
    field: 'filter',
    position,
  });
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
  for (const operator of ['like', 'ilike', 'rlike'] as const) {
    if ((operator === 'rlike' && !reading.vocabulary.regular) || !takeWord(reading, operator)) continue;
    if (isNumeric(field)) wrong(peek(reading), 'a comparison of numbers');
    const value = readValue(reading, field);
    if (operator === 'rlike') compileRegular(String(value));
    return withNegation(negated, { kind: 'comparison', field, operator, value });
  }
  if (takeWord(reading, 'in')) {
    return withNegation(negated, { kind: 'comparison', field, operator: 'in', value: readList(reading, field) });
  }
  const token = peek(reading);
  if (negated || token.kind !== 'symbol' || !isComparator(token.text))
    return wrong(token, 'a comparison such as = or LIKE');
  reading.at++;
  const operator = token.text === '<>' ? '!=' : token.text === '==' ? '=' : (token.text as Comparator);
  const ofTexts = '=, !=, LIKE, ILIKE or IN for a text';
  if (field.type === 'text' && operator !== '=' && operator !== '!=') wrong(token, ofTexts);
  const value = readValue(reading, field);
  if (field.type === 'any' && typeof value === 'string' && operator !== '=' && operator !== '!=') wrong(token, ofTexts);
  return { kind: 'comparison', field, operator, value };
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
  if (field.type === 'any' && (isText(token) || isWord(token, 'true') || isWord(token, 'false'))) {
    return isText(token) ? token.text : token.text.toLowerCase();
  }
  if (field.type === 'text') {
    const isBare = reading.vocabulary.bareTexts && (token.kind === 'number' || token.kind === 'word');
    return isText(token) || isBare ? token.text : wrong(token, 'a text in quotes');
  }
  if (token.kind === 'number') return Number(token.text);
  if (token.kind === 'word' && /^[+-]?inf(inity)?$/i.test(token.text)) {
    return token.text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const time = field.type === 'time' && isText(token) ? Date.parse(token.text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  return wrong(token, field.type === 'time' ? 'milliseconds or an ISO time in quotes' : 'a number');
}

function isText(token: Token): boolean {
  return token.kind === 'text' || (token.kind === 'quoted' && token.quote === '"');
}

import { describe, expect, test } from 'vitest';
import { createDealer, type Dealer } from '../../../test/support/fuzz.ts';
import { TidemillError } from '../errors.ts';
import {
  attributePrefixes,
  type Comparison,
  type Field,
  type Filter,
  parseFilter,
  parseOrder,
  printFilter,
  type Vocabulary,
} from './index.ts';

const vocabulary: Vocabulary = {
  of: 'thing',
  prefixes: { metrics: 'metric', tags: 'tag', tag: 'tag', notes: 'note', datasets: 'dataset', ...attributePrefixes },
  attributes: {
    name: { name: 'name', type: 'text' },
    'odd name': { name: 'odd name', type: 'text' },
    size: { name: 'size', type: 'number' },
    start_time: { name: 'startedAt', type: 'time' },
    startedat: { name: 'startedAt', type: 'time' },
  },
  numeric: ['metric'],
  mixed: ['note'],
  keys: { dataset: { name: 'text', 'long name': 'text', rows: 'number' } },
  regular: true,
};
const keys = ['a', 'a.b', 'a b', '`', '``', "it's", '"', 'ü☃', 'and', 'NOT', '1', '-', '.', 'a/b:c', '\\', '%'];
const texts = ['', ' ', 'a', "'", "''", '"', '`', '%_\\', 'ü\u{1f600}', 'and 1 = 1', '\n', 'null', '(', '1e5'];
const numbers = [0, -0, 1, -1, 0.1, 1e21, -1e-7, 5e-324, 1.7976931348623157e308, Infinity, -Infinity, 2 ** 53];

const pick = <T>(deal: Dealer, list: readonly T[]) => list[deal(list.length)]!;

function randomField(deal: Dealer): Field {
  return pick<() => Field>(deal, [
    () => ({ kind: 'metric', key: pick(deal, keys), type: 'number' }),
    () => ({ kind: 'tag', key: pick(deal, keys), type: 'text' }),
    () => ({ kind: 'note', key: pick(deal, keys), type: 'any' }),
    () => ({ kind: 'dataset', key: pick(deal, ['name', 'long name']), type: 'text' }),
    () => ({ kind: 'attribute', key: pick(deal, ['name', 'odd name']), type: 'text' }),
    () => ({ kind: 'attribute', key: 'size', type: 'number' }),
    () => ({ kind: 'attribute', key: 'startedAt', type: 'time' }),
  ])();
}

function randomComparison(deal: Dealer): Comparison {
  const field = randomField(deal);
  const isText = field.type === 'text' || (field.type === 'any' && deal(2) === 0);
  const value = () => (isText ? pick(deal, texts) : pick(deal, numbers));
  const kind = 'comparison';
  const operator = pick(
    deal,
    isText
      ? (['=', '!=', 'like', 'ilike', 'in', 'is null', 'rlike'] as const)
      : (['=', '!=', '<', '<=', '>', '>=', 'in', 'is null'] as const),
  );
  if (operator === 'is null') return { kind, field, operator, value: '' };
  if (operator === 'in') return { kind, field, operator, value: Array.from({ length: 1 + deal(4) }, value) };
  return { kind, field, operator, value: operator === 'rlike' ? pick(deal, ['^a.*$', '[a-c]{2}', "it's|x"]) : value() };
}

function randomFilter(deal: Dealer, depth: number): Filter {
  const shape = depth === 0 ? 0 : deal(5);
  if (shape < 2) return randomComparison(deal);
  if (shape === 2) return { kind: 'not', part: randomFilter(deal, depth - 1) };
  const parts = Array.from({ length: 2 + deal(3) }, () => randomFilter(deal, depth - 1));
  return { kind: shape === 3 ? 'and' : 'or', parts };
}

test('what is printed parses to the same filter, and prints the same', () => {
  const deal = createDealer('print');
  for (let turn = 0; turn < 5000; turn++) {
    const filter = randomFilter(deal, 3);
    const text = printFilter(filter, vocabulary);
    const again = parseFilter(text, vocabulary)!;
    expect([text, again]).toEqual([text, filter]);
    expect(printFilter(again, vocabulary)).toBe(text);
  }
});

/** Parses, and gives what was wrong; anything but a refusal in our words is thrown. */
function refusal(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'invalid_query') return error.message;
    throw error;
  }
}

describe('random text', () => {
  const pieces = [
    ...[
      'metrics.a',
      'tags.`x`',
      'name',
      'size',
      'notes.',
      'dataset',
      ' ',
      '=',
      '!=',
      '<=',
      'LIKE',
      'rlike',
      'NOT',
      'AND',
      'or',
    ],
    ...[
      '(',
      ')',
      ',',
      "'",
      '"',
      '`',
      "'x'",
      '"y"',
      '1',
      '-',
      '+inf',
      '1e9',
      'IS',
      'NULL',
      'IN',
      '\u0000',
      '\ud800',
      '☃',
      ';',
      '\n',
    ],
  ];
  test('is parsed or refused with invalid_query', () => {
    const deal = createDealer('random');
    let refused = 0;
    for (let turn = 0; turn < 20_000; turn++) {
      const text = Array.from({ length: deal(12) }, () => pick(deal, pieces)).join(pick(deal, ['', ' ']));
      if (refusal(() => parseFilter(text, vocabulary))) refused++;
      refusal(() => parseOrder(text, vocabulary));
      const characters = Array.from({ length: deal(30) }, () =>
        String.fromCharCode(deal(4) === 0 ? deal(65_536) : 32 + deal(95)),
      );
      refusal(() => parseFilter(characters.join(''), vocabulary));
    }
    expect(refused).toBeGreaterThan(1000);
  });

  test('of more than that is refused unread', () => {
    expect(refusal(() => parseFilter(' '.repeat(300_001), vocabulary))).toMatch(/too long/);
    expect(refusal(() => parseOrder('a'.repeat(20_000_000), vocabulary))).toMatch(/too long/);
  });

  // Each of them would take minutes were its time to grow with the square of its length.
  const many = 299_000;
  test.each([
    ['parentheses', '('.repeat(many)],
    ['NOT', 'NOT '.repeat(many / 4)],
    ['quotes', "'".repeat(many)],
    ['doubled quotes without an end', `'${"''".repeat(many / 4)}`],
    ['spaces', ' '.repeat(many)],
    ['digits', '1'.repeat(many)],
    ['digits and dots', '1.'.repeat(many / 4)],
    ['one word', 'a'.repeat(many)],
    ['words with dots', `metrics.${'a.'.repeat(many / 4)}`],
    ['comparisons', 'size = 1 AND '.repeat(many / 15)],
    ['a list', `size IN (${'1,'.repeat(many / 4)}1)`],
    ['signs', '+-'.repeat(many / 4)],
    ['a long pattern', `name RLIKE '${'(a+)+'.repeat(many / 10)}$'`],
  ])(
    'of very many %s is refused soon',
    (_name, text) => {
      refusal(() => parseFilter(text, vocabulary));
      refusal(() => parseOrder(text, vocabulary));
    },
    5_000,
  );
});

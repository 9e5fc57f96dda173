import type { Run } from './index.ts';

/** Repeatable chance. */
export interface Dice {
  next(): number;
  pick<T>(values: readonly T[]): T;
}

/** Mulberry32 from a seed. */
export function createDice(seed: number): Dice {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { next, pick: (values) => values[Math.floor(next() * values.length)]! };
}

/** A filter as text, and what a plain reading of it says of a run. */
export interface PlainFilter {
  text: string;
  test(run: Run): boolean;
}

/** Whether a run meets a filter. */
export function holds(filter: PlainFilter, run: Run): boolean {
  return filter.test(run);
}

/** A filter of random shape. */
export function randomFilter(dice: Dice, depth: number): PlainFilter {
  const shape = depth === 0 ? 'test' : dice.pick(['test', 'test', 'and', 'or', 'not', 'parentheses']);
  if (shape === 'test') return dice.pick([metricTest, textTest, textTest, nullTest])(dice);
  if (shape === 'not') {
    const part = randomFilter(dice, depth - 1);
    return { text: `NOT (${part.text})`, test: (run) => !part.test(run) };
  }
  const [a, b] = [randomFilter(dice, depth - 1), randomFilter(dice, depth - 1)];
  if (shape === 'parentheses') return { text: `(${a.text})`, test: a.test };
  const test = (run: Run) => (shape === 'and' ? a.test(run) && b.test(run) : a.test(run) || b.test(run));
  return { text: `(${a.text}) ${dice.pick([shape, shape.toUpperCase()])} (${b.text})`, test };
}

const metrics = [
  { text: 'metrics.auc', key: 'auc' },
  { text: 'metrics.`loss/val`', key: 'loss/val' },
  { text: 'metrics.loss/val', key: 'loss/val' },
  { text: 'metric."none"', key: 'none' },
];

function metricTest(dice: Dice): PlainFilter {
  const { text, key } = dice.pick(metrics);
  const operator = dice.pick(['=', '!=', '<', '<=', '>', '>=']);
  const value = dice.pick([0, 0.5, -0.5, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  const compare: Record<string, (x: number) => boolean> = {
    '=': (x) => x === value,
    '!=': (x) => x !== value,
    '<': (x) => x < value,
    '<=': (x) => x <= value,
    '>': (x) => x > value,
    '>=': (x) => x >= value,
  };
  const shown = Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-Infinity';
  const test = (run: Run) => key in run.metrics && compare[operator]!(run.metrics[key]!.value);
  return { text: `${text} ${operator} ${shown}`, test };
}

const texts: { text: string; of(run: Run): string | undefined }[] = [
  { text: 'params.x', of: (run) => run.params['x'] },
  { text: 'params.`deep key`', of: (run) => run.params['deep key'] },
  { text: 'tags.t', of: (run) => run.tags['t'] },
  { text: 'attributes.name', of: (run) => run.name },
  { text: 'status', of: (run) => run.status },
];

const words = ['a', 'b', 'A', "it's", 'x%y', '[z]', '', 'zz', 'aZb', 'a?b', 'ü', '\\', 'RUNNING', 'a_b', 'c*d'];
const patterns = ['%', 'a%', '%b', 'a_b', '_', '%z%', '[z]', 'a?b', 'c*d', '%\\%', '%%', 'A%', '_%Z_', 'ü', 'run%'];

function textTest(dice: Dice): PlainFilter {
  const { text, of } = dice.pick(texts);
  const operator = dice.pick(['=', '!=', 'LIKE', 'ILIKE', 'NOT LIKE', 'IN', 'NOT IN']);
  const quote = (value: string) => dice.pick([`'${value.replaceAll("'", "''")}'`, `"${value}"`]);
  if (operator.endsWith('IN')) {
    const list = [dice.pick(words), dice.pick(words)];
    const isIn = (run: Run) => of(run) !== undefined && list.includes(of(run)!) === (operator === 'IN');
    return { text: `${text} ${operator} (${list.map(quote).join(', ')})`, test: isIn };
  }
  const value = dice.pick(operator.endsWith('LIKE') ? patterns : words);
  const test = (run: Run) => {
    const found = of(run);
    if (found === undefined) return false;
    if (operator === '=') return found === value;
    if (operator === '!=') return found !== value;
    return like(found, value, operator === 'ILIKE') === (operator !== 'NOT LIKE');
  };
  return { text: `${text} ${operator} ${quote(value)}`, test };
}

function like(found: string, pattern: string, ignoreCase: boolean): boolean {
  const source = [...pattern].map((one) => (one === '%' ? '.*' : one === '_' ? '.' : one.replace(/\W/gu, '\\$&')));
  const escaped = source.join('').replace(/\\([^\x20-\x7e])/gu, '$1');
  return new RegExp(`^${escaped}$`, ignoreCase ? 'si' : 's').test(found);
}

function nullTest(dice: Dice): PlainFilter {
  const isNull = dice.next() < 0.5;
  const word = isNull ? 'IS NULL' : 'is not null';
  if (dice.next() < 0.5) {
    const { text, key } = dice.pick(metrics);
    return { text: `${text} ${word}`, test: (run) => key in run.metrics !== isNull };
  }
  const { text, of } = dice.pick(texts);
  return { text: `${text} ${word}`, test: (run) => (of(run) === undefined) === isNull };
}

/** One term of an order, and how to read it of a run. */
export interface PlainOrder {
  text: string;
  descending: boolean;
  of(run: Run): string | number | undefined;
}

/** An order of one to three terms. */
export function randomOrder(dice: Dice): PlainOrder[] {
  const fields: Omit<PlainOrder, 'descending'>[] = [
    { text: 'metrics.auc', of: (run) => run.metrics['auc']?.value },
    { text: 'metrics.`loss/val`', of: (run) => run.metrics['loss/val']?.value },
    { text: 'params.`deep key`', of: (run) => run.params['deep key'] },
    { text: 'status', of: (run) => run.status },
    { text: 'start_time', of: (run) => run.startedAt },
    { text: 'endedAt', of: (run) => run.endedAt ?? undefined },
  ];
  return Array.from({ length: dice.pick([1, 2, 3]) }, () => {
    const descending = dice.next() < 0.5;
    const field = dice.pick(fields);
    return { of: field.of, descending, text: `${field.text}${descending ? ' DESC' : dice.pick([' asc', ''])}` };
  });
}

/** What a run is sorted by: first what has a value, then NaN, then what lacks it. */
export function keyOf({ of }: PlainOrder, run: Run): [number, string | number] {
  const value = of(run);
  if (value === undefined) return [2, 0];
  return Number.isNaN(value) ? [1, 0] : [0, value];
}

/** Runs in an order, ties left as they come. */
export function sortedBy(order: readonly PlainOrder[], runs: readonly Run[]): Run[] {
  const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  return [...runs].sort((a, b) => {
    for (const term of order) {
      const [x, y] = [keyOf(term, a), keyOf(term, b)];
      const by = compare(x[0], y[0]) || compare(x[1], y[1]) * (term.descending ? -1 : 1);
      if (by !== 0) return by;
    }
    return 0;
  });
}

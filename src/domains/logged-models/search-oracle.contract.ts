import type { LoggedModel } from './index.ts';

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

/** A model with every point that was logged, and the datasets that metrics must be of. */
export interface Case {
  model: LoggedModel;
  datasets: readonly { name: string; digest?: string }[];
}

/** A filter as text, what a plain reading of it says, and whether it speaks of metrics. */
export interface PlainFilter {
  text: string;
  hasMetric: boolean;
  test(one: Case): boolean;
}

/** A filter of random shape. */
export function randomFilter(dice: Dice, depth: number): PlainFilter {
  const shape = depth === 0 ? 'test' : dice.pick(['test', 'and', 'or', 'not', 'parentheses']);
  if (shape === 'test') return dice.pick([metricTest, textTest, timeTest, nullTest])(dice);
  const a = randomFilter(dice, depth - 1);
  if (shape === 'not') return { ...a, text: `NOT (${a.text})`, test: (one) => !a.test(one) };
  if (shape === 'parentheses') return { ...a, text: `(${a.text})` };
  const b = randomFilter(dice, depth - 1);
  return {
    text: `(${a.text}) ${shape} (${b.text})`,
    hasMetric: a.hasMetric || b.hasMetric,
    test: (one) => (shape === 'and' ? a.test(one) && b.test(one) : a.test(one) || b.test(one)),
  };
}

/** The points of a key that count: those on one of the datasets, if any are given. */
export function pointsOf({ model, datasets }: Case, key?: string) {
  return model.metrics.filter(
    (point) =>
      (key === undefined || point.key === key) &&
      (datasets.length === 0 ||
        datasets.some(
          ({ name, digest }) => point.datasetName === name && (digest === undefined || point.datasetDigest === digest),
        )),
  );
}

const compare: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function metricTest(dice: Dice): PlainFilter {
  const [text, key] = dice.pick([
    ['metrics.auc', 'auc'],
    ['metrics.`loss val`', 'loss val'],
    ['metric."none"', 'none'],
  ] as const);
  const operator = dice.pick(Object.keys(compare));
  const value = dice.pick([0, 0.5, -0.5, 1]);
  const test = (one: Case) => pointsOf(one, key).some((point) => compare[operator]!(point.value, value));
  return { text: `${text} ${operator} ${value}`, hasMetric: true, test };
}

const texts: { text: string; of(model: LoggedModel): string | undefined }[] = [
  { text: 'params.x', of: ({ params }) => params['x'] },
  { text: 'params.`deep key`', of: ({ params }) => params['deep key'] },
  { text: 'tags.t', of: ({ tags }) => tags['t'] },
  { text: 'attributes.name', of: ({ name }) => name },
  { text: 'model_type', of: ({ type }) => type },
  { text: 'status', of: ({ status }) => status },
  { text: 'source_run_id', of: ({ sourceRunId }) => sourceRunId },
];
/** Values that texts of models and filters are picked from. */
export const words = ['a', 'b', 'A', "it's", 'x%y', '[z]', '', 'aZb', 'ü', '\\', 'READY', 'a_b', 'c*d'];
const patterns = ['%', 'a%', '%b', 'a_b', '_', '%z%', '[z]', 'c*d', 'A%', '_%Z_', 'ü', 'R%'];

function textTest(dice: Dice): PlainFilter {
  const { text, of } = dice.pick(texts);
  const operator = dice.pick(['=', '!=', 'LIKE', 'ILIKE', 'not in', 'IN']);
  const quote = (value: string) => dice.pick([`'${value.replaceAll("'", "''")}'`, `"${value}"`]);
  const values = [dice.pick(operator.endsWith('LIKE') ? patterns : words), dice.pick(words)];
  const shown = /in/i.test(operator.slice(-2)) ? `(${values.map(quote).join(', ')})` : quote(values[0]!);
  const holds = (found: string) => {
    if (operator === '=') return found === values[0];
    if (operator === '!=') return found !== values[0];
    if (operator.endsWith('LIKE')) return like(found, values[0]!, operator === 'ILIKE');
    return values.includes(found) === (operator === 'IN');
  };
  const test = ({ model }: Case) => of(model) !== undefined && holds(of(model)!);
  return { text: `${text} ${operator} ${shown}`, hasMetric: false, test };
}

function like(found: string, pattern: string, ignoreCase: boolean): boolean {
  const source = [...pattern].map((one) => (one === '%' ? '.*' : one === '_' ? '.' : literal(one)));
  return new RegExp(`^${source.join('')}$`, ignoreCase ? 'si' : 's').test(found);
}

function literal(one: string): string {
  return /[\^$.*+?()[\]{}|\\/]/.test(one) ? `\\${one}` : one;
}

function timeTest(dice: Dice): PlainFilter {
  const operator = dice.pick(Object.keys(compare));
  const at = 1_700_000_000_000 + dice.pick([0, 100, 400]);
  const shown = dice.pick([String(at), `'${new Date(at).toISOString()}'`]);
  const test = ({ model }: Case) => compare[operator]!(model.createdAt, at);
  return { text: `creation_timestamp ${operator} ${shown}`, hasMetric: false, test };
}

function nullTest(dice: Dice): PlainFilter {
  const isNull = dice.next() < 0.5;
  const word = isNull ? 'IS NULL' : 'is not null';
  if (dice.next() < 0.5) {
    const test = (one: Case) => pointsOf(one, 'auc').length > 0 !== isNull;
    return { text: `metrics.auc ${word}`, hasMetric: true, test };
  }
  const { text, of } = dice.pick(texts);
  return { text: `${text} ${word}`, hasMetric: false, test: ({ model }) => (of(model) === undefined) === isNull };
}

/** One term of an order, and how to read it of a model. */
export interface PlainOrder {
  field: string;
  ascending: boolean;
  datasetName?: string;
  of(model: LoggedModel): string | number | undefined;
}

/** An order of one to three terms. */
export function randomOrder(dice: Dice): PlainOrder[] {
  const latest = (key: string, dataset?: string) => (model: LoggedModel) =>
    model.metrics
      .filter((point) => point.key === key && (dataset === undefined || point.datasetName === dataset))
      .sort((a, b) => b.at - a.at || b.step - a.step)[0]?.value;
  const fields: Omit<PlainOrder, 'ascending'>[] = [
    { field: 'metrics.auc', of: latest('auc') },
    { field: 'metrics.loss val', of: latest('loss val') },
    { field: 'metrics.auc', datasetName: 'd1', of: latest('auc', 'd1') },
    { field: 'params.`deep key`', of: ({ params }) => params['deep key'] },
    { field: 'name', of: ({ name }) => name },
    { field: 'creation_time', of: ({ createdAt }) => createdAt },
  ];
  return Array.from({ length: dice.pick([1, 2, 3]) }, () => ({ ...dice.pick(fields), ascending: dice.next() < 0.5 }));
}

/** What a model is sorted by: first what has a value, then NaN, then what lacks it. */
export function keyOf({ of }: PlainOrder, model: LoggedModel): [number, string | number] {
  const value = of(model);
  if (value === undefined) return [2, 0];
  return Number.isNaN(value) ? [1, 0] : [0, value];
}

/** Models in an order, ties left as they come. */
export function sortedBy(order: readonly PlainOrder[], models: readonly LoggedModel[]): LoggedModel[] {
  const by = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  return [...models].sort((a, b) => {
    for (const term of order) {
      const [x, y] = [keyOf(term, a), keyOf(term, b)];
      const difference = by(x[0], y[0]) || by(x[1], y[1]) * (term.ascending ? 1 : -1);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

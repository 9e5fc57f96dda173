import { fail } from '../../kernel/errors.ts';
import { ascendingOrder } from './order.ts';
import { createRandom, permutation } from './random.ts';

/**
 * How rows are divided. `stratified` keeps the shares of labels, `group` keeps all rows of a group together, `time` puts
 * earlier rows first and never divides rows of one time.
 */
export type SplitPlan =
  | { kind: 'random'; seed: number }
  | { kind: 'stratified'; labels: ArrayLike<unknown>; seed: number }
  | { kind: 'group'; groups: ArrayLike<unknown>; seed: number }
  | { kind: 'time'; times: Float64Array };

/** Row numbers to train on and to test on, ascending. */
export interface Fold {
  train: Int32Array;
  test: Int32Array;
}

/**
 * Divides `rows` rows into parts of the given shares (which sum to 1), each as ascending row numbers.
 * Fails with `invalid_input` when shares are wrong, lengths differ, a time is missing, or a part would be empty.
 */
export function holdOut(rows: number, plan: SplitPlan, shares: readonly number[]): Int32Array[] {
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length < 2 || shares.some((share) => !(share > 0)) || Math.abs(sum - 1) > 1e-9) {
    fail('invalid_input', `The shares [${shares.join(', ')}] of a split must be positive and sum to 1.`, {
      field: 'shares',
      value: [...shares],
      cure: 'Give shares such as [0.8, 0.2].',
    });
  }
  checkPlan(rows, plan);
  const parts = collect(assign(rows, plan, shares), shares.length);
  const empty = parts.findIndex((part) => part.length === 0);
  if (empty >= 0) tooFew(rows, `part ${empty + 1} of the split would be empty`);
  return parts;
}

/**
 * `k` folds, each row tested once (`time`: `k` expanding windows over `k + 1` blocks, each tested on the block after it).
 * Fails with `invalid_input` when there are fewer rows, groups or times than folds need.
 */
export function folds(rows: number, plan: SplitPlan, k: number): Fold[] {
  if (!Number.isInteger(k) || k < 2 || k > rows) {
    fail('invalid_input', `${k} folds of ${rows} rows cannot be made.`, {
      field: 'folds',
      value: k,
      cure: 'Give a whole number from 2 to the number of rows.',
    });
  }
  const parts = plan.kind === 'time' ? k + 1 : k;
  const blocks = holdOut(rows, plan, new Array<number>(parts).fill(1 / parts));
  return Array.from({ length: k }, (_, i) => {
    if (plan.kind === 'time') return { train: merge(blocks.slice(0, i + 1)), test: blocks[i + 1]! };
    return { train: merge(blocks.filter((_block, j) => j !== i)), test: blocks[i]! };
  });
}

function checkPlan(rows: number, plan: SplitPlan): void {
  const [field, values] =
    plan.kind === 'stratified'
      ? ['labels', plan.labels]
      : plan.kind === 'group'
        ? ['groups', plan.groups]
        : plan.kind === 'time'
          ? ['times', plan.times]
          : ['rows', undefined];
  if (values !== undefined && values.length !== rows) {
    fail('invalid_input', `'${field}' has ${values.length} values for ${rows} rows.`, { field, value: values.length });
  }
  const missing = plan.kind === 'time' ? plan.times.findIndex((time) => Number.isNaN(time)) : -1;
  if (missing >= 0) {
    fail('invalid_input', `Row ${missing} has no time.`, {
      field,
      value: null,
      cure: 'Drop rows without a time first.',
    });
  }
}

function tooFew(rows: number, what: string): never {
  return fail('invalid_input', `${rows} rows are too few: ${what}.`, {
    field: 'rows',
    value: rows,
    cure: 'Use more rows, fewer parts, or another kind of split.',
  });
}

/** The part of each row. */
function assign(rows: number, plan: SplitPlan, shares: readonly number[]): Uint32Array {
  if (plan.kind === 'time') return assignByTime(plan.times, shares);
  if (plan.kind === 'group') return assignGroups(codesOf(plan.groups), shares, plan.seed);
  const order = permutation(rows, createRandom(plan.seed));
  if (plan.kind === 'random') return assignInOrder(order, shares);
  const codes = codesOf(plan.labels);
  // A stable sort by class keeps the random order inside each class; cutting class by class keeps its share.
  const byClass = ascendingOrder(Float64Array.from(order, (row) => codes[row]!)).map((i) => order[i]!);
  return assignByClass(Int32Array.from(byClass), codes, shares);
}

/** Ends of the parts as counts of `rows`; each part differs from its share by less than one. */
function endsOf(rows: number, shares: readonly number[]): number[] {
  let reached = 0;
  return shares.map((share, i) => {
    reached += share;
    return i === shares.length - 1 ? rows : Math.round(reached * rows);
  });
}

function assignInOrder(order: Int32Array, shares: readonly number[]): Uint32Array {
  const parts = new Uint32Array(order.length);
  const ends = endsOf(order.length, shares);
  let part = 0;
  for (let i = 0; i < order.length; i++) {
    while (i >= ends[part]!) part++;
    parts[order[i]!] = part;
  }
  return parts;
}

/** Deals rows, sorted by class, to the part that is furthest behind its share of the class, then of all rows. */
function assignByClass(order: Int32Array, codes: Int32Array, shares: readonly number[]): Uint32Array {
  const parts = new Uint32Array(order.length);
  const dealt = shares.map(() => 0);
  let ofClass = shares.map(() => 0);
  let inClass = 0;
  for (let i = 0; i < order.length; i++) {
    if (i > 0 && codes[order[i]!] !== codes[order[i - 1]!]) {
      ofClass = shares.map(() => 0);
      inClass = 0;
    }
    inClass++;
    let best = 0;
    let bestLag = Number.NEGATIVE_INFINITY;
    for (let part = 0; part < shares.length; part++) {
      const overall = (shares[part]! * (i + 1) - dealt[part]!) / order.length;
      const lag = shares[part]! * inClass - ofClass[part]! + overall;
      if (lag > bestLag + 1e-12) [best, bestLag] = [part, lag];
    }
    parts[order[i]!] = best;
    dealt[best]!++;
    ofClass[best]!++;
  }
  return parts;
}

function assignByTime(times: Float64Array, shares: readonly number[]): Uint32Array {
  const order = ascendingOrder(times);
  const parts = new Uint32Array(order.length);
  const ends = endsOf(order.length, shares);
  let part = 0;
  for (let i = 0; i < order.length; i++) {
    const sameTime = i > 0 && times[order[i]!] === times[order[i - 1]!];
    while (i >= ends[part]! && !sameTime) part++;
    parts[order[i]!] = part;
  }
  return parts;
}

/** Deals whole groups, the largest first, to the part that is furthest behind its share. */
function assignGroups(codes: Int32Array, shares: readonly number[], seed: number): Uint32Array {
  const sizes: number[] = [];
  for (const code of codes) sizes[code] = (sizes[code] ?? 0) + 1;
  const shuffled = permutation(sizes.length, createRandom(seed));
  const order = [...shuffled].sort((a, b) => sizes[b]! - sizes[a]!);
  const dealt = shares.map(() => 0);
  const partOfGroup = new Uint32Array(sizes.length);
  for (const group of order) {
    let best = 0;
    for (let part = 1; part < shares.length; part++) {
      if (shares[part]! * codes.length - dealt[part]! > shares[best]! * codes.length - dealt[best]!) best = part;
    }
    partOfGroup[group] = best;
    dealt[best]! += sizes[group]!;
  }
  return Uint32Array.from(codes, (code) => partOfGroup[code]!);
}

/** Numbers values 0, 1, … as they first appear. */
function codesOf(values: ArrayLike<unknown>): Int32Array {
  const known = new Map<unknown, number>();
  return Int32Array.from(values as ArrayLike<number>, (value: unknown) => {
    const code = known.get(value);
    if (code !== undefined) return code;
    known.set(value, known.size);
    return known.size - 1;
  });
}

function collect(parts: Uint32Array, count: number): Int32Array[] {
  const sizes = new Uint32Array(count);
  for (const part of parts) sizes[part]!++;
  const rows = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Uint32Array(count);
  for (let row = 0; row < parts.length; row++) rows[parts[row]!]![filled[parts[row]!]!++] = row;
  return rows;
}

function merge(blocks: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all.sort();
}

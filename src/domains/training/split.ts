import { fail } from '../../kernel/errors.ts';
import { createRandom, shuffle } from './random.ts';

/** Row indexes, ascending: to learn from, to stop and tune by, and to report on. */
export interface Split {
  training: Int32Array;
  validation: Int32Array;
  holdout: Int32Array;
}

/** How to part rows. */
export interface SplitPlan {
  holdout: number;
  /** Share of the rows that are not held out. */
  validation: number;
  seed: number;
}

/** Parts rows at random. */
export function splitRandom(rows: number, plan: SplitPlan): Split {
  return cut(shuffle(indexes(rows), createRandom(plan.seed)), plan);
}

/** Parts rows at random, each class in the same shares. `classes[row]` is the index of the row's class. */
export function splitStratified(classes: ArrayLike<number>, plan: SplitPlan): Split {
  const random = createRandom(plan.seed);
  const parts = [...groupRows(classes).values()].map((rows) => cut(shuffle(rows, random), plan));
  const join = (pick: (part: Split) => Int32Array) => Int32Array.from(parts.flatMap((part) => [...pick(part)])).sort();
  return {
    training: join((part) => part.training),
    validation: join((part) => part.validation),
    holdout: join((part) => part.holdout),
  };
}

/** Parts rows by time: the last are held out, those before them validate. Rows of equal time stay in their order. */
export function splitByTime(times: Float64Array, plan: SplitPlan): Split {
  if (times.some(Number.isNaN)) {
    fail('invalid_data', 'The column that orders rows in time has missing values.', {
      field: 'split.column',
      cure: 'Drop those rows or choose another column.',
    });
  }
  const order = indexes(times.length).sort((a, b) => times[a]! - times[b]! || a - b);
  const held = Math.round(times.length * plan.holdout);
  const known = order.subarray(0, times.length - held);
  const validating = Math.round(known.length * plan.validation);
  return {
    training: known.slice(0, known.length - validating).sort(),
    validation: known.slice(known.length - validating).sort(),
    holdout: order.slice(times.length - held).sort(),
  };
}

/** `folds` parts of nearly equal size, each row in one; stratified where classes are given. */
export function splitFolds(
  rows: number,
  plan: { folds: number; seed: number; classes?: ArrayLike<number> },
): Int32Array[] {
  if (rows < plan.folds) {
    fail('invalid_input', `${rows} rows cannot be parted into ${plan.folds} folds.`, { field: 'split.folds' });
  }
  const random = createRandom(plan.seed);
  const groups = plan.classes ? [...groupRows(plan.classes).values()] : [indexes(rows)];
  const folds = Array.from({ length: plan.folds }, () => [] as number[]);
  let next = 0;
  for (const group of groups) for (const row of shuffle(group, random)) folds[next++ % plan.folds]!.push(row);
  return folds.map((fold) => Int32Array.from(fold).sort());
}

/** All rows but those of one part. */
export function rowsWithout(rows: number, part: Int32Array): Int32Array {
  const left = new Set(part);
  return indexes(rows).filter((row) => !left.has(row));
}

/** 0, 1, … rows-1. */
export function indexes(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}

function groupRows(classes: ArrayLike<number>): Map<number, Int32Array> {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < classes.length; row++) {
    const group = groups.get(classes[row]!);
    if (group) group.push(row);
    else groups.set(classes[row]!, [row]);
  }
  const sorted = [...groups].sort(([a], [b]) => a - b);
  return new Map(sorted.map(([name, rows]) => [name, Int32Array.from(rows)]));
}

function cut(rows: Int32Array, plan: SplitPlan): Split {
  const held = Math.round(rows.length * plan.holdout);
  const validating = Math.round((rows.length - held) * plan.validation);
  return {
    holdout: rows.slice(0, held).sort(),
    validation: rows.slice(held, held + validating).sort(),
    training: rows.slice(held + validating).sort(),
  };
}

import { fail } from '../../kernel/errors.ts';
import { folds, holdOut, type SplitPlan } from '../evaluation/index.ts';
import { columnOf, type NumericColumn, type Table } from './columns.ts';
import type { Task } from './fitted.ts';
import type { SplitSpec } from './schema.ts';

/** Row indexes, ascending, to fit on and to judge by. */
export interface Part {
  training: Int32Array;
  validation: Int32Array;
}

/** How the rows of a training are used. */
export interface Parting {
  /** What parameters are searched with: one part, or one a fold. */
  parts: Part[];
  /** What the final model is fitted on and stopped early by. */
  final: Part;
  /** Rows of the reported figures: held out, or with folds those that were tested once. */
  holdout: Int32Array;
  /** Whether the figures are of fold models rather than of the final one. */
  crossValidated: boolean;
}

/** What rows are parted by. */
export interface PartingRequest {
  table: Table;
  task: Task;
  /** A number or class index a row. */
  truth: Float64Array;
  split: SplitSpec;
  seed: number;
}

/** Parts the rows into training, validation and holdout, or into folds. */
export function partRows(request: PartingRequest): Parting {
  const { table, split } = request;
  const plan = planOf(request);
  if (split.kind === 'k-fold') {
    const parts = folds(table.rows, plan, split.folds).map(({ train, test }) => ({
      training: train,
      validation: test,
    }));
    const all = Int32Array.from({ length: table.rows }, (_, row) => row);
    const holdout = Int32Array.from(parts.flatMap((part) => [...part.validation])).sort();
    return { parts, final: { training: all, validation: new Int32Array(0) }, holdout, crossValidated: true };
  }
  const known = 1 - split.holdout;
  const shares = [known * (1 - split.validation), known * split.validation, split.holdout];
  const rows = holdOut(table.rows, plan, split.validation > 0 ? shares : [known, split.holdout]);
  const validation = split.validation > 0 ? rows[1]! : new Int32Array(0);
  const final = { training: rows[0]!, validation };
  return { parts: [final], final, holdout: rows.at(-1)!, crossValidated: false };
}

function planOf({ table, task, truth, split, seed }: PartingRequest): SplitPlan {
  const timed = split.kind === 'time' || (split.kind === 'k-fold' && split.column !== undefined);
  if (timed) return { kind: 'time', times: (columnOf(table, split.column!) as NumericColumn).values };
  if (split.kind === 'stratified' && task === 'regression') {
    fail('invalid_input', 'A stratified split needs classes.', {
      field: 'split.kind',
      cure: "Use 'random' or 'time'.",
    });
  }
  return task === 'regression' || split.kind === 'random'
    ? { kind: 'random', seed }
    : { kind: 'stratified', labels: truth, seed };
}

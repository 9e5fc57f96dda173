import { fail } from '../../kernel/errors.ts';
import { type Column, columnOf, type Table, takeRows } from './columns.ts';
import type { FittedModel, Label, Task } from './fitted.ts';

/** The target as trainers take it, and the rows that have one. */
export interface TargetPlan {
  task: Task;
  targetType: FittedModel['targetType'];
  classes: Label[] | null;
  /** A number, or the index of the class, of each row kept. */
  target: Float64Array;
  /** The table without the rows that have no target. */
  table: Table;
  droppedRows: number;
}

/** Whole numbers of at most so many values are taken for classes, unless the task says otherwise. */
const mostNumericClasses = 20;
const mostClasses = 1000;

/** Reads task and classes off the target column; rows without a target are dropped. */
export function planTarget(table: Table, name: string, asked: { task?: Task; boolean: boolean }): TargetPlan {
  const column = columnOf(table, name)!;
  const kept = presentRows(column);
  if (kept.length === 0) fail('invalid_data', `The target '${name}' is missing in every row.`, { field: 'target' });
  const whole = kept.length === table.rows;
  const used = whole ? table : takeRows(table, kept);
  const values = columnOf(used, name)!;
  const droppedRows = table.rows - kept.length;
  const distinct = distinctOf(values, asked.boolean);
  const task = asked.task ?? inferTask(values, distinct);
  if (task === 'regression') {
    if (values.kind !== 'numeric')
      fail('invalid_input', `The target '${name}' is text; regression needs numbers.`, { field: 'target' });
    const target = (values as Extract<Column, { kind: 'numeric' }>).values;
    return { task, targetType: 'number', classes: null, target, table: used, droppedRows };
  }
  const classes = distinct;
  requireClasses(name, task, classes);
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  const labelAt = labelReader(values, asked.boolean);
  const target = Float64Array.from({ length: used.rows }, (_, row) => indexOf.get(labelAt(row))!);
  return {
    task,
    targetType: typeof classes[0] as FittedModel['targetType'],
    classes,
    target,
    table: used,
    droppedRows,
  };
}

function presentRows(column: Column): Int32Array {
  const present = (row: number) =>
    column.kind === 'numeric' ? !Number.isNaN(column.values[row]!) : column.codes[row]! >= 0;
  const rows = column.kind === 'numeric' ? column.values.length : column.codes.length;
  return Int32Array.from({ length: rows }, (_, row) => row).filter(present);
}

function labelReader(column: Column, boolean: boolean): (row: number) => Label {
  if (column.kind === 'categorical') return (row) => column.levels[column.codes[row]!]!;
  return boolean ? (row) => column.values[row] === 1 : (row) => column.values[row]!;
}

/** The labels that occur, ascending; stops counting numbers once there are too many to be classes. */
function distinctOf(column: Column, boolean: boolean): Label[] {
  const labelAt = labelReader(column, boolean);
  const rows = column.kind === 'numeric' ? column.values.length : column.codes.length;
  const seen = new Set<Label>();
  for (let row = 0; row < rows && seen.size <= mostClasses; row++) seen.add(labelAt(row));
  return [...seen].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function inferTask(column: Column, distinct: Label[]): Task {
  if (distinct.length === 2) return 'binary';
  if (column.kind === 'categorical') return distinct.length < 2 ? 'binary' : 'multiclass';
  if (typeof distinct[0] === 'boolean') return 'binary';
  return distinct.length <= mostNumericClasses && distinct.every(Number.isInteger) ? 'multiclass' : 'regression';
}

function requireClasses(name: string, task: Task, classes: Label[]): void {
  const field = 'target';
  if (classes.length < 2) {
    fail('invalid_data', `Every row has '${name}' = ${classes[0]}; there is nothing to tell apart.`, {
      field,
      value: classes[0],
    });
  }
  if (task === 'binary' && classes.length > 2) {
    const several = classes.length > mostClasses ? `more than ${mostClasses}` : classes.length;
    fail('invalid_input', `The target '${name}' has ${several} values; a binary task needs two.`, { field: 'task' });
  }
  if (classes.length > mostClasses) {
    fail('invalid_input', `The target '${name}' has more than ${mostClasses} classes.`, {
      field,
      cure: 'Group rare classes.',
    });
  }
}

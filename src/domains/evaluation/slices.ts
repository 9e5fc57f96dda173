import { fail } from '../../kernel/errors.ts';
import { quantile } from './bootstrap.ts';
import type { Evaluation, MetricValue } from './metric.ts';
import { checkLengths } from './rows.ts';

/** Some rows that share a property of one column. */
export interface Slice {
  column: string;
  /** The value, or the interval `[low, high)` (the last one closed), or `(missing)`, or `(other)`. */
  label: string;
  rows: Int32Array;
}

/** A slice with what was measured on it; no metrics when it has too few rows. */
export interface MeasuredSlice<Name extends string> {
  column: string;
  label: string;
  rows: number;
  metrics: Record<Name, MetricValue> | null;
  reason?: string;
}

const missingLabel = '(missing)';
const otherLabel = '(other)';

/** One slice a value, the most frequent first; values beyond `most` share one slice, missing ones (null, empty) another. */
export function sliceByValue(column: string, values: ArrayLike<unknown>, most = 20): Slice[] {
  const byValue = new Map<string, number[]>();
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const missing = value === null || value === undefined || value === '' || Number.isNaN(value);
    const label = missing ? missingLabel : String(value);
    const rows = byValue.get(label);
    if (rows === undefined) byValue.set(label, [row]);
    else rows.push(row);
  }
  const sorted = [...byValue].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const slices = sorted.slice(0, most).map(([label, rows]) => ({ column, label, rows: Int32Array.from(rows) }));
  const rest = sorted.slice(most);
  if (rest.length > 0) {
    slices.push({ column, label: otherLabel, rows: Int32Array.from(rest.flatMap(([, rows]) => rows)).sort() });
  }
  return slices;
}

/** One slice a quantile bin (fewer when quantiles coincide), missing values apart; infinities fall into the outer bins. */
export function sliceByQuantile(column: string, values: Float64Array, bins = 4): Slice[] {
  if (!Number.isInteger(bins) || bins < 2 || bins > 100) {
    fail('invalid_input', `'bins' is ${bins}.`, { field: 'bins', value: bins, cure: 'Give 2 to 100.' });
  }
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const inner = Array.from({ length: bins - 1 }, (_, i) => quantile(sorted, (i + 1) / bins));
  const edges = [...new Set(inner)].filter((edge) => edge > sorted[0]!);
  const groups: number[][] = Array.from({ length: edges.length + 1 }, () => []);
  const missing: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) missing.push(row);
    else groups[countBelowOrAt(edges, value)]!.push(row);
  }
  const bounds = [sorted[0], ...edges, sorted.at(-1)];
  const labels = groups.map((_, i) => `[${bounds[i]}, ${bounds[i + 1]}${i === groups.length - 1 ? ']' : ')'}`);
  return [...groups.map((rows, i) => ({ label: labels[i]!, rows })), { label: missingLabel, rows: missing }]
    .filter((slice) => slice.rows.length > 0)
    .map(({ label, rows }) => ({ column, label, rows: Int32Array.from(rows) }));
}

function countBelowOrAt(edges: readonly number[], value: number): number {
  let count = 0;
  while (count < edges.length && edges[count]! <= value) count++;
  return count;
}

/** What to measure on slices. */
export interface SliceOptions<Name extends string> {
  only?: readonly Name[];
  /** A slice of fewer rows is listed but not measured; 30 when left out. */
  minRows?: number;
}

/** Measures slices of an evaluation. */
export function evaluateSlices<Name extends string>(
  evaluation: Evaluation<Name>,
  slices: readonly Slice[],
  { only, minRows = 30 }: SliceOptions<Name> = {},
): MeasuredSlice<Name>[] {
  return slices.map(({ column, label, rows }) => {
    if (rows.some((row) => row >= evaluation.rows)) checkLengths(evaluation.rows, { [column]: rows });
    const measured = { column, label, rows: rows.length };
    if (rows.length < minRows) return { ...measured, metrics: null, reason: `fewer than ${minRows} rows` };
    return { ...measured, metrics: evaluation.take(rows).compute({ only }) };
  });
}

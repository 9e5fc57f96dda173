import type { Observations, ObservedColumn } from '../serving/index.ts';
import type { Column } from './drift/sample.ts';

/** The rows of one model version in a window. */
export interface WindowRows {
  model: string;
  version: number;
  /** Row numbers in the observations. */
  index: Int32Array;
  from: Observations;
}

/** The rows of a window by the version that answered, most rows first; of equal ones the newer version. */
export function byVersion(observations: Observations): WindowRows[] {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < observations.rows; row++) {
    if (Number.isNaN(observations.version[row]!)) continue;
    const key = `${observations.version[row]}@${observations.model[row]}`;
    const rows = groups.get(key);
    if (rows) rows.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()]
    .map((rows) => ({
      model: observations.model[rows[0]!]!,
      version: observations.version[rows[0]!]!,
      index: Int32Array.from(rows),
      from: observations,
    }))
    .sort((a, b) => b.index.length - a.index.length || b.version - a.version);
}

/** Some rows of a column of numbers. */
export function pick(values: Float64Array, index: Int32Array): Float64Array {
  const picked = new Float64Array(index.length);
  for (let i = 0; i < index.length; i++) picked[i] = values[index[i]!]!;
  return picked;
}

/** What a logged column shall be read as: the reference's type, and its categories where it has some. */
export type ReadAs = { type: 'numeric' } | { type: 'category'; categories?: readonly string[] };

/** Some rows of a logged column, as the type its reference has: numbers are read as categories where the reference has those. */
export function columnOf(observed: ObservedColumn, index: Int32Array, as: ReadAs): Column {
  if (observed.type === 'number' && as.type === 'numeric') {
    const values = pick(observed.values, index);
    return { type: 'numeric', values, nulls: countNaN(values) };
  }
  if (observed.type === 'string') return encode(observed.values, index);
  // Truth values are logged as 1 and 0.
  const known = as.type === 'category' ? (as.categories ?? []) : [];
  const isTruth = known.length > 0 && known.every((category) => category === 'true' || category === 'false');
  const write = (value: number) => (isTruth && (value === 0 || value === 1) ? String(value === 1) : String(value));
  const text = Array.from(observed.values, (value) => (Number.isNaN(value) ? null : write(value)));
  return encode(text, index);
}

function countNaN(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (Number.isNaN(value)) count++;
  return count;
}

function encode(values: readonly (string | null)[], index: Int32Array): Column {
  const codes = new Int32Array(index.length);
  const known = new Map<string, number>();
  for (let i = 0; i < index.length; i++) {
    const value = values[index[i]!] ?? null;
    let code = -1;
    if (value !== null) {
      code = known.get(value) ?? known.size;
      if (code === known.size) known.set(value, code);
    }
    codes[i] = code;
  }
  return { type: 'category', codes, categories: [...known.keys()] };
}

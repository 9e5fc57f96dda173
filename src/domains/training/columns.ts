/** A column of numbers; NaN means missing. */
export interface NumericColumn {
  kind: 'numeric';
  name: string;
  values: Float64Array;
}

/** A column of categories: `codes[row]` is an index into `levels`, -1 means missing. */
export interface CategoricalColumn {
  kind: 'categorical';
  name: string;
  valueType: 'string' | 'number';
  levels: (string | number)[];
  codes: Int32Array;
}

/** A column as trainers and the oracle take it. */
export type Column = NumericColumn | CategoricalColumn;

/** Columns of equal length. */
export interface Table {
  rows: number;
  columns: Column[];
}

/** Makes a numeric column from plain numbers; null means missing. */
export function numericColumn(name: string, values: ArrayLike<number | null>): NumericColumn {
  return { kind: 'numeric', name, values: Float64Array.from(values, (value) => value ?? Number.NaN) };
}

/** Makes a categorical column from raw values; null and the empty string mean missing. */
export function categoricalColumn(name: string, values: ArrayLike<string | number | null>): CategoricalColumn {
  const indexes = new Map<string | number, number>();
  const codes = Int32Array.from(values as ArrayLike<string>, (value: string | number | null) => {
    if (value === null || value === '' || Number.isNaN(value)) return -1;
    const known = indexes.get(value);
    if (known !== undefined) return known;
    indexes.set(value, indexes.size);
    return indexes.size - 1;
  });
  const levels = [...indexes.keys()];
  const valueType = levels.some((level) => typeof level === 'string') ? 'string' : 'number';
  return { kind: 'categorical', name, valueType, levels, codes };
}

/** The column of a name, or undefined. */
export function columnOf(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** The rows of a table named by index, as a new table. */
export function takeRows(table: Table, rows: Int32Array): Table {
  return { rows: rows.length, columns: table.columns.map((column) => takeColumn(column, rows)) };
}

function takeColumn(column: Column, rows: Int32Array): Column {
  if (column.kind === 'numeric')
    return { ...column, values: gather(column.values, new Float64Array(rows.length), rows) };
  return { ...column, codes: gather(column.codes, new Int32Array(rows.length), rows) };
}

function gather<A extends Float64Array | Int32Array>(from: A, to: A, rows: Int32Array): A {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!;
  return to;
}

import { fail } from '../kernel/errors.ts';
import type { Column, ColumnKind, Columns } from './columns.ts';

/** Makes `Columns` of columns of equal length. */
export function toColumns(list: Column[], rows: number): Columns {
  const byName = new Map(list.map((column) => [column.name, column]));
  return {
    names: list.map((column) => column.name),
    types: list.map((column) => column.type),
    rows,
    list,
    column: (name) =>
      byName.get(name) ??
      fail('invalid_input', `There is no column '${name}'; the columns are ${[...byName.keys()].join(', ')}.`, {
        field: 'column',
        value: name,
      }),
  };
}

const kinds: Record<string, ColumnKind> = {
  BIGINT: 'bigint',
  BOOLEAN: 'boolean',
  VARCHAR: 'text',
  JSON: 'text',
  ENUM: 'text',
  UUID: 'text',
  DATE: 'time',
  TIMESTAMP: 'time',
  TIMESTAMP_S: 'time',
  TIMESTAMP_MS: 'time',
  TIMESTAMP_NS: 'time',
  'TIMESTAMP WITH TIME ZONE': 'time',
};
const numeric = /^(U?(TINYINT|SMALLINT|INTEGER|HUGEINT)|UBIGINT|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/;

/** The kind of a SQL type. */
export function kindOf(type: string): ColumnKind {
  if (numeric.test(type)) return 'number';
  return kinds[type.replace(/\(.*$/s, '')] ?? 'other';
}

/** Joins the parts of one column into one. */
export function joinParts(parts: Column[], rows: number): Column {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  const nulls = joinNulls(parts, rows);
  const base = { name: first.name, type: first.type, ...(nulls && { nulls }) };
  switch (first.kind) {
    case 'text':
      return { ...base, kind: 'text', values: parts.flatMap((part) => part.values as string[]) };
    case 'other':
      return { ...base, kind: 'other', values: parts.flatMap((part) => part.values as unknown[]) };
    case 'bigint': {
      const values = new BigInt64Array(rows);
      eachPart(parts, (part, at) => values.set(part.values as BigInt64Array, at));
      return { ...base, kind: 'bigint', values };
    }
    case 'boolean': {
      const values = new Uint8Array(rows);
      eachPart(parts, (part, at) => values.set(part.values as Uint8Array, at));
      return { ...base, kind: 'boolean', values };
    }
    default: {
      const values = new Float64Array(rows);
      eachPart(parts, (part, at) => values.set(part.values as Float64Array, at));
      return { ...base, kind: first.kind, values };
    }
  }
}

function joinNulls(parts: Column[], rows: number): Uint8Array | undefined {
  if (parts.every((part) => part.nulls === undefined)) return undefined;
  const nulls = new Uint8Array(rows);
  eachPart(parts, (part, at) => {
    if (part.nulls) nulls.set(part.nulls, at);
  });
  return nulls;
}

function eachPart(parts: Column[], visit: (part: Column, at: number) => void) {
  let at = 0;
  for (const part of parts) {
    visit(part, at);
    at += part.values.length;
  }
}

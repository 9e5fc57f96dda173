import { identifier, literal } from '../../engine/index.ts';
import type { Expectation, LogicalType } from './expectation-schema.ts';
import type { DatasetColumn } from './schema.ts';

/** A rule as SQL over the table `data`. */
export type Rule = { id: string; expectation: Expectation; columns: string[] } & (
  | {
      kind: 'row';
      /** How many rows the rule looks at. */
      counted: string;
      /** True for rows that break it; null or false for others. */
      breaks: string;
    }
  | {
      kind: 'unique';
      counted: string;
      breaks: string;
      /** How many different values there are; below the rows it applies to when one is repeated. */
      distinct: string;
    }
  | { kind: 'table'; observed: string }
  | { kind: 'impossible'; problem: string }
);

/** Writes rules as SQL; a rule about a column that is missing or of a wrong type becomes `impossible`, which counts as broken. */
export function compileRules(expectations: readonly Expectation[], columns: readonly DatasetColumn[]): Rule[] {
  const types = new Map(columns.map((column) => [column.name, column.type]));
  const taken = new Map<string, number>();
  return expectations.map((expectation) => {
    const named = columnsOf(expectation);
    const base = { id: idOf(expectation, named, taken), expectation, columns: named };
    const missing = named.find((name) => !types.has(name));
    if (missing !== undefined) return { ...base, kind: 'impossible', problem: `There is no column '${missing}'.` };
    return { ...base, ...compile(expectation, types) };
  });
}

function columnsOf(expectation: Expectation): string[] {
  if ('columns' in expectation) return expectation.columns;
  return 'column' in expectation ? [expectation.column] : [];
}

function idOf(expectation: Expectation, columns: string[], taken: Map<string, number>): string {
  const id = expectation.id ?? [expectation.type, ...columns].join(':');
  const times = (taken.get(id) ?? 0) + 1;
  taken.set(id, times);
  return times === 1 ? id : `${id}-${times}`;
}

type Compiled = Rule extends infer R ? (R extends Rule ? Omit<R, 'id' | 'expectation' | 'columns'> : never) : never;

function compile(expectation: Expectation, types: Map<string, string>): Compiled {
  switch (expectation.type) {
    case 'row_count':
      return { kind: 'table', observed: 'count(*)' };
    case 'compound_unique': {
      const list = expectation.columns.map(identifier).join(', ');
      const applies = expectation.columns.map((name) => `${identifier(name)} IS NOT NULL`).join(' AND ');
      const repeated = `SELECT (${list}) FROM data WHERE ${applies} GROUP BY ${list} HAVING count(*) > 1`;
      const breaks = `${applies} AND (${list}) IN (${repeated})`;
      const counted = `count(*) FILTER (WHERE ${applies})`;
      return { kind: 'unique', counted, breaks, distinct: `count(DISTINCT (${list})) FILTER (WHERE ${applies})` };
    }
    case 'sql': {
      // On lines of its own: a comment at its end must not swallow what follows.
      const expression = `(\n${expectation.expression}\n)`;
      return { kind: 'row', counted: `count(${expression})`, breaks: `${expression} IS FALSE` };
    }
    default: {
      const column = identifier(expectation.column);
      return compileColumn(expectation, { sql: column, type: types.get(expectation.column)! });
    }
  }
}

interface ColumnSql {
  sql: string;
  type: string;
}

type ColumnExpectation = Exclude<Expectation, { type: 'row_count' | 'compound_unique' | 'sql' }>;

function compileColumn(expectation: ColumnExpectation, column: ColumnSql): Compiled {
  const counted = `count(${column.sql})`;
  const text = isText(column.type) ? column.sql : `CAST(${column.sql} AS VARCHAR)`;
  switch (expectation.type) {
    case 'not_null':
      return { kind: 'row', counted: 'count(*)', breaks: `${column.sql} IS NULL` };
    case 'unique': {
      const repeated = `SELECT ${column.sql} FROM data WHERE ${column.sql} IS NOT NULL GROUP BY ${column.sql} HAVING count(*) > 1`;
      const breaks = `${column.sql} IN (${repeated})`;
      return { kind: 'unique', counted, breaks, distinct: `count(DISTINCT ${column.sql})` };
    }
    case 'type':
      return { kind: 'row', counted, breaks: `${column.sql} IS NOT NULL AND ${breaksType(expectation.is, column)}` };
    case 'between':
      return { kind: 'row', counted, breaks: breaksBounds(expectation, column) };
    case 'in_set': {
      const numbers = expectation.values.every((value) => typeof value === 'number');
      const list = expectation.values.map((value) => literal(numbers ? value : String(value))).join(', ');
      return {
        kind: 'row',
        counted,
        breaks: `${numbers && isNumber(column.type) ? column.sql : text} NOT IN (${list})`,
      };
    }
    case 'regex':
      return { kind: 'row', counted, breaks: `NOT regexp_matches(${text}, ${literal(expectation.pattern)})` };
    case 'length': {
      const bounds = { min: expectation.min, max: expectation.max };
      return { kind: 'row', counted, breaks: breaksBounds(bounds, { sql: `length(${text})`, type: 'BIGINT' }) };
    }
    case 'freshness':
      if (!isTime(column.type)) return impossible(column, 'a time');
      return { kind: 'table', observed: `epoch_ms(max(${column.sql})::TIMESTAMP)` };
    case 'mean_between':
      if (!isNumber(column.type)) return impossible(column, 'a number');
      return { kind: 'table', observed: `avg(${column.sql})::DOUBLE` };
    case 'quantile_between':
      if (!isNumber(column.type)) return impossible(column, 'a number');
      return { kind: 'table', observed: `quantile_cont(${column.sql}, ${expectation.quantile})::DOUBLE` };
  }
}

function impossible(column: ColumnSql, wanted: string): Compiled {
  return { kind: 'impossible', problem: `The column ${column.sql} is ${column.type}, not ${wanted}.` };
}

function breaksBounds(
  bounds: { min?: number | string | undefined; max?: number | string | undefined },
  column: ColumnSql,
) {
  const numbers = typeof (bounds.min ?? bounds.max) === 'number';
  const parse = isText(column.type) && numbers;
  const value = parse ? `TRY_CAST(${column.sql} AS DOUBLE)` : column.sql;
  const parts: string[] = [];
  if (bounds.min !== undefined) parts.push(`${value} < ${literal(bounds.min)}`);
  if (bounds.max !== undefined) parts.push(`${value} > ${literal(bounds.max)}`);
  if (parse) parts.push(`(${column.sql} IS NOT NULL AND ${value} IS NULL)`);
  // NaN sorts above every number, so a lower bound alone would let it pass.
  if (/^(FLOAT|DOUBLE)$/.test(column.type)) parts.push(`isnan(${column.sql})`);
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
}

function breaksType(wanted: LogicalType, { sql, type }: ColumnSql): string {
  const text = isText(type);
  switch (wanted) {
    case 'text':
      return text ? 'false' : 'true';
    case 'integer':
      if (/INT/.test(type)) return 'false';
      if (text)
        return `NOT (regexp_full_match(${sql}, '\\s*[+-]?[0-9]+\\s*') AND TRY_CAST(${sql} AS HUGEINT) IS NOT NULL)`;
      return isNumber(type) ? `(isnan(${sql}::DOUBLE) OR ${sql} <> trunc(${sql}))` : 'true';
    case 'number':
      return isNumber(type) ? 'false' : text ? `TRY_CAST(${sql} AS DOUBLE) IS NULL` : 'true';
    case 'boolean':
      return type === 'BOOLEAN' ? 'false' : text ? `TRY_CAST(${sql} AS BOOLEAN) IS NULL` : 'true';
    case 'date':
      return type === 'DATE' ? 'false' : text ? `TRY_CAST(${sql} AS DATE) IS NULL` : 'true';
    case 'timestamp':
      return isTime(type) ? 'false' : text ? `TRY_CAST(${sql} AS TIMESTAMP) IS NULL` : 'true';
  }
}

function isText(type: string): boolean {
  return /^(VARCHAR|JSON|ENUM|UUID)/.test(type);
}

function isNumber(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL)/.test(type);
}

function isTime(type: string): boolean {
  return /^(DATE|TIMESTAMP)/.test(type);
}

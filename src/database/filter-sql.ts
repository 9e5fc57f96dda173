import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Comparison, Filter } from '../kernel/filter/index.ts';
import type { Queries } from './database.ts';
import { matchesPattern, matchesRegular } from './pattern.ts';

/** A condition of a query. */
export type Condition = Expression<SqlBool>;

/** How a comparison is asked of the database; the only part of a filter that differs between domains. */
export type ReadComparison = (comparison: Comparison) => Condition;

/** The comparisons of SQL, by the operators of filters. */
export const comparators = {
  '=': sql`=`,
  '!=': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
} as const;

/** A filter as a condition; every key and value is bound, none becomes SQL text. */
export function filterCondition(filter: Filter, read: ReadComparison): Condition {
  if (filter.kind === 'not') return sql<SqlBool>`not (${filterCondition(filter.part, read)})`;
  if (filter.kind === 'comparison') return read(filter);
  const parts = filter.parts.map((part) => sql`(${filterCondition(part, read)})`);
  return sql<SqlBool>`(${sql.join(parts, filter.kind === 'and' ? sql` and ` : sql` or `)})`;
}

/** A comparison over a column that is never null. */
export function testOf(
  queries: Queries,
  column: RawBuilder<string>,
  { operator, value }: Comparison,
): RawBuilder<SqlBool> {
  if (operator === 'is null') return sql<SqlBool>`${column} is null`;
  if (operator === 'like' || operator === 'ilike') {
    return matchesPattern(queries, column, { pattern: String(value), ignoreCase: operator === 'ilike' });
  }
  if (operator === 'rlike') return matchesRegular(queries, column, String(value));
  if (operator === 'in') return sql<SqlBool>`${column} in (${sql.join(value as readonly unknown[])})`;
  return sql<SqlBool>`${column} ${comparators[operator]} ${value}`;
}

/** A comparison over a column of the thing itself: what is null compares as false, and is what `is null` finds. */
export function columnTest(queries: Queries, name: string, comparison: Comparison): RawBuilder<SqlBool> {
  const values = Array.isArray(comparison.value) ? comparison.value : [comparison.value];
  // Only whole numbers compare with an integer column as they are, and by its index.
  const asIs =
    comparison.field.type === 'text' || comparison.operator === 'is null' || values.every(Number.isSafeInteger);
  const column = asIs ? sql.ref<string>(name) : sql<string>`cast(${sql.ref(name)} as double precision)`;
  const test = testOf(queries, column, comparison);
  return comparison.operator === 'is null' ? test : sql<SqlBool>`(${column} is not null and ${test})`;
}

/** A table of keys and values that belong to a thing, such as its tags. */
export interface PairTable {
  table: string;
  /** The column that names the thing, and the thing's own column that it equals, such as `run.id`. */
  owner: string;
  of: string;
}

/** A comparison over the value of one key in a table of pairs: a thing without the key is only found by `is null`. */
export function pairTest(queries: Queries, pairs: PairTable, comparison: Comparison): RawBuilder<SqlBool> {
  const isNull = comparison.operator === 'is null';
  const test = isNull ? sql<SqlBool>`1 = 1` : testOf(queries, sql.ref<string>('pair.value'), comparison);
  const has = sql<SqlBool>`exists (select 1 from ${sql.table(pairs.table)} as pair
    where ${sql.ref(`pair.${pairs.owner}`)} = ${sql.ref(pairs.of)} and pair.key = ${comparison.field.key} and ${test})`;
  return isNull ? sql<SqlBool>`not ${has}` : has;
}

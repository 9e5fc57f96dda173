import { type Expression, type RawBuilder, type SqlBool, SqliteAdapter, sql } from 'kysely';
import { compileRegular, printRegular, readRegular } from '../kernel/filter/index.ts';
import type { Queries } from './database.ts';

/** Whether a query builder speaks to SQLite; for the few places in `database` where the SQL must differ. */
function isSqlite(queries: Queries): boolean {
  return queries.getExecutor().adapter instanceof SqliteAdapter;
}

/**
 * SQL's LIKE with the same meaning on both databases: `%` is any text, `_` any one character, there is no escape character,
 * and letters match by case unless `ignoreCase`, which folds ASCII letters. The pattern is bound, never spliced.
 */
export function matchesPattern(
  queries: Queries,
  column: Expression<string | null>,
  { pattern, ignoreCase }: { pattern: string; ignoreCase: boolean },
): RawBuilder<SqlBool> {
  if (isSqlite(queries)) {
    const glob = pattern.replace(/[*?[%_]/g, (one) => (one === '%' ? '*' : one === '_' ? '?' : `[${one}]`));
    return ignoreCase ? sql`lower(${column}) glob lower(${glob})` : sql`${column} glob ${glob}`;
  }
  return ignoreCase
    ? sql`lower(${column} collate "C") like lower(${pattern}::text collate "C") escape ''`
    : sql`${column} like ${pattern}::text escape ''`;
}

/** The name of our matcher of regular expressions among SQLite's functions. */
export const regularFunction = 'matches_regular';

const mostMatchers = 50;
const matchers = new Map<string, (text: string) => boolean>();

/** Whether a text contains a match of a pattern, 1 or 0; null contains none. */
export function testRegular(pattern: unknown, text: unknown): number {
  const key = String(pattern);
  let matcher = matchers.get(key);
  if (!matcher) {
    if (matchers.size >= mostMatchers) matchers.clear();
    matcher = compileRegular(key);
    matchers.set(key, matcher);
  }
  return text !== null && matcher(String(text)) ? 1 : 0;
}

/** Whether a column contains a match of a regular expression of the subset that is matched in linear time. */
export function matchesRegular(
  queries: Queries,
  column: Expression<string | null>,
  pattern: string,
): RawBuilder<SqlBool> {
  if (isSqlite(queries)) return sql<SqlBool>`${sql.raw(regularFunction)}(${pattern}, ${column}) = 1`;
  return sql<SqlBool>`${column} ~ ${printRegular(readRegular(pattern))}::text`;
}

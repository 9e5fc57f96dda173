import { type Expression, type RawBuilder, type SqlBool, SqliteAdapter, sql } from 'kysely';
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

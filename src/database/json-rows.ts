import { type RawBuilder, SqliteAdapter, sql } from 'kysely';
import type { Queries } from './database.ts';

/**
 * An aggregate that packs columns of all rows of a group into one JSON text, an array of arrays: many short rows cost far
 * less to hand over this way than one by one. Read it with `unpackRows`.
 */
export function packRows(queries: Queries, columns: readonly string[]): RawBuilder<string> {
  const refs = sql.join(columns.map((column) => sql.ref(column)));
  if (queries.getExecutor().adapter instanceof SqliteAdapter) return sql`json_group_array(json_array(${refs}))`;
  return sql`cast(json_agg(json_build_array(${refs})) as text)`;
}

/** Reads what `packRows` packed: texts and numbers; infinite numbers come as such from SQLite, as texts from PostgreSQL. */
export function unpackRows(packed: string): (string | number)[][] {
  return JSON.parse(packed) as (string | number)[][];
}

import { SqliteAdapter, sql } from 'kysely';
import type { Queries } from './database.ts';

/** From which table to which, and the columns that both have, in the order to write in. */
export interface Move {
  from: string;
  to: string;
  columns: readonly string[];
}

/**
 * Moves all rows of a table into another, sorted; those that are there already are dropped. Rows that others add meanwhile are
 * moved or stay, but are never lost. Inside a transaction.
 */
export async function moveRows(tx: Queries, { from, to, columns }: Move): Promise<void> {
  const [source, target] = [sql.table(from), sql.table(to)];
  const listed = sql.join(columns.map((column) => sql.ref(column)));
  const insert = (rows: string) => sql`insert into ${target} (${listed}) select ${listed} from ${sql.table(rows)}
    where true order by ${listed} on conflict do nothing`;
  if (tx.getExecutor().adapter instanceof SqliteAdapter) {
    // Nobody else writes while this transaction does.
    await insert(from).execute(tx);
    await sql`delete from ${source}`.execute(tx);
    return;
  }
  await sql`with moved as (delete from ${source} returning ${listed}) ${insert('moved')}`.execute(tx);
}

import type { Queries } from '../database/database.ts';
import type { LedgerTables } from './tables.ts';

/** A complete subtree of `2^level` events, the `number`th of its level. */
export interface StoredSubtree {
  level: number;
  number: number;
  hash: string;
}

const rowsAtOnce = 200;

/** All SQL of the Merkle tree: the digests of events, and the hashes of complete subtrees. */
export function createTreeStore(queries: Queries) {
  const db = queries.withTables<LedgerTables>();
  return {
    /** The digests of the events at positions after `after`, in order. */
    async digests(after: number, limit: number): Promise<string[]> {
      const rows = await db
        .selectFrom('ledger_event')
        .select('digest')
        .where('position', '>', after)
        .orderBy('position')
        .limit(limit)
        .execute();
      return rows.map((row) => row.digest);
    },

    async subtree(level: number, number: number): Promise<string | undefined> {
      const row = await db
        .selectFrom('ledger_subtree')
        .select('hash')
        .where('level', '=', level)
        .where('number', '=', number)
        .executeTakeFirst();
      return row?.hash;
    },

    subtrees: (): Promise<StoredSubtree[]> => db.selectFrom('ledger_subtree').selectAll().execute(),

    async putSubtrees(subtrees: readonly StoredSubtree[]): Promise<void> {
      for (let from = 0; from < subtrees.length; from += rowsAtOnce) {
        await db
          .insertInto('ledger_subtree')
          .values(subtrees.slice(from, from + rowsAtOnce))
          .onConflict((conflict) => conflict.columns(['level', 'number']).doNothing())
          .execute();
      }
    },
  };
}

/** The store of the Merkle tree. */
export type TreeStore = ReturnType<typeof createTreeStore>;

import type { Queries } from '../database/database.ts';
import type { LedgerTables } from './tables.ts';

/** All SQL of the readers' cursors. */
export function createReaderStore(queries: Queries) {
  const db = queries.withTables<LedgerTables>();
  return {
    async cursor(reader: string): Promise<number | undefined> {
      const row = await db
        .selectFrom('ledger_cursor')
        .select('position')
        .where('reader', '=', reader)
        .executeTakeFirst();
      return row?.position;
    },

    async cursors(): Promise<Map<string, number>> {
      const rows = await db.selectFrom('ledger_cursor').select(['reader', 'position']).execute();
      return new Map(rows.map((row) => [row.reader, row.position]));
    },

    async startCursor(reader: string, position: number, now: number): Promise<void> {
      await db
        .insertInto('ledger_cursor')
        .values({ reader, position, updated_at: now })
        .onConflict((conflict) => conflict.column('reader').doNothing())
        .execute();
    },

    /** Moves the cursor on; gives false when it is no longer where the caller read it. */
    async moveCursor(reader: string, move: { from: number; to: number; now: number }): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('ledger_cursor')
        .set({ position: move.to, updated_at: move.now })
        .where('reader', '=', reader)
        .where('position', '=', move.from)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}

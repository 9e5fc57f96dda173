import type { Queries } from '../database/database.ts';
import { runPrepared } from '../database/prepared.ts';
import type { LedgerTables } from './tables.ts';

/** All SQL of the readers' cursors. */
export function createReaderStore(queries: Queries) {
  const db = queries.withTables<LedgerTables>();
  return {
    async cursor(reader: string): Promise<number | undefined> {
      const build = () => db.selectFrom('ledger_cursor').select('position').where('reader', '=', '');
      const [row] = await runPrepared(queries, { name: 'ledger-cursor', build }, [reader]);
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
      const build = () =>
        db
          .updateTable('ledger_cursor')
          .set({ position: 0, updated_at: 0 })
          .where('reader', '=', '')
          .where('position', '=', 0)
          .returning('position');
      const bound = [move.to, move.now, reader, move.from];
      return (await runPrepared(queries, { name: 'ledger-move-cursor', build }, bound)).length > 0;
    },
  };
}

import type { Queries } from '../database/database.ts';
import type { LedgerTables } from './tables.ts';

/** An event whose handler threw. */
export interface FailedEvent {
  reader: string;
  position: number;
  attempts: number;
  nextAt: number;
  failedAt: number;
  error: string;
}

/** All SQL of the events that readers failed at. */
export function createFailureStore(queries: Queries) {
  const db = queries.withTables<LedgerTables>();
  return {
    async putFailed(failed: FailedEvent): Promise<void> {
      const { reader, position, attempts, error } = failed;
      const again = { attempts, error, next_at: failed.nextAt, failed_at: failed.failedAt };
      await db
        .insertInto('ledger_retry')
        .values({ reader, position, ...again })
        .onConflict((conflict) => conflict.columns(['reader', 'position']).doUpdateSet(again))
        .execute();
    },

    /** Forgets a failure; gives false when another already did. */
    async removeFailed(reader: string, position: number): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('ledger_retry')
        .where('reader', '=', reader)
        .where('position', '=', position)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async dueFailures(reader: string, now: number, limit: number): Promise<FailedEvent[]> {
      const rows = await db
        .selectFrom('ledger_retry')
        .selectAll()
        .where('reader', '=', reader)
        .where('next_at', '<=', now)
        .orderBy('position')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, nextAt: row.next_at, failedAt: row.failed_at }));
    },

    async failures(): Promise<FailedEvent[]> {
      const rows = await db.selectFrom('ledger_retry').selectAll().orderBy('failed_at').execute();
      return rows.map((row) => ({ ...row, nextAt: row.next_at, failedAt: row.failed_at }));
    },
  };
}

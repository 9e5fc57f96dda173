import type { Queries } from '../../database/database.ts';
import type { Row } from './store.ts';
import type { PipelineTables } from './tables.ts';

/** All SQL of cached results and of who computes which right now. */
export function createCacheStore(queries: Queries) {
  const db = queries.withTables<PipelineTables>();
  return {
    result: (key: string): Promise<Row<'pipeline_cache'> | undefined> =>
      db.selectFrom('pipeline_cache').selectAll().where('key', '=', key).executeTakeFirst(),

    async putResult(row: Row<'pipeline_cache'>): Promise<void> {
      const { key: _key, ...change } = row;
      await db
        .insertInto('pipeline_cache')
        .values(row)
        .onConflict((conflict) => conflict.column('key').doUpdateSet(change))
        .execute();
    },

    async forget(key: string, createdAt: number): Promise<void> {
      await db.deleteFrom('pipeline_cache').where('key', '=', key).where('created_at', '=', createdAt).execute();
    },

    /** Takes the right to compute a key; gives the holder, which is the asker when it worked. */
    async takeFlight(want: Row<'pipeline_flight'>): Promise<Row<'pipeline_flight'>> {
      await db
        .insertInto('pipeline_flight')
        .values(want)
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
      return db.selectFrom('pipeline_flight').selectAll().where('key', '=', want.key).executeTakeFirstOrThrow();
    },

    async endFlights(flights: readonly Row<'pipeline_flight'>[]): Promise<void> {
      for (const flight of flights) {
        await db
          .deleteFrom('pipeline_flight')
          .where('key', '=', flight.key)
          .where('run_id', '=', flight.run_id)
          .where('idx', '=', flight.idx)
          .execute();
      }
    },

    /** The state of the step that holds a flight; nothing when it is gone. */
    async holderState(flight: Row<'pipeline_flight'>): Promise<string | undefined> {
      const row = await db
        .selectFrom('pipeline_node')
        .select('state')
        .where('run_id', '=', flight.run_id)
        .where('idx', '=', flight.idx)
        .executeTakeFirst();
      return row?.state;
    },
  };
}

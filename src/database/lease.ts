import type { Clock } from '../kernel/clock.ts';
import type { Database } from './database.ts';

type LeaseTables = {
  lease: { name: string; owner: string; fence: number; until_at: number };
};

/** The right to do a named work until `untilAt`, with a number larger than any holder's before. */
export interface Lease {
  name: string;
  owner: string;
  fence: number;
  untilAt: number;
}

/**
 * Takes the lease when it is free, expired or already the owner's; otherwise gives nothing.
 * A new holder gets a new fence; the same owner keeps its own and has it prolonged. A lease that ends later than any holder
 * could have asked for was given before the clock went back, and counts as expired.
 */
export async function takeLease(
  database: Database,
  clock: Clock,
  want: { name: string; owner: string; ttlMs: number },
): Promise<Lease | undefined> {
  const { name, owner, ttlMs } = want;
  const now = clock.now();
  const untilAt = now + ttlMs;
  return database.transaction(async (tx) => {
    const db = tx.withTables<LeaseTables>();
    const renewed = await db
      .updateTable('lease')
      .set({ until_at: untilAt })
      .where('name', '=', name)
      .where('owner', '=', owner)
      .where('until_at', '>', now)
      .returning('fence')
      .executeTakeFirst();
    if (renewed) return { name, owner, fence: renewed.fence, untilAt };
    await db
      .insertInto('lease')
      .values({ name, owner: '', fence: 0, until_at: 0 })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const taken = await db
      .updateTable('lease')
      .set((row) => ({ owner, until_at: untilAt, fence: row('fence', '+', 1) }))
      .where('name', '=', name)
      .where((row) => row.or([row('until_at', '<=', now), row('until_at', '>', now + 2 * ttlMs)]))
      .returning('fence')
      .executeTakeFirst();
    return taken && { name, owner, fence: taken.fence, untilAt };
  });
}

/** Gives the lease back, so that another may take it at once; a lease that another has taken since stays theirs. */
export async function releaseLease(database: Database, lease: Lease): Promise<void> {
  await database.query
    .withTables<LeaseTables>()
    .updateTable('lease')
    .set({ until_at: 0 })
    .where('name', '=', lease.name)
    .where('fence', '=', lease.fence)
    .execute();
}

/**
 * Frees every lease. For a process that knows itself alone on its database (it holds the lock of the home folder): the
 * holders are dead, and what they did by lease need not stand still until theirs end. Fences go on counting.
 */
export async function freeLeases(database: Database): Promise<void> {
  await database.query.withTables<LeaseTables>().updateTable('lease').set({ until_at: 0 }).execute();
}

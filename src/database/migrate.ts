import { sql } from 'kysely';
import { fail } from '../kernel/errors.ts';
import type { Database, Queries } from './database.ts';
import type { Migration } from './migration.ts';
import { migrations } from './migrations/index.ts';

type MigrationTables = { migration: { name: string; ran_at: number } };

/**
 * Brings the schema up to date; each missing step runs in its own transaction, one process at a time. Returns the names of
 * the steps it ran. Fails with `conflict` when the database knows a step that this program does not.
 */
export async function migrate(database: Database, steps: readonly Migration[] = migrations): Promise<string[]> {
  await inTurn(database, async (tx) => {
    await sql`create table if not exists migration (name text primary key, ran_at bigint not null)`.execute(tx);
    await refuseNewer(tx, steps);
  });
  const ran: string[] = [];
  for (const step of steps) {
    const isNew = await inTurn(database, async (tx) => {
      const table = tx.withTables<MigrationTables>();
      const done = await table.selectFrom('migration').select('name').where('name', '=', step.name).executeTakeFirst();
      if (done) return false;
      await step.up(tx);
      await table.insertInto('migration').values({ name: step.name, ran_at: Date.now() }).execute();
      return true;
    });
    if (isNew) ran.push(step.name);
  }
  return ran;
}

function inTurn<T>(database: Database, work: (tx: Queries) => Promise<T>): Promise<T> {
  return database.transaction(async (tx) => {
    await database.lock(tx, 'migrations');
    return work(tx);
  });
}

async function refuseNewer(tx: Queries, steps: readonly Migration[]): Promise<void> {
  const ran = await tx.withTables<MigrationTables>().selectFrom('migration').select('name').orderBy('name').execute();
  const unknown = ran.find(({ name }) => !steps.some((step) => step.name === name));
  if (!unknown) return;
  const cure = 'Run the newer program, or restore a backup made by this one.';
  fail('conflict', `The database was written by a newer Tidemill (step ${unknown.name}). ${cure}`, { cure });
}

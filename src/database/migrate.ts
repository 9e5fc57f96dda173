import type { Database } from './database.ts';
import type { Migration } from './migration.ts';
import { migrations } from './migrations/index.ts';

/** Brings the schema up to date; each missing step runs in its own transaction. Returns the names of the steps it ran. */
export async function migrate(database: Database, steps: readonly Migration[] = migrations): Promise<string[]> {
  await database.query.schema
    .createTable('migration')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('ran_at', 'bigint', (column) => column.notNull())
    .execute();
  const ran: string[] = [];
  for (const step of steps) {
    const isNew = await database.transaction(async (tx) => {
      await database.lock(tx, 'migrations');
      const table = tx.withTables<{ migration: { name: string; ran_at: number } }>();
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

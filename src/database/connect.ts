import { createDatabase, type Database } from './database.ts';
import { sqliteDialect } from './sqlite.ts';

/** Opens the database a URL names: `postgres://…`, or else the path of a SQLite file. */
export async function connect(url: string): Promise<Database> {
  if (!/^postgres(ql)?:\/\//.test(url)) return createDatabase('sqlite', sqliteDialect(url));
  const { postgresDialect } = await import('./postgres.ts');
  return createDatabase('postgres', postgresDialect(url));
}

import { fail } from '../kernel/errors.ts';
import { createDatabase, type Database } from './database.ts';
import { sqliteDialect } from './sqlite.ts';

/** Opens the database a URL names: `postgres://…`, or else the path of a SQLite file. */
export async function connect(url: string): Promise<Database> {
  if (!/^postgres(ql)?:\/\//.test(url)) return openFile(url);
  const { postgresDialect } = await import('./postgres.ts');
  return createDatabase('postgres', postgresDialect(url));
}

const notADatabase = 26;

function openFile(path: string): Database {
  try {
    return createDatabase('sqlite', sqliteDialect(path));
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== notADatabase) throw error;
    const cure = 'Put it back from a backup, or use another --home.';
    return fail('corrupt', `The file ${path} is not a SQLite database, or is damaged. ${cure}`, { cure, cause: error });
  }
}

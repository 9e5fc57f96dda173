import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/database/connect.ts';
import { createDatabase, type Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createMigratedDatabase, databaseAt, openMigratedPglite, placeMigratedFile } from './migrated-databases.ts';

/** A migrated, empty database for one test, and how to be rid of it. */
export interface TestDatabase {
  database: Database;
  dispose(): Promise<void>;
}

/** A fresh SQLite database in a folder of its own. */
export async function openSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-db-'));
  const path = join(folder, 'tidemill.db');
  await placeMigratedFile(path);
  const database = await connect(path);
  await migrate(database);
  return {
    database,
    dispose: async () => {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL inside the process, through PGlite. */
export async function openPglite(): Promise<TestDatabase> {
  const { pgliteDialect } = await import('../../src/database/postgres.ts');
  const database = createDatabase('postgres', pgliteDialect(await openMigratedPglite()));
  await migrate(database);
  return { database, dispose: () => database.close() };
}

/** A database of its own on the server that `TIDEMILL_TEST_POSTGRES_URL` names. */
async function openPostgres(url: string): Promise<TestDatabase> {
  const name = `test_${process.pid}_${Math.random().toString(36).slice(2)}`;
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await createMigratedDatabase(admin, { url, name });
  const database = await connect(databaseAt(url, name));
  await migrate(database);
  return {
    database,
    dispose: async () => {
      await database.close();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

const postgresUrl = process.env['TIDEMILL_TEST_POSTGRES_URL'];

/**
 * Every backend a store contract runs on: SQLite and PostgreSQL. That is the server whose URL is set, or, where none is,
 * PGlite: the same PostgreSQL inside the process, which takes longer and shows nothing that the server does not.
 */
export const backends: { name: string; open(): Promise<TestDatabase> }[] = [
  { name: 'sqlite', open: openSqlite },
  postgresUrl ? { name: 'postgres', open: () => openPostgres(postgresUrl) } : { name: 'pglite', open: openPglite },
];

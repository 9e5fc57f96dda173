import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { Client } from 'pg';
import { connect } from '../../src/database/connect.ts';
import { createDatabase } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { pgliteDialect } from '../../src/database/postgres.ts';

/*
 * Migrating an empty database takes longer than most tests. So it is done once for these migrations, and tests copy what that made.
 */

const sources = new URL('../../src/database/', import.meta.url).pathname;

/** Changes with any of the migrations and packages, so that a copy never has yesterday's tables, nor their old form. */
const fingerprint = (() => {
  const hash = createHash('sha256').update(readFileSync(new URL('../../package.json', import.meta.url).pathname));
  const steps = readdirSync(join(sources, 'migrations')).sort();
  for (const name of ['migrate.ts', ...steps.map((step) => join('migrations', step))]) {
    hash.update(name).update(readFileSync(join(sources, name)));
  }
  return hash.digest('hex').slice(0, 16);
})();

/** Puts a migrated, empty SQLite file at a path where there is none yet. */
export async function placeMigratedFile(path: string): Promise<void> {
  if (existsSync(path)) return;
  const original = join(tmpdir(), `tidemill-migrated-${fingerprint}.db`);
  if (!existsSync(original)) {
    const fresh = `${original}.${process.pid}`;
    const database = await connect(fresh);
    await migrate(database);
    await database.close();
    for (const more of ['-wal', '-shm']) await rm(fresh + more, { force: true });
    // Whoever is last wins; all are the same.
    await rename(fresh, original);
  }
  await copyFile(original, path);
}

/** PostgreSQL inside the process, migrated and empty: read from a file it starts in a fifth of the time. */
export async function openMigratedPglite(): Promise<PGlite> {
  const { PGlite } = await import('@electric-sql/pglite');
  const original = join(tmpdir(), `tidemill-migrated-${fingerprint}.pglite`);
  if (!existsSync(original)) {
    const made = await PGlite.create();
    const database = createDatabase('postgres', pgliteDialect(made));
    await migrate(database);
    const fresh = `${original}.${process.pid}`;
    const dump = await made.dumpDataDir('none');
    await writeFile(fresh, Buffer.from(await dump.arrayBuffer()));
    await database.close();
    // Whoever is last wins; all are the same.
    await rename(fresh, original);
  }
  return PGlite.create({ loadDataDir: new Blob([await readFile(original)]) });
}

/** Makes a migrated, empty database of a name on a PostgreSQL server, by a connection that may make databases. */
export async function createMigratedDatabase(
  admin: Client,
  { url, name }: { url: string; name: string },
): Promise<void> {
  const original = `tidemill_migrated_${fingerprint}`;
  if (!(await hasDatabase(admin, original))) {
    await admin.query('select pg_advisory_lock(7270)');
    try {
      if (!(await hasDatabase(admin, original))) await migrateOriginal(admin, { url, name: original });
    } finally {
      await admin.query('select pg_advisory_unlock(7270)');
    }
  }
  await admin.query(`create database ${name} template ${original}`);
}

async function migrateOriginal(admin: Client, { url, name }: { url: string; name: string }): Promise<void> {
  const fresh = `${name}_fresh`;
  await admin.query(`drop database if exists ${fresh} with (force)`);
  await admin.query(`create database ${fresh}`);
  const database = await connect(databaseAt(url, fresh));
  await migrate(database);
  await database.close();
  // Sessions end a moment after their connections.
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${fresh}'`);
  for (let turn = 0; ; turn++) {
    try {
      await admin.query(`alter database ${fresh} rename to ${name}`);
      return;
    } catch (error) {
      if (turn >= 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** The URL of another database of the same server. */
export function databaseAt(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

async function hasDatabase(admin: Client, name: string): Promise<boolean> {
  return (await admin.query('select 1 from pg_database where datname = $1', [name])).rows.length > 0;
}

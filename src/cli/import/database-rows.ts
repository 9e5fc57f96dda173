import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { UsageError } from '../context.ts';

/** A row as the database gives it. */
export type Row = Record<string, string | number | boolean | null>;
type Value = Row[string];

/** Queries of a database that is only read; parameters are written `?`. */
export interface Rows {
  all(sql: string, values?: readonly Value[]): Promise<Row[]>;
  hasTable(name: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens the database of a tracking store: `sqlite:///file`, the path of a SQLite file, or `postgresql://…`. */
export async function openRows(address: string): Promise<Rows> {
  if (/^postgres(ql)?(\+\w+)?:\/\//.test(address)) {
    return openPostgres(address.replace(/^postgres(ql)?(\+\w+)?:/, 'postgresql:'));
  }
  // As SQLAlchemy writes it: three slashes before a relative path, four before an absolute one.
  const path = address.replace(/^sqlite:\/\/\//, '');
  if (/^\w+(\+\w+)?:\/\//.test(path)) throw new UsageError('--db takes sqlite:///file, a path, or postgresql://….');
  if (!existsSync(path)) throw new UsageError(`There is no database file '${path}'.`);
  return openSqlite(path);
}

async function openSqlite(path: string): Promise<Rows> {
  const { DatabaseSync } = await import('node:sqlite');
  const database: DatabaseSync = new DatabaseSync(path, { readOnly: true });
  database.exec('pragma busy_timeout = 20000');
  const all = async (sql: string, values: readonly Value[] = []) =>
    database.prepare(sql).all(...(values as (string | number | null)[])) as Row[];
  const hasTable = async (name: string) =>
    (await all(`select 1 as found from sqlite_master where type = 'table' and name = ?`, [name])).length > 0;
  await checkIsStore(hasTable);
  return { all, hasTable, close: async () => database.close() };
}

const int8 = 20;

async function openPostgres(address: string): Promise<Rows> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: address,
    types: { getTypeParser: (id, format) => (id === int8 ? Number : pg.types.getTypeParser(id, format as 'text')) },
  });
  try {
    await client.connect();
  } catch (cause) {
    // The address may hold a password, so it is not told.
    throw new Error(`The PostgreSQL database cannot be opened: ${(cause as { code?: string }).code ?? 'refused'}.`);
  }
  await client.query('set default_transaction_read_only = on');
  const all = async (sql: string, values: readonly Value[] = []) => {
    let at = 0;
    const { rows } = await client.query(
      sql.replaceAll('?', () => `$${++at}`),
      [...values],
    );
    return rows as Row[];
  };
  const hasTable = async (name: string) => {
    const found = await all('select to_regclass(?) is not null as found', [name]);
    return found[0]!['found'] === true;
  };
  await checkIsStore(hasTable);
  return { all, hasTable, close: () => client.end() };
}

async function checkIsStore(hasTable: Rows['hasTable']): Promise<void> {
  if ((await hasTable('experiments')) && (await hasTable('runs'))) return;
  throw new UsageError('The database holds no MLflow tracking store: it has no tables experiments and runs.');
}

/** Marks for so many values in a list. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}

/** A column as text; empty where it is missing or null. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}

/** A column as a number. */
export function numberAt(row: Row, column: string, fallback = 0): number {
  const value = row[column];
  return value === null || value === undefined ? fallback : Number(value);
}

/** Whether a row is of the workspace that every store has. */
export function isOwn(row: Row): boolean {
  const workspace = textOf(row, 'workspace');
  return workspace === '' || workspace === 'default';
}

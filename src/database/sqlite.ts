import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { fail, TidemillError } from '../kernel/errors.ts';
import { Mutex } from './mutex.ts';
import { regularFunction, testRegular } from './pattern.ts';
import { checkParameter, fromSqliteError } from './violations.ts';

const cachedStatements = 500;
/** How long to wait for another process that writes; in steps, because waiting inside SQLite would stop this whole process. */
const usualWaitMs = 10_000;
const waitStepMs = 20;

/** One open SQLite file with its prepared statements, the least recently used dropped beyond 500. */
class StatementCache {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  run<R>({ sql, parameters, query }: CompiledQuery): QueryResult<R> {
    const statement = this.#prepare(sql);
    const bound = parameters.map(toSqlite);
    try {
      if (SelectQueryNode.is(query) || statement.columns().length > 0) return { rows: statement.all(...bound) as R[] };
      const { changes, lastInsertRowid } = statement.run(...bound);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    } catch (error) {
      throw fromSqliteError(error);
    }
  }

  exec(sql: string): void {
    try {
      this.database.exec(sql);
    } catch (error) {
      throw fromSqliteError(error);
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement) this.#statements.delete(sql);
    else {
      try {
        statement = this.database.prepare(sql);
      } catch (error) {
        throw fromSqliteError(error);
      }
      if (this.#statements.size >= cachedStatements) this.#statements.delete(this.#statements.keys().next().value!);
    }
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Does a piece of work as soon as no other process has the file's lock; after `longestWaitMs` gives up with `unavailable`. */
async function whenFree<T>(longestWaitMs: number, work: () => T): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return work();
    } catch (error) {
      const isLocked = error instanceof TidemillError && error.code === 'unavailable';
      if (!isLocked || performance.now() - startedAt > longestWaitMs) throw error;
      await setTimeout(waitStepMs);
    }
  }
}

function toSqlite(value: unknown): SQLInputValue {
  checkParameter(value);
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value as SQLInputValue;
}

/** A SQLite file opened twice: one connection writes, one reads, so that reads never wait for a transaction. */
interface SqliteFile {
  path: string;
  longestWaitMs: number;
  writer: StatementCache;
  reader: StatementCache;
  writing: Mutex;
}

/** What Kysely holds while it runs a query or a transaction: reads go to the reader unless a transaction is open. */
class SqliteConnection implements DatabaseConnection {
  readonly #file: SqliteFile;
  #release: (() => void) | undefined;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { writer, reader, writing } = this.#file;
    if (this.#release) return this.#runInTransaction(query);
    if (SelectQueryNode.is(query.query)) return reader.run(query);
    const release = await writing.acquire();
    try {
      return await whenFree(this.#file.longestWaitMs, () => writer.run<R>(query));
    } finally {
      release();
    }
  }

  /** SQLite undoes a transaction by itself when the disk is full; what followed would then be kept without it. */
  #runInTransaction<R>(query: CompiledQuery): QueryResult<R> {
    const { writer } = this.#file;
    if (!writer.database.isTransaction) fail('conflict', 'The database has already undone this transaction.');
    return writer.run(query);
  }

  /** Streams over a connection of its own: one that is in the middle of a stream would show its other readers the past. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    if (this.#release) {
      yield this.#runInTransaction(query);
      return;
    }
    const database = openReader(this.#file.path);
    try {
      const rows = database.prepare(query.sql).iterate(...query.parameters.map(toSqlite));
      for (const row of rows) yield { rows: [row as R] };
    } catch (error) {
      throw fromSqliteError(error);
    } finally {
      database.close();
    }
  }

  async begin(): Promise<void> {
    const release = await this.#file.writing.acquire();
    try {
      await whenFree(this.#file.longestWaitMs, () => this.#file.writer.exec('begin immediate'));
      this.#release = release;
    } catch (error) {
      release();
      throw error;
    }
  }

  async end(command: 'commit' | 'rollback'): Promise<void> {
    // After a commit that failed Kysely asks for a rollback, when the connection may already be another's.
    if (!this.#release) return;
    const { database } = this.#file.writer;
    try {
      if (command === 'commit' || database.isTransaction) database.exec(command);
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      throw fromSqliteError(error);
    } finally {
      this.#release();
      this.#release = undefined;
    }
  }
}

class SqliteDriver implements Driver {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  async init() {}

  async acquireConnection() {
    return new SqliteConnection(this.#file);
  }

  async releaseConnection() {}

  beginTransaction(connection: DatabaseConnection) {
    return (connection as SqliteConnection).begin();
  }

  commitTransaction(connection: DatabaseConnection) {
    return (connection as SqliteConnection).end('commit');
  }

  rollbackTransaction(connection: DatabaseConnection) {
    return (connection as SqliteConnection).end('rollback');
  }

  async destroy() {
    this.#file.reader.database.close();
    this.#file.writer.database.close();
  }
}

class MultiConnectionSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections() {
    return true;
  }
}

/** After so many pages the log is copied into the file: pages written again meanwhile are copied, and waited for, once. */
const pagesInLog = 8000;

const pragmas = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma wal_autocheckpoint = ${pagesInLog};
  pragma busy_timeout = 20;
  pragma foreign_keys = on;
  pragma temp_store = memory;
  pragma cache_size = -16000;
`;

/** Opens a file with the functions that SQLite lacks. */
function openFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.function(regularFunction, { deterministic: true }, testRegular);
  return database;
}

function openReader(path: string): DatabaseSync {
  const reader = openFile(path);
  reader.exec(`${pragmas} pragma query_only = on;`);
  return reader;
}

/** Kysely over `node:sqlite`: WAL, one writer under `BEGIN IMMEDIATE`, one reader, cached statements. */
export function sqliteDialect(path: string, longestWaitMs: number = usualWaitMs): Dialect {
  if (path === '' || path === ':memory:')
    fail('invalid_setting', 'A SQLite database needs a file.', { field: 'database' });
  return {
    createAdapter: () => new MultiConnectionSqliteAdapter(),
    createDriver: () => {
      const writer = openFile(path);
      writer.exec(pragmas);
      const caches = { writer: new StatementCache(writer), reader: new StatementCache(openReader(path)) };
      return new SqliteDriver({ path, longestWaitMs, ...caches, writing: new Mutex() });
    },
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  } as Dialect;
}

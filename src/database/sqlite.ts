import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
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
import { fromSqliteError } from './violations.ts';

const cachedStatements = 500;

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

function toSqlite(value: unknown): SQLInputValue {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value as SQLInputValue;
}

/** Lets one holder through at a time, in the order they asked. */
class Mutex {
  #tail: Promise<void> = Promise.resolve();
  #held = 0;

  get free(): boolean {
    return this.#held === 0;
  }

  async acquire(): Promise<() => void> {
    this.#held++;
    const before = this.#tail;
    let release!: () => void;
    this.#tail = new Promise((resolve) => {
      release = () => {
        this.#held--;
        resolve();
      };
    });
    await before;
    return release;
  }
}

/** A SQLite file opened twice: one connection writes, one reads, so that reads never wait for a transaction. */
interface SqliteFile {
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
    if (this.#release) return writer.run(query);
    if (SelectQueryNode.is(query.query)) return reader.run(query);
    if (writing.free) return writer.run(query);
    const release = await writing.acquire();
    try {
      return writer.run(query);
    } finally {
      release();
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    const bound = query.parameters.map(toSqlite);
    for (const row of this.#file.reader.database.prepare(query.sql).iterate(...bound)) yield { rows: [row as R] };
  }

  async begin(): Promise<void> {
    const release = await this.#file.writing.acquire();
    try {
      this.#file.writer.database.exec('begin immediate');
      this.#release = release;
    } catch (error) {
      release();
      throw fromSqliteError(error);
    }
  }

  async end(command: 'commit' | 'rollback'): Promise<void> {
    const { database } = this.#file.writer;
    try {
      if (command === 'commit' || database.isTransaction) database.exec(command);
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      throw fromSqliteError(error);
    } finally {
      this.#release?.();
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

const pragmas = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma busy_timeout = 10000;
  pragma foreign_keys = on;
  pragma temp_store = memory;
  pragma cache_size = -16000;
`;

/** Kysely over `node:sqlite`: WAL, one writer under `BEGIN IMMEDIATE`, one reader, cached statements. */
export function sqliteDialect(path: string): Dialect {
  return {
    createAdapter: () => new MultiConnectionSqliteAdapter(),
    createDriver: () => {
      const writer = new DatabaseSync(path);
      writer.exec(pragmas);
      const reader = new DatabaseSync(path);
      reader.exec(`${pragmas} pragma query_only = on;`);
      const writing = new Mutex();
      return new SqliteDriver({ writer: new StatementCache(writer), reader: new StatementCache(reader), writing });
    },
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  } as Dialect;
}

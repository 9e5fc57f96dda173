import { AsyncLocalStorage } from 'node:async_hooks';
import { type Dialect, Kysely, sql } from 'kysely';
import { fail, TidemillError } from '../kernel/errors.ts';
import { type OpenTransaction, withAmbientTransaction } from './ambient.ts';
import { isRetryable } from './violations.ts';

// biome-ignore lint/complexity/noBannedTypes: a database that knows no tables yet; a store names its own with withTables
type NoTables = {};

/** Where queries run: the database itself or an open transaction. A store names its tables with `withTables`. */
export type Queries = Kysely<NoTables>;

/** The metadata database, SQLite or PostgreSQL behind one face. */
export interface Database {
  /** Queries; inside a transaction's work they run in that transaction, outside each commits by itself. */
  readonly query: Queries;
  readonly kind: 'sqlite' | 'postgres';
  /**
   * Runs `work` in one transaction; a throw rolls everything back. Called inside another transaction it joins that one,
   * so services of several domains compose into one commit. Never await anything slow inside.
   */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T>;
  /** Whether the current work is inside a transaction. */
  readonly inTransaction: boolean;
  /** Runs `then` once the current transaction has committed; at once when there is none. */
  afterCommit(then: () => void): void;
  /** Serialises transactions that name the same lock, until they end. */
  lock(tx: Queries, name: string): Promise<void>;
  close(): Promise<void>;
}

const attempts = 5;

/** Opens a database over a dialect. Tables are made by `migrate`. */
export function createDatabase(kind: Database['kind'], dialect: Dialect): Database {
  const current = new AsyncLocalStorage<OpenTransaction<Queries>>();
  const query = new Kysely<NoTables>({ dialect: withAmbientTransaction(dialect, current) });

  async function once<T>(work: (tx: Queries) => Promise<T>): Promise<T> {
    const open: OpenTransaction<Queries> = { afterCommit: [], failed: false };
    const result = await current.run(open, () =>
      query.transaction().execute(async (tx) => {
        open.tx = tx;
        const value = await work(tx);
        if (open.failed) fail('internal', 'A part of this transaction failed and its error was swallowed.');
        return value;
      }),
    );
    for (const then of open.afterCommit) runAfterCommit(then);
    return result;
  }

  return {
    query,
    kind,
    async transaction(work) {
      const open = current.getStore();
      if (open?.connection) return join(open, work);
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(work);
        } catch (error) {
          if (attempt === attempts || !isRetryable(error)) throw error;
        }
      }
    },
    get inTransaction() {
      return current.getStore()?.connection !== undefined;
    },
    afterCommit(then) {
      const open = current.getStore();
      if (open?.connection) open.afterCommit.push(then);
      else runAfterCommit(then);
    },
    async lock(tx, name) {
      if (kind === 'postgres') await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
    },
    close: () => query.destroy(),
  };
}

async function join<T>(open: OpenTransaction<Queries>, work: (tx: Queries) => Promise<T>): Promise<T> {
  try {
    return await work(open.tx!);
  } catch (error) {
    open.failed = true;
    throw error;
  }
}

/** The commit stands whatever happens here, so an error must not look like the transaction's. */
function runAfterCommit(then: () => void): void {
  try {
    then();
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

/** Whether an error says that a unique key was taken. */
export function isTaken(error: unknown): boolean {
  return error instanceof TidemillError && error.code === 'already_exists';
}

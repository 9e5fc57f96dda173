import type { AsyncLocalStorage } from 'node:async_hooks';
import type { DatabaseConnection, Dialect, Driver } from 'kysely';

/** The transaction that the current asynchronous work is inside of. */
export interface OpenTransaction<Tx = unknown> {
  tx?: Tx;
  connection?: DatabaseConnection | undefined;
  afterCommit: (() => void)[];
  failed: boolean;
}

/**
 * Makes every query that runs inside a transaction's work use the transaction's connection, also one made from the database
 * itself: it sees the transaction's writes, and it never waits for the connection that its own transaction holds.
 */
export function withAmbientTransaction(dialect: Dialect, current: AsyncLocalStorage<OpenTransaction>): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => pinConnections(dialect.createDriver(), current),
  };
}

function pinConnections(driver: Driver, current: AsyncLocalStorage<OpenTransaction>): Driver {
  const borrowed = new Map<DatabaseConnection, number>();
  const [acquire, release] = [driver.acquireConnection.bind(driver), driver.releaseConnection.bind(driver)];
  const [begin, commit] = [driver.beginTransaction.bind(driver), driver.commitTransaction.bind(driver)];
  const rollback = driver.rollbackTransaction.bind(driver);
  driver.acquireConnection = async (options) => {
    const pinned = current.getStore()?.connection;
    if (!pinned) return acquire(options);
    borrowed.set(pinned, (borrowed.get(pinned) ?? 0) + 1);
    return pinned;
  };
  driver.releaseConnection = async (connection, options) => {
    const times = borrowed.get(connection) ?? 0;
    if (times === 0) return release(connection, options);
    if (times === 1) borrowed.delete(connection);
    else borrowed.set(connection, times - 1);
  };
  driver.beginTransaction = async (connection, settings) => {
    await begin(connection, settings);
    const open = current.getStore();
    if (open) open.connection = connection;
  };
  const unpin = () => {
    const open = current.getStore();
    if (open) open.connection = undefined;
  };
  driver.commitTransaction = (connection) => {
    unpin();
    return commit(connection);
  };
  driver.rollbackTransaction = (connection) => {
    unpin();
    return rollback(connection);
  };
  return driver;
}

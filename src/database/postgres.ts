import type { PGlite } from '@electric-sql/pglite';
import {
  type AbortableOperationOptions,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PGliteDialect,
  PostgresAdapter,
  PostgresDialect,
} from 'kysely';
import pg from 'pg';
import { Mutex } from './mutex.ts';
import { checkParameter, fromPostgresError } from './violations.ts';

const int8 = 20;

/** Kysely over a PostgreSQL pool; int8 comes back as a number, so that both databases give the same rows. */
export function postgresDialect(url: string): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    types: { getTypeParser: (id, format) => (id === int8 ? Number : pg.types.getTypeParser(id, format as 'text')) },
  });
  // An idle connection that the server closes must not end the process; the next query opens another.
  pool.on('error', () => {});
  return withOurErrors(new PostgresDialect({ pool }));
}

/** Kysely over PGlite, PostgreSQL in the process: how tests run the PostgreSQL path on any machine. */
export function pgliteDialect(pglite: PGlite): Dialect {
  const dialect = withOurErrors(new PGliteDialect({ pglite: pglite as never }));
  // Kysely would wait for the one connection even where a query belongs to the transaction that holds it; we wait ourselves.
  return {
    ...dialect,
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => oneAtATime(dialect.createDriver()),
  };
}

function oneAtATime(driver: Driver): Driver {
  const mutex = new Mutex();
  let end: () => void = () => {};
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (options) => {
    const release = await mutex.acquire();
    end = release;
    return acquire(options);
  };
  driver.releaseConnection = async () => end();
  return driver;
}

function withOurErrors(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => mapErrors(dialect.createDriver()),
  };
}

function mapErrors(driver: Driver): Driver {
  const mapped = new WeakSet<DatabaseConnection>();
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (options) => {
    const connection = await acquire(options).catch(rethrow);
    if (!mapped.has(connection)) mapConnection(connection);
    mapped.add(connection);
    return connection;
  };
  return driver;
}

function mapConnection(connection: DatabaseConnection): void {
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = async <R>(query: CompiledQuery, options?: AbortableOperationOptions) =>
    execute<R>(withPlainValues(query), options).catch(rethrow);
  const stream = connection.streamQuery.bind(connection);
  connection.streamQuery = async function* <R>(query: CompiledQuery, chunkSize: number) {
    try {
      yield* stream<R>(withPlainValues(query), chunkSize);
    } catch (error) {
      rethrow(error);
    }
  };
}

function rethrow(error: unknown): never {
  throw fromPostgresError(error);
}

/** Both databases store a boolean as the integer 0 or 1, and neither stores what it would change. */
function withPlainValues(query: CompiledQuery): CompiledQuery {
  for (const value of query.parameters) checkParameter(value);
  if (!query.parameters.some((value) => typeof value === 'boolean')) return query;
  const parameters = query.parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value));
  return { ...query, parameters };
}

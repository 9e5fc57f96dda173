import type { PGlite } from '@electric-sql/pglite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PGliteDialect,
  PostgresDialect,
} from 'kysely';
import pg from 'pg';
import { fromPostgresError } from './violations.ts';

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
  return withOurErrors(new PGliteDialect({ pglite: pglite as never }));
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
    const connection = await acquire(options).catch((error: unknown) => {
      throw fromPostgresError(error);
    });
    if (!mapped.has(connection)) {
      const execute = connection.executeQuery.bind(connection);
      connection.executeQuery = (query, options) =>
        execute(withPlainBooleans(query), options).catch((error: unknown) => {
          throw fromPostgresError(error);
        }) as never;
      mapped.add(connection);
    }
    return connection;
  };
  return driver;
}

/** Both databases store a boolean as the integer 0 or 1. */
function withPlainBooleans(query: CompiledQuery): CompiledQuery {
  if (!query.parameters.some((value) => typeof value === 'boolean')) return query;
  return {
    ...query,
    parameters: query.parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
  };
}

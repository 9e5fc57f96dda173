import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { fail } from '../kernel/errors.ts';
import { checkSelect } from './check-select.ts';
import type { Columns } from './columns.ts';
import { joinChunks, readChunk, shapeOf } from './read-chunk.ts';
import { type QueryLimits, runLimited, withConnection } from './session.ts';
import { identifier, literal, parquetScan } from './sql-text.ts';
import { copyStatement, replaceFile, type WrittenParquet } from './write-parquet.ts';

/** What a sandboxed query may use up. */
export interface SandboxLimits extends QueryLimits {
  /** Memory of the query; 512 MB unless said. */
  memoryBytes?: number;
  /** Disk for what does not fit in memory; 4 GB unless said. */
  spillBytes?: number;
  /** Rows it may answer with (not when it writes a file); 100,000 unless said. */
  maxRows?: number;
}

/** A user's query: the tables it sees (names and their Parquet files) and its SQL. */
export interface SandboxQuery {
  tables: Record<string, readonly string[]>;
  sql: string;
  limits?: SandboxLimits;
}

/** Opens DuckDB instances for the sandbox, each with its own memory and spill folder. */
export interface SandboxDeps {
  open(settings: Record<string, string>): Promise<DuckDBInstance>;
  tempFolder: string;
  threads: number;
}

const defaultTimeoutMs = 60_000;

/**
 * Runs a user's SELECT in a DuckDB instance of its own that can read the given files, write nothing, load nothing and change
 * no setting. Fails with `invalid_query`, `too_large` (memory, rows), `timeout` or `cancelled`.
 */
export function runSandboxed(deps: SandboxDeps, query: SandboxQuery): Promise<Columns> {
  const maxRows = query.limits?.maxRows ?? 100_000;
  return inSandbox(deps, { query, writable: [] }, async (connection) => {
    const result = await connection.stream(query.sql);
    const shape = shapeOf(result);
    const chunks: Columns[] = [];
    let rows = 0;
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      rows += chunk.rowCount;
      if (rows > maxRows)
        fail('too_large', `The query answers with more than ${maxRows} rows.`, { cure: 'Add a LIMIT.' });
      chunks.push(readChunk(chunk, shape));
    }
    return joinChunks(chunks, shape);
  });
}

/** Runs a user's SELECT as `runSandboxed` does and writes its rows as a Parquet file, which appears whole or not at all. */
export function writeSandboxed(deps: SandboxDeps, query: SandboxQuery, path: string): Promise<WrittenParquet> {
  return replaceFile(resolve(path), (temporary) =>
    inSandbox(deps, { query, writable: [temporary] }, async (connection) => {
      // A view takes the statement as it is, with its last semicolon and comments; inside COPY's brackets they would not fit.
      await connection.run(`CREATE TEMP VIEW sandbox_result AS ${query.sql}`);
      const copied = await connection.run(copyStatement('SELECT * FROM temp.sandbox_result', temporary));
      return copied.rowsChanged;
    }),
  );
}

async function inSandbox<T>(
  deps: SandboxDeps,
  { query, writable }: { query: SandboxQuery; writable: string[] },
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { memoryBytes = 512 * 2 ** 20, spillBytes = 4 * 2 ** 30 } = query.limits ?? {};
  const limits = { timeoutMs: defaultTimeoutMs, ...query.limits };
  const spill = join(deps.tempFolder, `sandbox-${randomBytes(8).toString('hex')}`);
  await mkdir(spill, { recursive: true });
  const instance = await deps.open({
    memory_limit: `${Math.round(memoryBytes / 1024)}KiB`,
    threads: String(deps.threads),
    temp_directory: spill,
    max_temp_directory_size: `${Math.round(spillBytes / 1024)}KiB`,
  });
  try {
    return await withConnection(instance, (connection) =>
      runLimited(connection, limits, async () => {
        await checkSelect(connection, query.sql, Object.keys(query.tables));
        await lockDown(connection, query.tables, writable);
        return work(connection);
      }),
    );
  } finally {
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  }
}

async function lockDown(connection: DuckDBConnection, tables: SandboxQuery['tables'], writable: string[]) {
  const readable: string[] = [];
  for (const [name, paths] of Object.entries(tables)) {
    const absolute = paths.map((path) => resolve(path));
    readable.push(...absolute);
    await connection.run(`CREATE VIEW ${identifier(name)} AS SELECT * FROM ${parquetScan(absolute)}`);
  }
  await connection.run(`SET allowed_paths = [${[...readable, ...writable].map(literal).join(', ')}]`);
  await connection.run('SET allow_community_extensions = false');
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

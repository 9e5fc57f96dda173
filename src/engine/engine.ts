import { mkdir } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { checkExpression } from './check-select.ts';
import type { Columns } from './columns.ts';
import { failAs } from './failures.ts';
import { createGate, type Gate } from './gate.ts';
import { joinChunks, readChunk, shapeOf } from './read-chunk.ts';
import { type Parameter, type Row, readRows } from './rows.ts';
import { runSandboxed, type SandboxDeps, type SandboxQuery, writeSandboxed } from './sandbox.ts';
import { type QueryLimits, runLimited, withConnection } from './session.ts';
import { type ParquetOptions, type ParquetSource, type WrittenParquet, writeParquetFile } from './write-parquet.ts';

/** Settings of the engine. */
export interface EngineOptions {
  /** Memory of trusted queries, such as `2GB`; `1GB` unless said. */
  memoryLimit?: string;
  /** Threads a query may use; the machine's cores unless said. */
  threads?: number;
  /** Where queries spill what does not fit in memory. */
  tempFolder?: string;
  /** How many queries run at once; each holds a thread of libuv's pool. 2 unless said. */
  concurrency?: number;
}

/** DuckDB over immutable Parquet files: nothing is kept in it between two queries. */
export interface Engine {
  /** Runs trusted SQL and gives small results as row objects. */
  query<T extends Row = Row>(sql: string, parameters?: readonly Parameter[], limits?: QueryLimits): Promise<T[]>;
  /** Runs trusted SQL and gives the whole result as typed columns. */
  columns(sql: string, parameters?: readonly Parameter[], limits?: QueryLimits): Promise<Columns>;
  /** Streams a trusted SQL's result in pieces of about 2,048 rows, with constant memory. */
  chunks(sql: string, parameters?: readonly Parameter[], limits?: QueryLimits): AsyncGenerator<Columns, void>;
  /** Writes rows as one zstd Parquet file; it is at `path` whole and synced, or not at all. */
  writeParquet(path: string, source: ParquetSource, options?: ParquetOptions): Promise<WrittenParquet>;
  /** Runs a user's SELECT over the given tables, locked down. */
  sandbox(query: SandboxQuery): Promise<Columns>;
  /** Runs a user's SELECT, locked down, into a Parquet file. */
  sandboxToParquet(query: SandboxQuery, path: string): Promise<WrittenParquet>;
  /** Fails with `invalid_query` unless the text is one SQL expression over columns that touches nothing else. */
  checkExpression(expression: string): Promise<void>;
  close(): Promise<void>;
}

interface Deps extends SandboxDeps {
  gate: Gate;
  instance(): Promise<DuckDBInstance>;
}

async function openInstance(settings: Record<string, string>): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  return DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...settings,
  }).catch(failAs);
}

/** Makes an engine; DuckDB is loaded at its first use. */
export function createEngine(options: EngineOptions = {}): Engine {
  const { memoryLimit = '1GB', threads = availableParallelism(), concurrency = 2 } = options;
  const tempFolder = options.tempFolder ?? join(tmpdir(), 'tidemill-engine');
  let opened: Promise<DuckDBInstance> | undefined;
  const gate = createGate(concurrency);
  const deps: Deps = {
    gate,
    threads,
    tempFolder,
    open: openInstance,
    instance() {
      opened ??= mkdir(tempFolder, { recursive: true }).then(() =>
        openInstance({ memory_limit: memoryLimit, threads: String(threads), temp_directory: tempFolder }),
      );
      opened.catch(() => {
        opened = undefined;
      });
      return opened;
    },
  };
  return {
    query: (sql, parameters = [], limits = {}) => queryRows(deps, { sql, parameters, limits }) as never,
    columns: (sql, parameters = [], limits = {}) => queryColumns(deps, { sql, parameters, limits }),
    chunks: (sql, parameters = [], limits = {}) => streamChunks(deps, { sql, parameters, limits }),
    writeParquet: (path, source, written = {}) =>
      gate.run(
        async () =>
          withConnection(await deps.instance(), (connection) =>
            writeParquetFile(connection, { path, options: written }, source),
          ),
        written.signal,
      ),
    sandbox: (query) => gate.run(() => runSandboxed(deps, query), query.limits?.signal),
    sandboxToParquet: (query, path) => gate.run(() => writeSandboxed(deps, query, path), query.limits?.signal),
    checkExpression: (expression) =>
      gate.run(async () =>
        withConnection(await deps.instance(), (connection) =>
          runLimited(connection, {}, () => checkExpression(connection, expression)),
        ),
      ),
    async close() {
      const instance = await opened?.catch(() => undefined);
      opened = undefined;
      instance?.closeSync();
    },
  };
}

interface Query {
  sql: string;
  parameters: readonly Parameter[];
  limits: QueryLimits;
}

function queryRows(deps: Deps, { sql, parameters, limits }: Query): Promise<Row[]> {
  return deps.gate.run(
    async () =>
      withConnection(await deps.instance(), (connection) =>
        runLimited(connection, limits, async () => readRows(await connection.run(sql, [...parameters]))),
      ),
    limits.signal,
  );
}

function queryColumns(deps: Deps, { sql, parameters, limits }: Query): Promise<Columns> {
  return deps.gate.run(
    async () =>
      withConnection(await deps.instance(), (connection) =>
        runLimited(connection, limits, async () => {
          const result = await connection.stream(sql, [...parameters]);
          const shape = shapeOf(result);
          const chunks: Columns[] = [];
          for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
            chunks.push(readChunk(chunk, shape));
          }
          return joinChunks(chunks, shape);
        }),
      ),
    limits.signal,
  );
}

/** Holds its place in the gate only while DuckDB works, so that a consumer may query between two chunks. */
async function* streamChunks(deps: Deps, { sql, parameters, limits }: Query): AsyncGenerator<Columns, void> {
  const connection = await (await deps.instance()).connect();
  const step = <T>(work: () => Promise<T>) => deps.gate.run(() => runLimited(connection, limits, work), limits.signal);
  try {
    const result = await step(() => connection.stream(sql, [...parameters]));
    const shape = shapeOf(result);
    for (;;) {
      const chunk = await step(() => result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) return;
      yield readChunk(chunk, shape);
    }
  } finally {
    connection.closeSync();
  }
}

import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { fail, TidemillError } from '../kernel/errors.ts';
import { failAs } from './failures.ts';

/** When a query has to stop. */
export interface QueryLimits {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

/**
 * Runs work on a connection, interrupting DuckDB when the signal aborts (`cancelled`) or the time is over (`timeout`).
 * The interrupt is repeated: one that arrives between two statements is lost.
 */
export async function runLimited<T>(
  connection: DuckDBConnection,
  limits: QueryLimits,
  work: () => Promise<T>,
): Promise<T> {
  const { signal, timeoutMs } = limits;
  let stopped: TidemillError | undefined;
  let again: NodeJS.Timeout | undefined;
  const stop = (reason: TidemillError) => {
    stopped ??= reason;
    connection.interrupt();
    again ??= setInterval(() => connection.interrupt(), 20);
  };
  const cancel = () => stop(new TidemillError('cancelled', 'The query was cancelled.'));
  if (signal?.aborted) return fail('cancelled', 'The query was cancelled.');
  signal?.addEventListener('abort', cancel, { once: true });
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop(new TidemillError('timeout', `The query ran longer than ${timeoutMs} ms.`)), timeoutMs);
  try {
    return await work();
  } catch (error) {
    if (stopped && !(error instanceof TidemillError)) throw stopped;
    return failAs(error);
  } finally {
    clearTimeout(timer);
    clearInterval(again);
    signal?.removeEventListener('abort', cancel);
  }
}

/** Opens a connection for the time of some work. */
export async function withConnection<T>(
  instance: DuckDBInstance,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
}

import type { Compilable, CompiledQuery } from 'kysely';
import type { Queries } from './database.ts';

const byDialect = new WeakMap<object, Map<string, CompiledQuery>>();

/**
 * Runs a query that is built and compiled once per database and then only bound again, for the paths where building costs
 * more than running. `build` must give the same SQL whenever `name` is the same, with one placeholder per parameter.
 */
export async function runPrepared<R>(
  queries: Queries,
  { name, build }: { name: string; build: () => Compilable<R> },
  parameters: readonly unknown[],
): Promise<R[]> {
  const dialect = queries.getExecutor().adapter;
  const compiled = byDialect.get(dialect) ?? new Map<string, CompiledQuery>();
  byDialect.set(dialect, compiled);
  const query = compiled.get(name) ?? build().compile();
  compiled.set(name, query);
  const result = await queries.executeQuery<R>({ ...query, parameters });
  return result.rows;
}

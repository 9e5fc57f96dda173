import type { Compilable, CompiledQuery } from 'kysely';
import type { Queries } from './database.ts';

const byDialect = new WeakMap<object, Map<string, CompiledQuery>>();

/**
 * Runs a query that is built and compiled once per database and then only bound again, for the paths where building costs
 * more than running. `build` must give the same SQL whenever `name` is the same, with one placeholder per parameter.
 * Without a name nothing is kept: for lists of seldom lengths.
 */
export async function runPrepared<R>(
  queries: Queries,
  { name, build }: { name: string | undefined; build: () => Compilable<R> },
  parameters: readonly unknown[],
): Promise<R[]> {
  const dialect = queries.getExecutor().adapter;
  const compiled = byDialect.get(dialect) ?? new Map<string, CompiledQuery>();
  byDialect.set(dialect, compiled);
  const query = (name !== undefined && compiled.get(name)) || build().compile();
  if (name !== undefined) compiled.set(name, query);
  const result = await queries.executeQuery<R>({ ...query, parameters });
  return result.rows;
}

const longestKept = 20;

/** The name of a query over a list; none for a long one, whose queries are not kept. */
export function nameForList(name: string, length: number): string | undefined {
  return length <= longestKept ? `${name}:${length}` : undefined;
}

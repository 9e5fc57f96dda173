import type { z } from 'zod';
import type { Queries } from '../../database/database.ts';
import { type Filter, parseFilter } from '../../kernel/filter/index.ts';
import { parseAs } from '../../kernel/parse.ts';
import { experimentOf, type TrackingDeps } from './deps.ts';
import { toCondition } from './filter-sql.ts';
import { runVocabulary } from './run-vocabulary.ts';
import { runSearchSchema } from './search-schema.ts';
import type { TrackingTables } from './tables.ts';

/** Which runs to count: as for finding them. */
export const runCountSchema = runSearchSchema
  .pick({ experiments: true, filter: true, lifecycle: true })
  .meta({ id: 'RunCountQuery' });
/** Which runs to count. */
export type RunCount = z.input<typeof runCountSchema>;

/** Counts the runs that a search would find. */
export async function countRuns({ database }: TrackingDeps, given: unknown): Promise<number> {
  const { experiments, filter, lifecycle } = parseAs(runCountSchema, given);
  const parsed = parseFilter(filter, runVocabulary);
  const named = experiments?.map(async (which) => (await experimentOf(database.query, which)).id);
  const experimentIds = named && (await Promise.all(named));
  return countRows(database.query, { experimentIds, lifecycle, filter: parsed });
}

interface CountedRows {
  experimentIds: readonly string[] | undefined;
  lifecycle: 'active' | 'deleted' | 'all';
  filter: Filter | undefined;
}

async function countRows(queries: Queries, { experimentIds, lifecycle, filter }: CountedRows): Promise<number> {
  let query = queries.withTables<TrackingTables>().selectFrom('run');
  if (experimentIds) query = query.where('run.experiment_id', 'in', ['', ...experimentIds]);
  if (lifecycle !== 'all') query = query.where('run.lifecycle', '=', lifecycle);
  if (filter) query = query.where(toCondition(queries, filter));
  const counted = await query.select((e) => e.fn.countAll().as('total')).executeTakeFirstOrThrow();
  return Number(counted.total);
}

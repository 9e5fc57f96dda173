import { z } from 'zod';
import { parseAs } from '../../kernel/parse.ts';
import { experimentOf, type TrackingDeps } from './deps.ts';
import { createRunColumnStore, type RunColumn } from './run-column-store.ts';

/** Which columns of runs to tell. */
export const runColumnsQuerySchema = z.object({
  experiment: z.string().min(1).max(500).optional().describe('The id or name of an experiment; of all unless given.'),
  contains: z.string().max(250).default('').describe('Only keys that contain this, in any case.'),
  limit: z.coerce.number().int().min(1).max(1000).default(200).describe('How many keys of each kind at the most.'),
});
/** Which columns of runs to tell. */
export type RunColumnsQuery = z.input<typeof runColumnsQuerySchema>;

/** The keys that runs logged, most frequent first. */
export interface RunColumns {
  /** How many runs were looked at: the newest. */
  ofRuns: number;
  metrics: RunColumn[];
  params: RunColumn[];
  tags: RunColumn[];
  /** Whether there are more keys than the limit let through. */
  truncated: boolean;
}

/** So many runs tell what an experiment logs; with all of 10,000 runs of 1,000 keys the question would take seconds. */
const newest = 500;

/** Tells which metrics, parameters and tags the newest active runs have, and how many of them. */
export async function readRunColumns({ database }: TrackingDeps, given: unknown): Promise<RunColumns> {
  const { experiment, contains, limit } = parseAs(runColumnsQuerySchema, given);
  const experimentId = experiment && (await experimentOf(database.query, experiment)).id;
  const store = createRunColumnStore(database.query);
  const recent = { experimentId, newest };
  const read = (kind: 'metrics' | 'params' | 'tags') => store.top(kind, recent, { contains, limit: limit + 1 });
  const found = { metrics: await read('metrics'), params: await read('params'), tags: await read('tags') };
  const truncated = Object.values(found).some((columns) => columns.length > limit);
  for (const columns of Object.values(found)) columns.splice(limit);
  return { ofRuns: await store.runs(recent), ...found, truncated };
}

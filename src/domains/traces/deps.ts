import type { Database, Queries } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Experiment, Tracking } from '../tracking/index.ts';
import { createTracesStore } from './store.ts';
import type { TraceRow } from './trace-store.ts';

/** What traces work with. */
export interface TracesDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  tracking: Tracking;
}

/** A trace's own row, or `not_found`. */
export async function traceOf(queries: Queries, id: string): Promise<TraceRow> {
  return (await createTracesStore(queries).traces.find(id)) ?? notFound('trace', id);
}

/** An experiment that takes traces: a deleted one is a `conflict`. */
export async function openExperiment({ tracking }: TracesDeps, which: string): Promise<Experiment> {
  const experiment = await tracking.experiments.get(which);
  if (experiment.lifecycle === 'active') return experiment;
  return fail('conflict', `The experiment '${experiment.name}' is deleted; restore it before writing to it.`, {
    field: 'experiment',
    value: which,
  });
}

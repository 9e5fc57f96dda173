import type { Blobs } from '../../blobs/index.ts';
import type { Background } from '../../database/background.ts';
import type { Database, Queries } from '../../database/database.ts';
import type { Engine } from '../../engine/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import { createRunStore, type StoredRun } from './run-store.ts';
import { createTrackingStore } from './store.ts';

/** What tracking works with. */
export interface TrackingDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  blobs: Blobs;
  /** Removes uploads that nobody goes on with; without it they stay. */
  background?: Pick<Background, 'add'>;
  /** Writes Parquet exports; without one they are refused. */
  engine?: Pick<Engine, 'writeParquet'>;
  /** Where clients put the files of new experiments, each in a folder of its id; with this server unless given. */
  artifactRoot?: string;
  /** What a new experiment of this name gets where it brings nothing itself: what its folders say. */
  experimentDefaults?: (name: string) => Promise<{ tags?: Record<string, string>; artifactLocation?: string }>;
  /** So few rows a search rather reads and sorts than follows an order; 2,000 unless said. */
  fewRows?: number;
}

/** An experiment by id or name, or `not_found`. */
export async function experimentOf(queries: Queries, which: string) {
  return (await createTrackingStore(queries).experiments.find(which)) ?? notFound('experiment', which);
}

/** A run by id, or `not_found`. */
export async function runOf(queries: Queries, id: string): Promise<StoredRun> {
  return (await createRunStore(queries).find(id)) ?? notFound('run', id);
}

/** A run that takes writes: a deleted one is a `conflict`. */
export async function activeRunOf(queries: Queries, id: string): Promise<StoredRun> {
  const run = await runOf(queries, id);
  if (run.lifecycle === 'active') return run;
  return fail('conflict', `The run '${id}' is deleted; restore it before writing to it.`, {
    field: 'runId',
    value: id,
  });
}

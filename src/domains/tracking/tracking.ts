import type { Readable } from 'node:stream';
import type { Content } from '../../blobs/index.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type {
  Artifact,
  DatasetInput,
  Experiment,
  Metric,
  NewExperiment,
  NewMetric,
  NewRun,
  Run,
  RunBatch,
  RunChange,
  RunDetails,
  RunInfo,
} from './schema.ts';
import type { ExperimentList, RunSearch } from './search-schema.ts';

/** Experiments: create, find, rename, delete and restore. `which` is an id or a name. */
export interface Experiments {
  create(actor: Actor, experiment: NewExperiment): Promise<Experiment>;
  /** Finds by name or creates; two callers at once get the same one. */
  ensure(actor: Actor, name: string): Promise<Experiment>;
  /** Fails with `not_found`; deleted ones are found too. */
  get(which: string): Promise<Experiment>;
  list(query: ExperimentList): Promise<Page<Experiment>>;
  update(actor: Actor, which: string, change: { name?: string; description?: string }): Promise<Experiment>;
  /** Also deletes its runs; the name stays taken. */
  delete(actor: Actor, which: string): Promise<void>;
  /** Brings back the experiment and the runs that were deleted with it. */
  restore(actor: Actor, which: string): Promise<void>;
  setTags(which: string, tags: Record<string, string>): Promise<void>;
  deleteTag(which: string, key: string): Promise<void>;
}

/** Files that runs keep. */
export interface RunArtifacts {
  put(runId: string, path: string, content: Content): Promise<Artifact>;
  /** Fails with `not_found` also for a folder. */
  open(runId: string, path: string): Promise<Artifact & { stream: Readable }>;
  /** The direct children of a folder (`''` is the top), by path; empty when there is none. */
  list(runId: string, folder: string, page: PageRequest): Promise<Page<Artifact>>;
  /** Removes a file, or a folder with all below it; gives whether anything was there. */
  delete(runId: string, path: string): Promise<boolean>;
}

/** Runs: what they are, what they log, and how they are found. */
export interface Runs {
  create(actor: Actor, run: NewRun): Promise<RunDetails>;
  /** Fails with `not_found`; deleted runs are found too. */
  get(runId: string): Promise<RunDetails>;
  info(runId: string): Promise<RunInfo>;
  update(actor: Actor, runId: string, change: RunChange): Promise<RunInfo>;
  delete(actor: Actor, runId: string): Promise<void>;
  restore(actor: Actor, runId: string): Promise<void>;
  /** Metrics, params and tags in one transaction; a deleted run takes none (`conflict`). */
  log(runId: string, batch: RunBatch): Promise<void>;
  /** The hot path: one metric point. */
  logMetric(runId: string, metric: NewMetric): Promise<void>;
  deleteTag(runId: string, key: string): Promise<void>;
  logInputs(
    actor: Actor,
    runId: string,
    inputs: (Omit<DatasetInput, 'context'> & { context?: string })[],
  ): Promise<void>;
  /** The latest point of one metric: highest step, then time, then value. */
  latestMetric(runId: string, key: string): Promise<Metric | undefined>;
  /** All points of a metric, by step, then time, then value. */
  metricHistory(runId: string, key: string, page: PageRequest): Promise<Page<Metric>>;
  search(search: RunSearch): Promise<Page<Run>>;
  artifacts: RunArtifacts;
}

/** Everything tracking does. */
export interface Tracking {
  experiments: Experiments;
  runs: Runs;
}

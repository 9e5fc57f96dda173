import type { Actor } from '../../kernel/actor.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { Artifacts, ArtifactUploads, RunArtifacts } from './artifact-face.ts';
import type { RunReports } from './reports.ts';
import type { SavedViews } from './saved-views.ts';
import type {
  DatasetInput,
  DatasetUse,
  Experiment,
  Metric,
  ModelOutput,
  NewExperiment,
  NewMetric,
  NewRun,
  Run,
  RunBatch,
  RunChange,
  RunDetails,
  RunInfo,
} from './schema.ts';
import type { ExperimentList, ExperimentSearch, MetricSample, RunSearch } from './search-schema.ts';

/** Experiments: create, find, rename, delete and restore. `which` is an id or a name. */
export interface Experiments {
  create(actor: Actor, experiment: NewExperiment): Promise<Experiment>;
  /** Finds by name or creates; two callers at once get the same one. */
  ensure(actor: Actor, name: string): Promise<Experiment>;
  /** Fails with `not_found`; deleted ones are found too. */
  get(which: string): Promise<Experiment>;
  list(query: ExperimentList): Promise<Page<Experiment>>;
  /** Finds experiments by a filter, in an order; newest first unless said. */
  search(search: ExperimentSearch): Promise<Page<Experiment>>;
  /** Those of these ids that there are, deleted ones too. */
  byIds(ids: readonly string[]): Promise<Experiment[]>;
  /** The experiment of exactly this name, a deleted one too. */
  byName(name: string): Promise<Experiment | undefined>;
  update(actor: Actor, which: string, change: { name?: string; description?: string }): Promise<Experiment>;
  /** Also deletes its runs; the name stays taken. */
  delete(actor: Actor, which: string): Promise<void>;
  /** Brings back the experiment and the runs that were deleted with it; those deleted before stay deleted. */
  restore(actor: Actor, which: string): Promise<void>;
  setTags(which: string, tags: Record<string, string>): Promise<void>;
  deleteTag(which: string, key: string): Promise<void>;
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
  /** Notes logged models that a run read; those it has already change nothing. */
  logModelInputs(runId: string, modelIds: readonly string[]): Promise<void>;
  /** Notes logged models that a run made. */
  logModelOutputs(runId: string, outputs: readonly ModelOutput[]): Promise<void>;
  /** The datasets that runs of these experiments read, each once for every context; at most `limit`. */
  datasets(experimentIds: readonly string[], limit: number): Promise<DatasetUse[]>;
  /** The latest point of one metric: highest step, then time, then value. */
  latestMetric(runId: string, key: string): Promise<Metric | undefined>;
  /** All points of a metric, by step, then time, then value. */
  metricHistory(runId: string, key: string, page: PageRequest): Promise<Page<Metric>>;
  /**
   * At most about `points` points of a metric of each run, evenly over its steps, the first and the last among them; by
   * index seeks, whatever the number of points. Runs that are not known are left out.
   */
  sampleMetric(runIds: readonly string[], key: string, sample: MetricSample): Promise<Map<string, Metric[]>>;
  search(search: RunSearch): Promise<Page<Run>>;
  /** As `search`, with inputs and outputs. */
  searchDetails(search: RunSearch): Promise<Page<RunDetails>>;
  artifacts: RunArtifacts;
}

/** Everything tracking does. */
export interface Tracking {
  views: SavedViews;
  reports: RunReports;
  experiments: Experiments;
  runs: Runs;
  /** Files of every owner; see `runs.artifacts` for those that only active runs may change. */
  artifacts: Artifacts;
  uploads: ArtifactUploads;
}

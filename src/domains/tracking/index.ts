export type { ArtifactFile, Artifacts, ArtifactUploads, OpenArtifact, RunArtifacts } from './artifact-face.ts';
export type { TrackingDeps } from './deps.ts';
export { createImporting, type Importing } from './import.ts';
export { importRoutes } from './import-routes.ts';
export type { Imported, ImportedExperiment, ImportedRun } from './import-schema.ts';
export { createPurging, type PurgeDeps, type Purging } from './purge.ts';
export { purgeRoutes } from './purge-routes.ts';
export type { Purge, Purged } from './purge-schema.ts';
export { trackingRoutes } from './routes.ts';
export {
  type Artifact,
  type CodeVersion,
  codeVersionSchema,
  type DatasetInput,
  type DatasetUse,
  datasetInputSchema,
  type Environment,
  type Experiment,
  type Lifecycle,
  type Metric,
  type ModelOutput,
  type NewExperiment,
  type NewMetric,
  type NewRun,
  type Run,
  type RunBatch,
  type RunChange,
  type RunDetails,
  type RunInfo,
  type RunStatus,
  runIdSchema,
  runStatuses,
} from './schema.ts';
export type { ExperimentList, ExperimentSearch, MetricSample, RunSearch } from './search-schema.ts';
export { createTracking } from './service.ts';
export type { Experiments, Runs, Tracking } from './tracking.ts';

export type { TrackingDeps } from './deps.ts';
export { trackingRoutes } from './routes.ts';
export {
  type Artifact,
  type CodeVersion,
  codeVersionSchema,
  type DatasetInput,
  datasetInputSchema,
  type Environment,
  type Experiment,
  type Lifecycle,
  type Metric,
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
export type { ExperimentList, RunSearch } from './search-schema.ts';
export { createTracking } from './service.ts';
export type { Experiments, RunArtifacts, Runs, Tracking } from './tracking.ts';

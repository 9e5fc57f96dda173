export type { Batch, BatchRequest, BatchResult } from './batch/batch-schema.ts';
export type { BatchPredictions } from './batch/batch-service.ts';
export { predictStep } from './batch/batch-step.ts';
export type { ServingOptions } from './deps.ts';
export type { EndpointExperiment, EndpointExperimentSpec } from './experiment/experiment-schema.ts';
export type { EndpointExperiments } from './experiment/experiments.ts';
export type { ExperimentReport } from './experiment/report-schema.ts';
export type { TrainingRows, TrainingRowsSource } from './explain/explain-ports.ts';
export type { ExportedLabelled, ExportLabelled } from './log/export-labelled.ts';
export type { PredictionLogFace } from './log/log-service.ts';
export type { ObservationQuery, Observations, ObservedColumn } from './log/observations.ts';
export type { Program, ProgramSource } from './package/program.ts';
export { labelledPredictionsStep, rolloutStep } from './pipeline-steps.ts';
export type { TableCall } from './predict/infer-table.ts';
export type { InferCall, Inferred, InferredTensor } from './predict/infer-tensors.ts';
export type { FaceTensor, ModelFace, ModelState } from './predict/model-face.ts';
export type { ElementType } from './predict/model-plan.ts';
export type { PredictCall } from './predict/predict.ts';
export type { GivenTable } from './predict/read-table.ts';
export type { GivenTensor } from './predict/read-tensors.ts';
export type { Predictor } from './predictor.ts';
export type { FeatureRead, FeatureViewFace, OnlineFeatures } from './processing/online-features.ts';
export {
  type Finding,
  type Judgement,
  type Rollout,
  type RolloutDecision,
  type RolloutPlan,
  type RolloutRules,
  RolloutSpec,
  type RolloutStep,
} from './rollout/rollout-schema.ts';
export { servingRoutes } from './routes.ts';
export {
  type Endpoint,
  EndpointSpec,
  type EndpointStats,
  type Feedback,
  type FeedbackResult,
  type LoggedPrediction,
  type Variant,
  type VariantStats,
} from './schema.ts';
export { createServing, type Serving } from './service.ts';
export { type CompatibleName, compatibleNames } from './stats/compatible-metrics.ts';
export { Histogram, secondBounds } from './stats/histogram.ts';
export type { InferenceStats, Span } from './stats/inference-stats.ts';
export { addHistogram, family, type MetricFamily } from './stats/metric-family.ts';
export type { Protocol } from './stats/protocol.ts';

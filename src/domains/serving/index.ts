export type { Batch, BatchRequest, BatchResult } from './batch-schema.ts';
export type { BatchPredictions } from './batch-service.ts';
export { predictStep } from './batch-step.ts';
export type { ServingOptions } from './deps.ts';
export type { TrainingRows, TrainingRowsSource } from './explain-ports.ts';
export type { ExportedLabelled, ExportLabelled } from './export-labelled.ts';
export type { TableCall } from './infer-table.ts';
export type { InferCall, Inferred, InferredTensor } from './infer-tensors.ts';
export type { InferenceStats, Span } from './inference-stats.ts';
export type { MetricFamily } from './metrics.ts';
export type { FaceTensor, ModelFace, ModelState } from './model-face.ts';
export type { ElementType } from './model-plan.ts';
export type { ObservationQuery, Observations, ObservedColumn } from './observations.ts';
export { labelledPredictionsStep, rolloutStep } from './pipeline-steps.ts';
export { checkId, type PredictCall } from './predict.ts';
export type { GivenTable } from './read-table.ts';
export type { GivenTensor } from './read-tensors.ts';
export {
  type Finding,
  type Judgement,
  type Rollout,
  type RolloutDecision,
  type RolloutPlan,
  type RolloutRules,
  RolloutSpec,
  type RolloutStep,
} from './rollout-schema.ts';
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

export type { ObservationQuery, Observations, ObservedColumn } from './observations.ts';
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
export type { Serving } from './service.ts';

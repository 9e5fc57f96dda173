export { ArtifactRef, type Artifacts } from './artifact.ts';
export type { Bundle, BundleFiles } from './bundle.ts';
export type { Execution, Executor, Outcome, Work } from './executor.ts';
export type { Pipeline, Pipelines, RerunRequest, StartRun } from './pipelines.ts';
export type { Builtin, BuiltinCall, BuiltinResult, PipelinePorts, StepContext } from './ports.ts';
export { cleanEnvironment } from './process-command.ts';
export { processesWith, processStart, signalGroup, signalTree } from './process-tree.ts';
export { pipelinesRoutes } from './routes.ts';
export {
  type ErrorClass,
  PipelineRun,
  PipelineRunStep,
  type RunFilter,
  type RunStatus,
  type RunTrigger,
  StepAttempt,
  type StepState,
} from './run-schema.ts';
export {
  ParamSpec,
  type ParamValue,
  type PipelineDocument,
  PipelineSpec,
  ScheduleSpec,
  StepSpec,
  TriggerSpec,
} from './schema.ts';
export { createPipelines, type PipelineLimits, type PipelinesOptions } from './service.ts';
export type { LogChunk, LogQuery } from './step-log.ts';

export type { Column, Table } from './columns.ts';
export type { TrainingDeps } from './deps.ts';
export type { FittedModel, Label, Task } from './fitted.ts';
export { trainedArtifacts } from './keep-trained.ts';
export {
  type CategoricalProfile,
  type ColumnProfile,
  type NumericProfile,
  profileReference,
  type ReferenceProfile,
  referenceProfilePath,
} from './reference-profile.ts';
export { trainingRoutes } from './routes.ts';
export { Study, TrainingState, TrainRequest, type TrainResult } from './schema.ts';
export { createTraining, type StartedTraining, type Training, type TrainOptions } from './service.ts';
export { TrainStepParams, trainStep } from './step.ts';
export type { TrainProgress } from './under-way.ts';

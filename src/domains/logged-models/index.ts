export type { LoggedModelDeps } from './deps.ts';
export type { LoggedModelArtifacts, LoggedModelReading, LoggedModels } from './logged-models.ts';
export { loggedModelsRoutes } from './routes.ts';
export {
  type LoggedModel,
  type LoggedModelSearch,
  type LoggedModelStatus,
  loggedModelIdSchema,
  loggedModelStatuses,
  type ModelMetric,
  type NewLoggedModel,
  type NewModelMetric,
} from './schema.ts';
export { createLoggedModels } from './service.ts';

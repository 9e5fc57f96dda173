export type { Alerts, Declarations, DriftAt, Monitoring, Monitors, Retrainings } from './faces.ts';
export type { ObservationSource, Reference, ReferenceSource } from './ports.ts';
export { type Retraining, type RetrainingPolicy, RetrainingSpec } from './retraining-schema.ts';
export { monitoringRoutes } from './routes.ts';
export {
  type Alert,
  AlertRule,
  type Monitor,
  type MonitorPoint,
  type MonitorRun,
  type MonitorRunSummary,
  MonitorSpec,
  type MonitorValue,
} from './schema.ts';
export { createMonitoring, type MonitoringParts } from './service.ts';
export { createProfileSource } from './stored-profile.ts';

import type { EvalDatasets } from '../../domains/eval-datasets/index.ts';
import type { Notify } from '../../domains/notify/index.ts';
import type { Route } from '../../http/route.ts';
import { artifactRoutes } from './artifacts.ts';
import { type PartServices, partRoutes } from './artifacts-in-parts.ts';
import { ownersArtifactRoutes } from './artifacts-of-runs.ts';
import { datasetRoutes } from './datasets.ts';
import { evaluationDatasetRoutes } from './evaluation-datasets.ts';
import { experimentRoutes } from './experiments.ts';
import { type LoggedModelServices, loggedModelRoutes } from './logged-models.ts';
import { metricRoutes } from './metrics.ts';
import { modelVersionRoutes, type VersionOptions } from './model-versions.ts';
import { aliasRoutes } from './registered-model-aliases.ts';
import { registeredModelRoutes } from './registered-models.ts';
import { runInputRoutes } from './run-inputs.ts';
import { runLoggingRoutes } from './run-logging.ts';
import { runSearchRoutes } from './run-search.ts';
import { runRoutes } from './runs.ts';
import { type MlflowOptions, serverInfoRoutes } from './server-info.ts';
import type { TraceServices } from './trace-reading.ts';
import { traceRoutes } from './traces.ts';
import { webhookRoutes } from './webhooks.ts';

export { createMlflowWebhookFormat } from './webhook-format.ts';

/** The domains that MLflow clients reach. */
export type MlflowServices = PartServices &
  LoggedModelServices &
  TraceServices & { notify: Notify; evalDatasets: EvalDatasets };

/** Every route of the MLflow REST API, under `/api` and `/ajax-api`. */
export function mlflowRoutes(services: MlflowServices, options: MlflowOptions & VersionOptions): Route[] {
  const { experiments, runs } = services.tracking;
  return [
    ...experimentRoutes(experiments),
    ...runRoutes(services.tracking),
    ...runSearchRoutes(services.tracking),
    ...runLoggingRoutes(services),
    ...runInputRoutes(runs),
    ...metricRoutes(runs),
    ...datasetRoutes(runs),
    ...artifactRoutes(services),
    ...partRoutes(services),
    ...ownersArtifactRoutes(services),
    ...webhookRoutes(services.notify),
    ...evaluationDatasetRoutes(services.evalDatasets),
    ...loggedModelRoutes(services),
    ...registeredModelRoutes(services.registry),
    ...aliasRoutes(services),
    ...modelVersionRoutes(services, options),
    ...traceRoutes(services),
    ...serverInfoRoutes(options),
  ];
}

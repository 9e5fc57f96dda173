import type { Notify } from '../../domains/notify/index.ts';
import type { Route } from '../../http/route.ts';
import { type ArtifactServices, artifactRoutes } from './artifacts.ts';
import { ownersArtifactRoutes } from './artifacts-of-runs.ts';
import { type LoggedModelServices, loggedModelRoutes } from './logged-models.ts';
import { type MlflowOptions, serverInfoRoutes } from './server-info.ts';
import { webhookRoutes } from './webhooks.ts';

export { createMlflowWebhookFormat } from './webhook-format.ts';

/** The domains that MLflow clients reach. */
export type MlflowServices = ArtifactServices & LoggedModelServices & { notify: Notify };

/** Every route of the MLflow REST API, under `/api` and `/ajax-api`. */
export function mlflowRoutes(services: MlflowServices, options: MlflowOptions): Route[] {
  return [
    ...artifactRoutes(services),
    ...ownersArtifactRoutes(services),
    ...webhookRoutes(services.notify),
    ...loggedModelRoutes(services),
    ...serverInfoRoutes(options),
  ];
}

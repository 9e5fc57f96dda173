import type { Route } from '../../http/route.ts';
import { type MlflowOptions, serverInfoRoutes } from './server-info.ts';

/** The domains that MLflow clients reach. */
// biome-ignore lint/complexity/noBannedTypes: grows as resources join
export type MlflowServices = {};

/** Every route of the MLflow REST API, under `/api` and `/ajax-api`. */
export function mlflowRoutes(_services: MlflowServices, options: MlflowOptions): Route[] {
  return [...serverInfoRoutes(options)];
}

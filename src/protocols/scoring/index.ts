import type { Predictor } from '../../domains/serving/index.ts';
import type { Route } from '../../http/route.ts';
import { mlflowScoringRoutes, type ScoringOptions } from './mlflow-routes.ts';
import { v1Routes } from './v1-routes.ts';

/** How scoring servers are asked: MLflow's `/invocations`, KServe's V1 and TensorFlow Serving's `:predict`. */
export function scoringRoutes(serving: Predictor, options: ScoringOptions): Route[] {
  return [...mlflowScoringRoutes(serving, options), ...v1Routes(serving)];
}

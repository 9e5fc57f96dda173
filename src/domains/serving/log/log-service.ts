import type { Page } from '../../../kernel/page.ts';
import type { ServingDeps } from '../deps.ts';
import type { LoggedPrediction } from '../schema.ts';
import { listPredictions } from './list-predictions.ts';
import type { PredictionFilter } from './predictions-schema.ts';

/** What was asked of endpoints and answered, and what came of it. */
export interface PredictionLogFace {
  /** Logged predictions of an endpoint, newest event time first. */
  list(endpoint: string, filter: PredictionFilter): Promise<Page<LoggedPrediction>>;
}

/** Makes the face of the log over serving. */
export function createPredictionLogFace(deps: ServingDeps): PredictionLogFace {
  return {
    list: (endpoint, filter) => listPredictions(deps, endpoint, filter),
  };
}

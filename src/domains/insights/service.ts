import { explainPrediction, type WhySources } from './why.ts';
import type { Explanation } from './why-schema.ts';

/** What can be said across domains. */
export interface Insights {
  /** Everything that led to one logged prediction. */
  why(predictionId: string): Promise<Explanation>;
}

/** Makes insights over the faces of the domains below. */
export function createInsights(sources: WhySources): Insights {
  return { why: (predictionId) => explainPrediction(sources, predictionId) };
}

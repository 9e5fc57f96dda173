import { type LoopSources, overlook } from './loop.ts';
import type { Loop } from './loop-schema.ts';
import { explainPrediction, type WhySources } from './why.ts';
import type { Explanation } from './why-schema.ts';

/** What can be said across domains. */
export interface Insights {
  /** Everything that led to one logged prediction. */
  why(predictionId: string): Promise<Explanation>;
  /** The whole loop at one glance, and what needs a person. */
  loop(): Promise<Loop>;
}

/** Makes insights over the faces of the domains below. */
export function createInsights(sources: WhySources & LoopSources): Insights {
  return {
    why: (predictionId) => explainPrediction(sources, predictionId),
    loop: () => overlook(sources),
  };
}

import type { Queries } from '../../database/database.ts';
import { createArtifactStore } from './artifact-store.ts';
import { createExperimentStore } from './experiment-store.ts';
import { createInputStore } from './input-store.ts';
import { createMetricStore } from './metric-store.ts';
import { createRunStore } from './run-store.ts';
import { createSearchStore } from './search-store.ts';

/** All SQL of tracking. */
export function createTrackingStore(queries: Queries) {
  return {
    experiments: createExperimentStore(queries),
    runs: createRunStore(queries),
    inputs: createInputStore(queries),
    metrics: createMetricStore(queries),
    search: createSearchStore(queries),
    artifacts: createArtifactStore(queries),
  };
}

import type { Experiment } from '../../domains/tracking/index.ts';
import { artifactRootOf } from './artifact-locations.ts';

/** An experiment as clients read it. */
export function presentExperiment(experiment: Experiment) {
  const tags = Object.entries(experiment.tags).map(([key, value]) => ({ key, value }));
  return {
    experiment_id: experiment.id,
    name: experiment.name,
    artifact_location: artifactRootOf(experiment),
    lifecycle_stage: experiment.lifecycle,
    last_update_time: experiment.updatedAt,
    creation_time: experiment.createdAt,
    ...(tags.length > 0 && { tags }),
  };
}

import { z } from 'zod';
import type { Runs } from '../../domains/tracking/index.ts';
import type { Route } from '../../http/route.ts';
import { endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { list } from './fields.ts';

const most = { experiments: 20, datasets: 1000 } as const;

/** The search of the datasets that runs of experiments read. */
export function datasetRoutes(runs: Runs): Route[] {
  return endpoint({
    method: 'POST',
    permission: 'tracking.read',
    path: '/mlflow/experiments/search-datasets',
    summary: 'Lists the datasets that runs of experiments read.',
    input: z.object({ experiment_ids: list(z.string()) }),
    handle: async ({ input: { experiment_ids: ids = [] } }) => {
      if (ids.length === 0) {
        refuse('INVALID_PARAMETER_VALUE', 'SearchDatasets request must specify at least one experiment_id.');
      }
      if (ids.length > most.experiments) {
        const message = `SearchDatasets request cannot specify more than ${most.experiments} experiment_ids. Received ${ids.length} experiment_ids.`;
        refuse('INVALID_PARAMETER_VALUE', message);
      }
      const found = await runs.datasets(ids, most.datasets);
      const summaries = found.map(({ experimentId, name, digest, context }) => ({
        experiment_id: experimentId,
        name,
        digest,
        ...(context !== '' && { context }),
      }));
      return summaries.length === 0 ? {} : { dataset_summaries: summaries };
    },
  });
}

import { z } from 'zod';
import type { Tracking } from '../../domains/tracking/index.ts';
import { Reply, type Route } from '../../http/route.ts';
import { endpoint } from './endpoint.ts';
import { int64, list, oneOf, text } from './fields.ts';
import { writeRun } from './present-run.ts';
import { ofPage, pageSize } from './run-words.ts';
import { lifecycleOf, viewTypes } from './view-types.ts';

const searched = z.object({
  experiment_ids: list(z.string()),
  filter: text(),
  run_view_type: oneOf(viewTypes),
  max_results: int64(),
  order_by: list(z.string()),
  page_token: text(),
});

/** The search of runs. */
export function runSearchRoutes(tracking: Tracking): Route[] {
  return endpoint({
    method: 'POST',
    permission: 'tracking.read',
    path: '/mlflow/runs/search',
    summary: 'Finds runs.',
    input: searched,
    handle: async ({ input }) => {
      const limit = pageSize(input.max_results, 1000);
      const page = await ofPage(
        tracking.runs.searchDetails({
          experimentIds: input.experiment_ids ?? [],
          filter: input.filter ?? '',
          lifecycle: lifecycleOf(input.run_view_type),
          orderBy: input.order_by ?? [],
          pageToken: input.page_token || undefined,
          limit,
        }),
      );
      const ids = [...new Set(page.items.map((run) => run.experimentId))];
      const places = new Map((await tracking.experiments.byIds(ids)).map((experiment) => [experiment.id, experiment]));
      let runs = '';
      for (const run of page.items) {
        runs += `${runs === '' ? '' : ','}${writeRun(run, places.get(run.experimentId)!)}`;
      }
      const parts = [];
      if (runs !== '') parts.push(`"runs":[${runs}]`);
      if (page.nextPageToken) parts.push(`"next_page_token":${JSON.stringify(page.nextPageToken)}`);
      return new Reply(`{${parts.join()}}`, 200, { 'content-type': 'application/json' });
    },
  });
}

import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import { artifactRoutes } from './artifact-routes.ts';
import { experimentRoutes } from './experiment-routes.ts';
import { exportRoutes } from './export-routes.ts';
import {
  datasetInputSchema,
  keySchema,
  newRunSchema,
  runBatchSchema,
  runChangeSchema,
  runIdSchema,
  tagKeySchema,
} from './schema.ts';
import { runSearchSchema } from './search-schema.ts';
import type { Runs, Tracking } from './tracking.ts';
import { viewRoutes } from './view-routes.ts';
import { metricView, runDetailsView, runInfoView, runView, showInfo, showMetric, showRun } from './views.ts';

const base = '/api/v1/runs';
const id = z.object({ id: runIdSchema });

/** The API of experiments and runs. */
export function trackingRoutes({ views, reports, experiments, runs }: Tracking): Route[] {
  return [
    ...experimentRoutes(experiments),
    ...viewRoutes(views),
    ...exportRoutes(reports),
    ...runRoutes(runs),
    ...lifecycleRoutes(runs),
    ...logRoutes(runs),
    ...artifactRoutes(runs.artifacts),
  ];
}

function runRoutes(runs: Runs): Route[] {
  return [
    route({
      method: 'POST',
      path: base,
      permission: 'tracking.write',
      summary: 'Starts a run.',
      status: 201,
      input: newRunSchema,
      output: runDetailsView,
      handle: async ({ input, actor }) => showRun(await runs.create(actor, input)),
    }),
    route({
      method: 'POST',
      path: `${base}/search`,
      permission: 'tracking.read',
      summary: 'Finds runs by a filter, in an order, with as much of what they logged as asked for.',
      input: runSearchSchema,
      output: pageOf(runView),
      handle: async ({ input }) => {
        const page = await runs.search(input);
        return { ...page, items: page.items.map(showRun) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/:id`,
      permission: 'tracking.read',
      summary: 'Shows a run with all it logged.',
      input: id,
      output: runDetailsView,
      handle: async ({ input }) => showRun(await runs.get(input.id)),
    }),
    route({
      method: 'PATCH',
      path: `${base}/:id`,
      permission: 'tracking.write',
      summary: "Changes a run's name, status, end, code or environment.",
      input: runChangeSchema.extend(id.shape),
      output: runInfoView,
      handle: async ({ input: { id: runId, ...change }, actor }) => showInfo(await runs.update(actor, runId, change)),
    }),
  ];
}

function lifecycleRoutes(runs: Runs): Route[] {
  return [
    route({
      method: 'DELETE',
      path: `${base}/:id`,
      permission: 'tracking.write',
      summary: 'Deletes a run; it can be restored.',
      input: id,
      handle: ({ input, actor }) => runs.delete(actor, input.id),
    }),
    route({
      method: 'POST',
      path: `${base}/:id/restore`,
      permission: 'tracking.write',
      summary: 'Brings a deleted run back.',
      input: id,
      handle: ({ input, actor }) => runs.restore(actor, input.id),
    }),
    route({
      method: 'DELETE',
      path: `${base}/:id/tags`,
      permission: 'tracking.write',
      summary: 'Removes a tag.',
      input: id.extend({ key: tagKeySchema }),
      handle: ({ input }) => runs.deleteTag(input.id, input.key),
    }),
  ];
}

function logRoutes(runs: Runs): Route[] {
  return [
    route({
      method: 'POST',
      path: `${base}/:id/log`,
      permission: 'tracking.write',
      summary: 'Logs metrics, parameters and tags together or not at all.',
      input: runBatchSchema.extend(id.shape),
      handle: ({ input: { id: runId, ...batch } }) => runs.log(runId, batch),
    }),
    route({
      method: 'POST',
      path: `${base}/:id/inputs`,
      permission: 'tracking.write',
      summary: 'Records the datasets a run reads.',
      input: id.extend({ inputs: z.array(datasetInputSchema).max(100) }),
      handle: ({ input, actor }) => runs.logInputs(actor, input.id, input.inputs),
    }),
    route({
      method: 'GET',
      path: `${base}/:id/metrics`,
      permission: 'tracking.read',
      summary: 'Lists all points of a metric, by step.',
      input: id.extend({ key: keySchema, ...pageQuery }),
      output: pageOf(metricView),
      handle: async ({ input }) => {
        const page = await runs.metricHistory(input.id, input.key, input);
        return { ...page, items: page.items.map(showMetric) };
      },
    }),
  ];
}

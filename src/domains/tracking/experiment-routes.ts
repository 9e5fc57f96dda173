import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { pageOf } from '../../kernel/page.ts';
import { experimentNameSchema, newExperimentSchema, tagKeySchema, tagsSchema } from './schema.ts';
import { experimentListSchema } from './search-schema.ts';
import type { Experiments } from './tracking.ts';
import { experimentView, showExperiment } from './views.ts';

const base = '/api/v1/experiments';
const which = z.object({
  experiment: z.string().min(1).max(500).describe('The id or name (encoded) of the experiment.'),
});

/** The API of experiments. */
export function experimentRoutes(experiments: Experiments): Route[] {
  return [...documentRoutes(experiments), ...lifecycleRoutes(experiments)];
}

function documentRoutes(experiments: Experiments): Route[] {
  return [
    route({
      method: 'POST',
      path: base,
      permission: 'tracking.write',
      summary: 'Creates an experiment.',
      status: 201,
      input: newExperimentSchema,
      output: experimentView,
      handle: async ({ input, actor }) => showExperiment(await experiments.create(actor, input)),
    }),
    route({
      method: 'GET',
      path: base,
      permission: 'tracking.read',
      summary: 'Lists experiments by name.',
      input: experimentListSchema,
      output: pageOf(experimentView),
      handle: async ({ input }) => {
        const page = await experiments.list(input);
        return { ...page, items: page.items.map(showExperiment) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/:experiment`,
      permission: 'tracking.read',
      summary: 'Shows an experiment.',
      input: which,
      output: experimentView,
      handle: async ({ input }) => showExperiment(await experiments.get(input.experiment)),
    }),
    route({
      method: 'PATCH',
      path: `${base}/:experiment`,
      permission: 'tracking.write',
      summary: 'Renames or describes an experiment.',
      input: which.extend({ name: experimentNameSchema.optional(), description: z.string().max(10_000).optional() }),
      output: experimentView,
      handle: async ({ input, actor }) => showExperiment(await experiments.update(actor, input.experiment, input)),
    }),
  ];
}

function lifecycleRoutes(experiments: Experiments): Route[] {
  return [
    route({
      method: 'DELETE',
      path: `${base}/:experiment`,
      permission: 'tracking.write',
      summary: 'Deletes an experiment with its runs; both can be restored.',
      input: which,
      handle: ({ input, actor }) => experiments.delete(actor, input.experiment),
    }),
    route({
      method: 'POST',
      path: `${base}/:experiment/restore`,
      permission: 'tracking.write',
      summary: 'Brings back an experiment and the runs that were deleted with it.',
      input: which,
      handle: ({ input, actor }) => experiments.restore(actor, input.experiment),
    }),
    route({
      method: 'POST',
      path: `${base}/:experiment/tags`,
      permission: 'tracking.write',
      summary: 'Sets tags.',
      input: which.extend({ tags: tagsSchema }),
      handle: ({ input }) => experiments.setTags(input.experiment, input.tags),
    }),
    route({
      method: 'DELETE',
      path: `${base}/:experiment/tags`,
      permission: 'tracking.write',
      summary: 'Removes a tag.',
      input: which.extend({ key: tagKeySchema }),
      handle: ({ input }) => experiments.deleteTag(input.experiment, input.key),
    }),
  ];
}

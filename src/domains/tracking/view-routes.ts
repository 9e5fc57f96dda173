import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { withIsoTimes } from '../../kernel/iso-fields.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import { newViewSchema, type SavedView, viewContentSchema } from './saved-view-schema.ts';
import type { SavedViews } from './saved-views.ts';

const base = '/api/v1/experiments/:experiment/views';
const which = z.object({
  experiment: z.string().min(1).max(500).describe('The id or name (encoded) of the experiment.'),
});
const one = which.extend({ id: z.string().min(1).max(100) });

const viewView = viewContentSchema
  .extend({
    id: z.string(),
    experimentId: z.string(),
    name: z.string(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'SavedView' });

const show = (view: SavedView) => withIsoTimes(view, 'createdAt', 'updatedAt');

/** The API of saved views: filter, order, columns and charts of an experiment's runs under a name, shared by all. */
export function viewRoutes(views: SavedViews): Route[] {
  return [
    route({
      method: 'GET',
      path: base,
      permission: 'tracking.read',
      summary: 'Lists the saved views of an experiment by name.',
      input: which.extend(pageQuery),
      output: pageOf(viewView),
      handle: async ({ input }) => {
        const page = await views.list(input.experiment, input);
        return { ...page, items: page.items.map(show) };
      },
    }),
    route({
      method: 'POST',
      path: base,
      permission: 'tracking.write',
      summary: 'Saves a view of the runs of an experiment, for all.',
      status: 201,
      input: newViewSchema.extend(which.shape),
      output: viewView,
      handle: async ({ input: { experiment, ...view }, actor }) => show(await views.create(actor, experiment, view)),
    }),
    route({
      method: 'GET',
      path: `${base}/:id`,
      permission: 'tracking.read',
      summary: 'Shows a saved view.',
      input: one,
      output: viewView,
      handle: async ({ input }) => show(await views.get(input.experiment, input.id)),
    }),
    route({
      method: 'PUT',
      path: `${base}/:id`,
      permission: 'tracking.write',
      summary: 'Replaces a saved view.',
      input: newViewSchema.extend(one.shape),
      output: viewView,
      handle: async ({ input: { experiment, id, ...view } }) => show(await views.replace(experiment, id, view)),
    }),
    route({
      method: 'DELETE',
      path: `${base}/:id`,
      permission: 'tracking.write',
      summary: 'Deletes a saved view.',
      input: one,
      handle: ({ input }) => views.delete(input.experiment, input.id),
    }),
  ];
}

import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { modelNameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import { fileRoutes } from './file-routes.ts';
import { registryImportRoutes } from './import-routes.ts';
import { promotionRoutes } from './promotion-routes.ts';
import type { Models, Registry } from './registry.ts';
import { descriptionSchema, newModelSchema, registryTagsSchema } from './schema.ts';
import { searchRoutes } from './search-routes.ts';
import { versionRoutes } from './version-routes.ts';
import { modelView, showModel } from './views.ts';

const base = '/api/v1/models';
const name = z.object({ model: modelNameSchema });

/** The API of models, versions and promotions. */
export function registryRoutes({ models, versions, promotions, importing }: Registry): Route[] {
  return [
    ...modelRoutes(models),
    ...changeRoutes(models),
    ...searchRoutes(models, versions),
    ...versionRoutes(versions),
    ...fileRoutes(versions),
    ...promotionRoutes(promotions),
    ...registryImportRoutes(importing),
  ];
}

function modelRoutes(models: Models): Route[] {
  return [
    route({
      method: 'POST',
      path: base,
      permission: 'models.write',
      summary: 'Creates a model.',
      status: 201,
      input: newModelSchema,
      output: modelView,
      handle: async ({ input, actor }) => showModel(await models.create(actor, input)),
    }),
    route({
      method: 'GET',
      path: base,
      permission: 'models.read',
      summary: 'Lists models by name.',
      input: z.object({ contains: z.string().max(250).optional(), ...pageQuery }),
      output: pageOf(modelView),
      handle: async ({ input }) => {
        const page = await models.list(input);
        return { ...page, items: page.items.map(showModel) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/:model`,
      permission: 'models.read',
      summary: 'Shows a model with its aliases.',
      input: name,
      output: modelView,
      handle: async ({ input }) => showModel(await models.get(input.model)),
    }),
  ];
}

function changeRoutes(models: Models): Route[] {
  return [
    route({
      method: 'PATCH',
      path: `${base}/:model`,
      permission: 'models.write',
      summary: 'Renames or describes a model.',
      input: name.extend({ name: modelNameSchema.optional(), description: descriptionSchema.optional() }),
      output: modelView,
      handle: async ({ input: { model, ...change }, actor }) => showModel(await models.update(actor, model, change)),
    }),
    route({
      method: 'DELETE',
      path: `${base}/:model`,
      permission: 'models.write',
      summary: 'Deletes a model that has no alias, with its versions.',
      input: name,
      handle: ({ input, actor }) => models.delete(actor, input.model),
    }),
    route({
      method: 'POST',
      path: `${base}/:model/tags`,
      permission: 'models.write',
      summary: 'Sets tags of a model.',
      input: name.extend({ tags: registryTagsSchema }),
      handle: ({ input, actor }) => models.setTags(actor, input.model, input.tags),
    }),
    route({
      method: 'DELETE',
      path: `${base}/:model/tags`,
      permission: 'models.write',
      summary: 'Removes a tag of a model.',
      input: name.extend({ key: z.string().min(1).max(250) }),
      handle: ({ input, actor }) => models.deleteTag(actor, input.model, input.key),
    }),
  ];
}

import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { modelNameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import type { Versions } from './registry.ts';
import {
  descriptionSchema,
  digestSchema,
  newEvidenceSchema,
  newVersionSchema,
  registryTagsSchema,
  stageSchema,
} from './schema.ts';
import { evidenceView, showEvidence, showVersion, versionView } from './views.ts';

const base = '/api/v1/models/:model/versions';
const at = z.object({ model: modelNameSchema, version: z.coerce.number().int().min(1) });
const filter = {
  stage: stageSchema.optional(),
  runId: z.string().max(64).optional(),
  digest: digestSchema.optional(),
  deleted: z.stringbool().default(false).describe('Also those that were deleted.'),
  ...pageQuery,
};

/** The API of versions. */
export function versionRoutes(versions: Versions): Route[] {
  return [...readRoutes(versions), ...writeRoutes(versions), ...tagRoutes(versions), ...evidenceRoutes(versions)];
}

function readRoutes(versions: Versions): Route[] {
  const list = async (query: Parameters<Versions['list']>[0]) => {
    const page = await versions.list(query);
    return { ...page, items: page.items.map(showVersion) };
  };
  return [
    route({
      method: 'GET',
      path: base,
      permission: 'models.read',
      summary: 'Lists the versions of a model, newest first.',
      input: z.object({ model: modelNameSchema, ...filter }),
      output: pageOf(versionView),
      handle: ({ input }) => list(input),
    }),
    route({
      method: 'GET',
      path: '/api/v1/model-versions',
      permission: 'models.read',
      summary: 'Finds versions of any model, such as those of a run.',
      input: z.object({ model: modelNameSchema.optional(), ...filter }),
      output: pageOf(versionView),
      handle: ({ input }) => list(input),
    }),
    route({
      method: 'GET',
      path: `${base}/:version`,
      permission: 'models.read',
      summary: 'Shows a version by number, alias or `latest`.',
      input: z.object({ model: modelNameSchema, version: z.string().min(1).max(250) }),
      output: versionView,
      handle: async ({ input }) => showVersion(await versions.get(input.model, input.version)),
    }),
  ];
}

function writeRoutes(versions: Versions): Route[] {
  return [
    route({
      method: 'POST',
      path: base,
      permission: 'models.write',
      summary: 'Registers content of the store as a version; the same content is the same version.',
      status: 201,
      input: newVersionSchema,
      output: versionView,
      handle: async ({ input, actor }) => showVersion(await versions.register(actor, input)),
    }),
    route({
      method: 'PATCH',
      path: `${base}/:version`,
      permission: 'models.write',
      summary: 'Describes a version.',
      input: at.extend({ description: descriptionSchema }),
      output: versionView,
      handle: async ({ input, actor }) => showVersion(await versions.update(actor, input, input)),
    }),
    route({
      method: 'DELETE',
      path: `${base}/:version`,
      permission: 'models.write',
      summary: 'Deletes a version that no alias points to; registering its content again brings it back.',
      input: at,
      handle: ({ input, actor }) => versions.delete(actor, input),
    }),
  ];
}

function tagRoutes(versions: Versions): Route[] {
  return [
    route({
      method: 'POST',
      path: `${base}/:version/tags`,
      permission: 'models.write',
      summary: 'Sets tags of a version.',
      input: at.extend({ tags: registryTagsSchema }),
      handle: ({ input, actor }) => versions.setTags(actor, input, input.tags),
    }),
    route({
      method: 'DELETE',
      path: `${base}/:version/tags`,
      permission: 'models.write',
      summary: 'Removes a tag of a version.',
      input: at.extend({ key: z.string().min(1).max(250) }),
      handle: ({ input, actor }) => versions.deleteTag(actor, input, input.key),
    }),
  ];
}

function evidenceRoutes(versions: Versions): Route[] {
  return [
    route({
      method: 'POST',
      path: `${base}/:version/evidence`,
      permission: 'models.write',
      summary: 'Attaches a document that gates may judge by.',
      status: 201,
      input: at.extend(newEvidenceSchema.shape),
      output: evidenceView,
      handle: async ({ input, actor }) => {
        const { name, document } = input;
        return showEvidence(await versions.attachEvidence(actor, input, { name, document }));
      },
    }),
    route({
      method: 'GET',
      path: `${base}/:version/evidence`,
      permission: 'models.read',
      summary: 'Lists the documents of a version, the newest of each name unless `history`.',
      input: at.extend({ history: z.stringbool().default(false) }),
      output: z.object({ items: z.array(evidenceView) }),
      handle: async ({ input }) => ({ items: (await versions.evidence(input, input)).map(showEvidence) }),
    }),
  ];
}

import { z } from 'zod';
import { fileReply } from '../../http/file-reply.ts';
import { type Reply, type RequestContext, type Route, route } from '../../http/route.ts';
import { notFound } from '../../kernel/errors.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import type { ArtifactFile } from '../tracking/index.ts';
import { importedLoggedModelSchema } from './import.ts';
import type { LoggedModels } from './logged-models.ts';
import {
  loggedModelIdSchema,
  loggedModelQuerySchema,
  loggedModelStatuses,
  modelPurgeSchema,
  modelsPurgedSchema,
  newLoggedModelSchema,
  newModelMetricSchema,
  pairKeySchema,
  pairsSchema,
} from './schema.ts';
import { loggedModelView, showLoggedModel } from './views.ts';

const base = '/api/v1/logged-models';
const id = z.object({ id: loggedModelIdSchema });
const file = id.extend({ '*': z.string().min(1).max(4096).describe('The path, relative to the model.') });
const artifactView = z.object({
  path: z.string(),
  kind: z.enum(['file', 'folder']),
  bytes: z.number().int(),
  digest: z.string().nullable(),
});

/** The API of logged models. */
export function loggedModelsRoutes(loggedModels: LoggedModels): Route[] {
  return [
    ...readRoutes(loggedModels),
    ...writeRoutes(loggedModels),
    ...artifactRoutes(loggedModels),
    ...importRoutes(loggedModels),
  ];
}

function readRoutes(loggedModels: LoggedModels): Route[] {
  return [
    route({
      method: 'POST',
      path: `${base}/search`,
      permission: 'tracking.read',
      summary: 'Finds the models that runs logged by a filter, in an order.',
      input: loggedModelQuerySchema,
      output: pageOf(loggedModelView),
      handle: async ({ input }) => {
        const page = await loggedModels.search(input);
        return { ...page, items: page.items.map(showLoggedModel) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/:id`,
      permission: 'tracking.read',
      summary: 'Shows a logged model with what was measured of it.',
      input: id.extend({
        allowDeleted: z.stringbool().default(false),
        metrics: z.enum(['latest', 'history']).default('latest').describe('Which metric points to return.'),
      }),
      output: loggedModelView,
      handle: async ({ input }) => showLoggedModel(await loggedModels.get(input.id, input)),
    }),
  ];
}

function writeRoutes(loggedModels: LoggedModels): Route[] {
  const write = { permission: 'tracking.write' } as const;
  return [
    route({
      ...{ method: 'POST', path: base, ...write, status: 201, summary: 'Begins a logged model.' },
      input: newLoggedModelSchema.omit({ id: true, createdAt: true }),
      output: loggedModelView,
      handle: async ({ input, actor }) => showLoggedModel(await loggedModels.create(actor, input)),
    }),
    route({
      ...{ method: 'PATCH', path: `${base}/:id`, ...write, summary: 'Says how the upload of a logged model ended.' },
      input: id.extend({ status: z.enum(loggedModelStatuses) }),
      output: loggedModelView,
      handle: async ({ input, actor }) => showLoggedModel(await loggedModels.finalize(actor, input.id, input.status)),
    }),
    route({
      ...{ method: 'DELETE', path: `${base}/:id`, ...write, summary: 'Deletes a logged model.' },
      input: id,
      handle: ({ input, actor }) => loggedModels.delete(actor, input.id),
    }),
    route({
      ...{ method: 'POST', path: `${base}/purge`, permission: 'tracking.purge' },
      summary: 'Removes deleted logged models for good, with their files.',
      input: modelPurgeSchema,
      output: modelsPurgedSchema,
      handle: ({ input, actor }) => loggedModels.purge(actor, input),
    }),
    route({
      ...{ method: 'POST', path: `${base}/:id/tags`, ...write, summary: 'Sets tags of a logged model.' },
      input: id.extend({ tags: pairsSchema }),
      handle: ({ input, actor }) => loggedModels.setTags(actor, input.id, input.tags),
    }),
    route({
      ...{ method: 'DELETE', path: `${base}/:id/tags`, ...write, summary: 'Removes a tag of a logged model.' },
      input: id.extend({ key: pairKeySchema }),
      handle: ({ input, actor }) => loggedModels.deleteTag(actor, input.id, input.key),
    }),
    route({
      ...{ method: 'POST', path: `${base}/:id/metrics`, ...write, summary: 'Adds metric points to a logged model.' },
      input: id.extend({ metrics: z.array(newModelMetricSchema).max(1000) }),
      handle: ({ input, actor }) => loggedModels.logMetrics(actor, input.id, input.metrics),
    }),
  ];
}

function importRoutes(loggedModels: LoggedModels): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/import/logged-models',
      permission: 'admin.import',
      summary: 'Takes over a logged model under its id and times; the same again changes nothing.',
      input: importedLoggedModelSchema,
      output: z.object({ id: z.string(), isNew: z.boolean() }),
      handle: ({ input, actor }) => loggedModels.take(actor, input),
    }),
  ];
}

function artifactRoutes(loggedModels: LoggedModels): Route[] {
  return [
    route({
      method: 'GET',
      path: `${base}/:id/artifacts`,
      permission: 'tracking.read',
      summary: 'Lists the files and folders of a folder of a logged model.',
      input: id.extend({ folder: z.string().max(4096).default(''), ...pageQuery }),
      output: pageOf(artifactView),
      handle: ({ input }) => loggedModels.artifacts.list(input.id, input.folder, input),
    }),
    route({
      method: 'GET',
      path: `${base}/:id/artifacts/*`,
      permission: 'tracking.read',
      summary: 'Downloads a file of a logged model, or a range of it.',
      input: file,
      handle: (call) => download(loggedModels, call),
    }),
  ];
}

async function download(
  { artifacts }: LoggedModels,
  call: { input: z.output<typeof file> } & Pick<RequestContext, 'method' | 'headers'>,
): Promise<Reply> {
  const path = call.input['*'];
  const found = await artifacts.stat(call.input.id, path);
  if (found?.kind !== 'file') return notFound('artifact', path);
  const sent = found as ArtifactFile;
  const name = sent.path.slice(sent.path.lastIndexOf('/') + 1);
  return fileReply(call, { name, ...sent, open: (part) => artifacts.content(sent, part) });
}

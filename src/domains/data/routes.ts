import { z } from 'zod';
import type { Blobs } from '../../blobs/index.ts';
import { type Route, route } from '../../http/route.ts';
import { nameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import type { Data } from './data.ts';
import { VersionDiff } from './diff-schema.ts';
import { Expectation } from './expectation-schema.ts';
import { Profile } from './profile-schema.ts';
import { IngestRequest } from './schema.ts';
import {
  DatasetOut,
  DatasetVersionOut,
  datasetOut,
  IngestedOut,
  ingestedOut,
  RowsOut,
  ValidatedOut,
  ValidationOut,
  validationOut,
  versionOut,
} from './wire.ts';

const byName = z.object({ name: nameSchema });
const versionField = z.string().min(1).max(250).describe('A number, a tag, `latest`, or `sha256:` and a digest.');
const byVersion = byName.extend({ version: versionField });
const uploadBytes = 64 * 2 ** 30;

const reference = ({ name, version }: { name: string; version: string }) => `${name}@${version}`;

/** The routes of datasets. */
export function dataRoutes(data: Data, blobs: Blobs): Route[] {
  return [
    ...datasetRoutes(data),
    ...versionRoutes(data),
    ...rowRoutes(data),
    ...contentRoutes(data, blobs),
    ...validationRoutes(data),
  ];
}

function datasetRoutes(data: Data): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/datasets',
      permission: 'data.read',
      summary: 'List datasets by name.',
      input: z.object({ ...pageQuery, nameContains: z.string().max(250).optional() }),
      output: pageOf(DatasetOut),
      handle: async ({ input }) => mapPage(await data.list(input), datasetOut),
    }),
    route({
      method: 'GET',
      path: '/api/v1/datasets/:name',
      permission: 'data.read',
      summary: 'Show a dataset.',
      input: byName,
      output: DatasetOut,
      handle: async ({ input }) => datasetOut(await data.show(input.name)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/datasets/:name',
      permission: 'data.write',
      summary: 'Delete a dataset with its versions, unless something needs one.',
      input: byName,
      handle: ({ input, actor }) => data.remove(actor, input.name) as never,
    }),
    route({
      method: 'PUT',
      path: '/api/v1/datasets/:name/tags/:tag',
      permission: 'data.write',
      summary: 'Point a tag at a version.',
      input: byVersion.extend({ tag: z.string() }),
      output: DatasetVersionOut,
      handle: async ({ input, actor }) => versionOut(await data.tag(actor, reference(input), input.tag)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/datasets/:name/tags/:tag',
      permission: 'data.write',
      summary: 'Remove a tag.',
      input: byName.extend({ tag: z.string() }),
      handle: ({ input, actor }) => data.untag(actor, input.name, input.tag) as never,
    }),
    route({
      method: 'POST',
      path: '/api/v1/datasets/:name/restore',
      permission: 'data.write',
      summary: 'Make an older version the current one.',
      input: byVersion,
      output: DatasetVersionOut,
      handle: async ({ input, actor }) => versionOut(await data.restore(actor, reference(input))),
    }),
  ];
}

function versionRoutes(data: Data): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/datasets/:name/versions',
      permission: 'data.read',
      summary: 'List the versions of a dataset, newest first.',
      input: byName.extend(pageQuery),
      output: pageOf(DatasetVersionOut),
      handle: async ({ input }) => mapPage(await data.versions(input.name, input), versionOut),
    }),
    route({
      method: 'GET',
      path: '/api/v1/datasets/:name/versions/:version',
      permission: 'data.read',
      summary: 'Show a version.',
      input: byVersion,
      output: DatasetVersionOut,
      handle: async ({ input }) => versionOut(await data.resolve(reference(input))),
    }),
    route({
      method: 'GET',
      path: '/api/v1/dataset-versions/:id',
      permission: 'data.read',
      summary: 'Show the version of an id.',
      input: z.object({ id: z.uuid() }),
      output: DatasetVersionOut,
      handle: async ({ input }) => versionOut(await data.resolve(input.id)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/datasets/:name/versions/:version/profile',
      permission: 'data.read',
      summary: 'Profile a version: nulls, distinct values, quantiles, histograms, most frequent values.',
      input: byVersion,
      output: Profile,
      handle: ({ input }) => data.profile(reference(input)),
    }),
  ];
}

function rowRoutes(data: Data): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/datasets/:name/diff',
      permission: 'data.read',
      summary: 'Compare two versions: columns, rows, profiles.',
      input: byName.extend({ from: versionField, to: versionField }),
      output: VersionDiff,
      handle: ({ input }) => data.diff(`${input.name}@${input.from}`, `${input.name}@${input.to}`),
    }),
    route({
      method: 'GET',
      path: '/api/v1/datasets/:name/versions/:version/rows',
      permission: 'data.read',
      summary: 'Page through the rows of a version.',
      input: byVersion.extend(pageQuery),
      output: RowsOut,
      handle: ({ input }) => data.rows(reference(input), input),
    }),
    route({
      method: 'GET',
      path: '/api/v1/datasets/:name/versions/:version/quarantine',
      permission: 'data.read',
      summary: 'Page through the rows that broke rules, with the ids of all rules each broke.',
      input: byVersion.extend(pageQuery),
      output: RowsOut,
      handle: ({ input }) => data.quarantine(reference(input), input),
    }),
  ];
}

function contentRoutes(data: Data, blobs: Blobs): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/uploads',
      permission: 'data.write',
      summary: 'Upload a file to ingest from; gives its sha256.',
      body: 'stream',
      maxBodyBytes: uploadBytes,
      input: z.object({}),
      output: z.object({ digest: z.string(), bytes: z.number().int() }).meta({ id: 'Upload' }),
      handle: ({ stream }) => blobs.put(stream),
    }),
    route({
      method: 'POST',
      path: '/api/v1/datasets/:name/ingest',
      permission: 'data.write',
      summary: 'Make a version from uploaded files or files of the server.',
      input: IngestRequest.omit({ dataset: true }).extend({ name: nameSchema }).meta({ id: 'IngestInto' }),
      output: IngestedOut,
      handle: async ({ input: { name, ...request }, actor, signal }) =>
        ingestedOut(await data.ingest(actor, { ...request, dataset: name }, { signal })),
    }),
  ];
}

function validationRoutes(data: Data): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/datasets/:name/validate',
      permission: 'data.write',
      summary: 'Judge a version by rules and keep the result.',
      input: byName.extend({
        version: versionField.default('latest'),
        expectations: z.array(Expectation).min(1).max(1000).optional(),
      }),
      output: ValidatedOut,
      handle: async ({ input, actor, signal }) => {
        const { expectations } = input;
        const request = { reference: reference(input), signal, ...(expectations && { expectations }) };
        return validationOut(await data.validate(actor, request));
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/datasets/:name/validations',
      permission: 'data.read',
      summary: 'List what the rules found over time, newest first.',
      input: byName.extend(pageQuery),
      output: pageOf(ValidationOut),
      handle: async ({ input }) => mapPage(await data.validations(input.name, input), validationOut),
    }),
    route({
      method: 'GET',
      path: '/api/v1/dataset-validations/:id/checks',
      permission: 'data.read',
      summary: 'Show the result of each rule of a validation.',
      input: z.object({ id: z.uuid() }),
      output: z.object({ items: z.array(ValidatedOut.shape.checks.element) }),
      handle: async ({ input }) => ({ items: await data.checks(input.id) }),
    }),
  ];
}

function mapPage<T, U>({ items, ...rest }: { items: T[]; nextPageToken?: string }, show: (item: T) => U) {
  return { items: items.map(show), ...rest };
}

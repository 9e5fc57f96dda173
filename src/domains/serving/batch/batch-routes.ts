import { z } from 'zod';
import { fileReply } from '../../../http/file-reply.ts';
import { type Route, route } from '../../../http/route.ts';
import { notFound } from '../../../kernel/errors.ts';
import { nameSchema } from '../../../kernel/names.ts';
import { pageOf } from '../../../kernel/page.ts';
import { checkDataPermissions } from '../data-permissions.ts';
import { BatchRequest, batchFilterShape, batchSchema } from './batch-schema.ts';
import type { BatchPredictions } from './batch-service.ts';

const byId = z.object({ id: z.string().max(100) });
const base = '/api/v1/batch-predictions';

/** The routes of batch predictions. */
export function batchRoutes(batches: BatchPredictions): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/endpoints/:name/batch-predictions',
      permission: 'predict.invoke',
      summary: "Scores a whole file or dataset version with an endpoint's version; follow it by its id.",
      input: BatchRequest.extend({ name: nameSchema }),
      output: batchSchema,
      status: 202,
      handle: ({ input: { name, ...request }, actor }) => {
        checkDataPermissions(actor, request);
        return batches.start(actor, { endpoint: name, request });
      },
    }),
    route({
      method: 'GET',
      path: base,
      permission: 'endpoints.read',
      summary: 'Lists batch predictions, newest first.',
      input: z.object(batchFilterShape),
      output: pageOf(batchSchema),
      handle: ({ input }) => batches.list(input),
    }),
    route({
      method: 'GET',
      path: `${base}/:id`,
      permission: 'endpoints.read',
      summary: 'How far a batch prediction is, and what it wrote.',
      input: byId,
      output: batchSchema,
      handle: ({ input }) => batches.find(input.id),
    }),
    route({
      method: 'POST',
      path: `${base}/:id/cancel`,
      permission: 'predict.invoke',
      summary: 'Ends a batch prediction; what was scored is kept for whoever asks again under its key.',
      input: byId,
      output: batchSchema,
      handle: ({ input, actor }) => batches.cancel(actor, input.id),
    }),
    ...(['result', 'quarantine'] as const).map((what) => download(batches, what)),
  ];
}

function download(batches: BatchPredictions, what: 'result' | 'quarantine'): Route {
  return route({
    method: 'GET',
    path: `${base}/:id/${what}`,
    permission: 'predict.invoke',
    summary: what === 'result' ? 'Downloads the answers as Parquet.' : 'Downloads the rows that could not be scored.',
    input: byId,
    handle: async ({ input, method, headers }) => {
      const { result } = await batches.find(input.id);
      const file = (what === 'result' ? result?.file : result?.quarantine) ?? notFound(`${what} of`, input.id);
      const name = `${what}.${what === 'result' ? 'parquet' : 'ndjson'}`;
      const open = (range?: { start: number; end?: number }) => batches.open(file.digest, range);
      return fileReply({ method, headers }, { name, bytes: file.bytes, digest: file.digest, open });
    },
  });
}

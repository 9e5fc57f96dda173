import { z } from 'zod';
import { Reply, type Route, route } from '../../../http/route.ts';
import { nameSchema } from '../../../kernel/names.ts';
import { pageOf } from '../../../kernel/page.ts';
import { credentialSchema } from '../runtime/remote-credentials.ts';
import { loggedPredictionSchema } from '../schema.ts';
import type { Serving } from '../service.ts';
import { sinkStateSchema } from './log-sinks.ts';
import { exportFilterShape, predictionFilterShape } from './predictions-schema.ts';
import { replayRoutes } from './replay-routes.ts';

const fileTypes = { ndjson: 'application/x-ndjson', csv: 'text/csv', parquet: 'application/vnd.apache.parquet' };
const named = z.object({ name: nameSchema });

/** The routes of the prediction log. */
export function logRoutes({ predictionLog }: Pick<Serving, 'predictionLog'>): Route[] {
  return [
    ...replayRoutes(predictionLog.replays),
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name/predictions',
      permission: 'endpoints.read',
      summary: 'Lists logged predictions, newest event time first; a page may be short where the filter finds little.',
      input: z.object({ ...predictionFilterShape, name: nameSchema }),
      output: pageOf(loggedPredictionSchema),
      handle: ({ input: { name, ...filter } }) => predictionLog.list(name, filter),
    }),
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name/predictions/file',
      permission: 'endpoints.read',
      summary: 'Downloads logged predictions as JSON lines, CSV or Parquet, newest event time first.',
      input: z.object({ ...exportFilterShape, name: nameSchema }),
      handle: async ({ input: { name, ...filter } }) =>
        new Reply(await predictionLog.export(name, filter), 200, {
          'content-type': fileTypes[filter.format],
          'content-disposition': `attachment; filename="predictions.${filter.format}"`,
          'x-content-type-options': 'nosniff',
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name/log-sink',
      permission: 'endpoints.read',
      summary: "How sending an endpoint's log as CloudEvents goes, as this process saw it.",
      input: named,
      output: sinkStateSchema,
      handle: ({ input }) => predictionLog.sinkState(input.name),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/endpoints/:name/log-sink/credential',
      permission: 'endpoints.write',
      summary: "Sets the header that the receiver of an endpoint's log is shown; it is never given out again.",
      input: named.extend(credentialSchema.shape),
      handle: ({ input: { name, ...credential }, actor }) =>
        predictionLog.setSinkCredential(actor, name, credential) as never,
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/endpoints/:name/log-sink/credential',
      permission: 'endpoints.write',
      summary: "Removes the credential for the receiver of an endpoint's log.",
      input: named,
      handle: ({ input, actor }) => predictionLog.setSinkCredential(actor, input.name) as never,
    }),
  ];
}

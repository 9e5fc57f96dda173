import { z } from 'zod';
import { type Route, route } from '../../../http/route.ts';
import { nameSchema } from '../../../kernel/names.ts';
import { pageOf } from '../../../kernel/page.ts';
import { checkDataPermissions } from '../data-permissions.ts';
import type { Replays } from './replay-jobs.ts';
import { replayFilterShape, replayRequestSchema, replaySchema } from './replay-schema.ts';

const byId = z.object({ id: z.string().max(100) });
const base = '/api/v1/prediction-replays';

/** The routes of replays. */
export function replayRoutes(replays: Replays): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/endpoints/:name/prediction-replays',
      permission: 'predict.invoke',
      summary: 'Answers logged requests again with another version and compares; follow it by its id.',
      input: z.object({ ...replayRequestSchema.shape, name: nameSchema }),
      output: replaySchema,
      status: 202,
      handle: ({ input: { name, ...request }, actor }) => {
        checkDataPermissions(actor, request);
        return replays.start(actor, name, request);
      },
    }),
    route({
      method: 'GET',
      path: base,
      permission: 'endpoints.read',
      summary: 'Lists replays of logged requests, newest first.',
      input: z.object(replayFilterShape),
      output: pageOf(replaySchema),
      handle: ({ input }) => replays.list(input),
    }),
    route({
      method: 'GET',
      path: `${base}/:id`,
      permission: 'endpoints.read',
      summary: 'How far a replay is, and how the answers compare.',
      input: byId,
      output: replaySchema,
      handle: ({ input }) => replays.find(input.id),
    }),
    route({
      method: 'POST',
      path: `${base}/:id/cancel`,
      permission: 'predict.invoke',
      summary: 'Ends a replay.',
      input: byId,
      output: replaySchema,
      handle: ({ input, actor }) => replays.cancel(actor, input.id),
    }),
  ];
}

import { z } from 'zod';
import { type RequestContext, type Route, route } from '../../../http/route.ts';
import { nameSchema } from '../../../kernel/names.ts';
import { pageOf, pageQuery } from '../../../kernel/page.ts';
import { judgeRoutes } from './judge-routes.ts';
import { measurementSchema } from './metric-schema.ts';
import { RolloutSpec, rolloutDecisionSchema, rolloutSchema } from './rollout-schema.ts';
import type { RolloutVerbs } from './rollout-verbs.ts';

const byId = z.object({ id: z.string().max(300) });

/** The routes of rollouts. */
export function rolloutRoutes(serving: RolloutVerbs): Route[] {
  return [...startAndList(serving), ...looks(serving), ...judgeRoutes(serving), ...verbs(serving)];
}

function startAndList(serving: RolloutVerbs): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/endpoints/:name/rollouts',
      permission: 'endpoints.rollout',
      summary: 'Starts a rollout of a version.',
      input: z.object({ name: nameSchema, ...RolloutSpec.shape }),
      output: rolloutSchema,
      status: 201,
      handle: ({ input: { name, ...spec }, actor }) => serving.startRollout(actor, name, spec),
    }),
    route({
      method: 'GET',
      path: '/api/v1/rollouts',
      permission: 'endpoints.read',
      summary: 'Lists rollouts, newest first, without their judgements and metrics.',
      input: z.object({ ...pageQuery, endpoint: nameSchema.optional(), state: rolloutSchema.shape.state.optional() }),
      output: pageOf(rolloutSchema),
      handle: ({ input }) => serving.rollouts(input),
    }),
  ];
}

function looks(serving: RolloutVerbs): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/rollouts/:id',
      permission: 'endpoints.read',
      summary: 'Shows a rollout, its last judgement and how its metrics stand.',
      input: byId,
      output: rolloutSchema,
      handle: ({ input }) => serving.rollout(input.id),
    }),
    route({
      method: 'GET',
      path: '/api/v1/rollouts/:id/decisions',
      permission: 'endpoints.read',
      summary: 'Every decision of a rollout with the numbers it was made on.',
      input: byId,
      output: z.object({ items: z.array(rolloutDecisionSchema) }),
      handle: async ({ input }) => ({ items: await serving.decisions(input.id) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/rollouts/:id/measurements',
      permission: 'endpoints.read',
      summary: 'The newest measurements of the metrics of a rollout, oldest first.',
      input: byId.extend({
        metric: nameSchema.optional(),
        limit: z.coerce.number().int().min(1).max(1000).default(200),
      }),
      output: z.object({ items: z.array(measurementSchema) }),
      handle: async ({ input: { id, metric, limit } }) => ({
        items: await serving.measurements({ rolloutId: id, metric, limit }),
      }),
    }),
  ];
}

function verbs(serving: RolloutVerbs): Route[] {
  type Call = { input: { id: string; reason?: string | undefined } } & RequestContext;
  const verb = (name: string, summary: string, run: RolloutVerbs['confirmRollout']) =>
    route({
      method: 'POST',
      path: `/api/v1/rollouts/:id/${name}`,
      permission: 'endpoints.rollout',
      summary,
      input: byId.extend({ reason: z.string().max(2000).optional().describe('Why; it is kept.') }),
      output: rolloutSchema,
      handle: ({ input, actor }: Call) => run(actor, input.id, input.reason),
    });
  return [
    verb('confirm', 'Lets a paused rollout go on.', serving.confirmRollout),
    verb('pause', 'Holds a rollout in its step; traffic stays as it is.', serving.pauseRollout),
    verb('resume', 'Lets a held rollout go on in its step.', serving.resumeRollout),
    verb('abort', 'Takes the candidate back.', serving.abortRollout),
    verb('promote', 'Gives the candidate all traffic now.', serving.promoteRollout),
  ];
}

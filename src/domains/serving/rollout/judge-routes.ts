import { z } from 'zod';
import { type Route, route } from '../../../http/route.ts';
import { curvesSchema } from './curve-schema.ts';
import type { JudgeVerbs } from './judge-verbs.ts';
import { decisionReplaySchema } from './replay-schema.ts';

const id = z.string().max(300);

/** The routes of the judge: its curves, and its decisions made again. */
export function judgeRoutes(serving: JudgeVerbs): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/rollouts/:id/curves',
      permission: 'endpoints.read',
      summary: "The judge's curves over a rollout: evidence by rule, rates and latencies of both arms.",
      input: z.object({ id }),
      output: curvesSchema,
      handle: ({ input }) => serving.curves(input.id),
    }),
    route({
      method: 'POST',
      path: '/api/v1/rollout-decisions/:id/replay',
      permission: 'endpoints.read',
      summary: 'Makes a decision again from what it was made on and says whether it comes out the same.',
      input: z.object({
        id,
        fromLog: z.boolean().default(false).describe('Fold the prediction log again up to where it had been read.'),
        rules: z
          .record(z.string(), z.unknown())
          .optional()
          .describe('Rules to judge by instead, over those it was judged by.'),
      }),
      output: decisionReplaySchema,
      handle: ({ input: { id: decisionId, fromLog, rules } }) => serving.replayDecision({ decisionId, fromLog, rules }),
    }),
  ];
}

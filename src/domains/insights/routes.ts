import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { loopSchema } from './loop-schema.ts';
import type { Insights } from './service.ts';
import { explanationSchema } from './why-schema.ts';

/** The routes of insights. */
export function insightsRoutes(insights: Insights): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/loop',
      permission: 'ledger.read',
      summary: 'The whole loop at one glance, and what needs a person.',
      input: z.object({}),
      output: loopSchema,
      handle: () => insights.loop(),
    }),
    route({
      method: 'GET',
      path: '/api/v1/predictions/:id/why',
      permission: 'endpoints.read',
      summary: 'Follow one prediction back to model, run, code, data, approvals and drift.',
      input: z.object({ id: z.string().min(1).max(300) }),
      output: explanationSchema,
      handle: ({ input }) => insights.why(input.id),
    }),
  ];
}

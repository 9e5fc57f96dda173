import { z } from 'zod';
import { Reply, type RequestContext, type Route, route } from '../../../http/route.ts';
import { nameSchema } from '../../../kernel/names.ts';
import { pageOf, pageQuery } from '../../../kernel/page.ts';
import { type EndpointExperiment, EndpointExperimentSpec, endpointExperimentSchema } from './experiment-schema.ts';
import type { EndpointExperiments } from './experiments.ts';
import { experimentReportSchema } from './report-schema.ts';
import { reportText } from './report-text.ts';

const base = '/api/v1/endpoint-experiments';
const byId = z.object({ id: z.string().max(100) });
const stopInput = byId.extend({
  reason: z.string().max(2000).optional(),
  promote: nameSchema.optional().describe('The arm that shall be given the alias.'),
});

/** The routes of experiments among an endpoint's variants. */
export function experimentRoutes(experiments: EndpointExperiments): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/endpoints/:name/experiments',
      permission: 'endpoints.rollout',
      summary: "Starts an experiment among an endpoint's variants: A/B, bandit, or challengers in its shadow.",
      input: z.object({ name: nameSchema, spec: EndpointExperimentSpec }),
      output: endpointExperimentSchema,
      status: 201,
      handle: ({ input, actor }) => experiments.start(actor, input.name, input.spec),
    }),
    route({
      method: 'GET',
      path: base,
      permission: 'endpoints.read',
      summary: 'Lists experiments of endpoints, newest first.',
      input: z.object({
        ...pageQuery,
        endpoint: nameSchema.optional(),
        state: endpointExperimentSchema.shape.state.optional(),
      }),
      output: pageOf(endpointExperimentSchema),
      handle: ({ input }) => experiments.list(input),
    }),
    route({
      method: 'GET',
      path: `${base}/:id`,
      permission: 'endpoints.read',
      summary: 'Shows an experiment of an endpoint.',
      input: byId,
      output: endpointExperimentSchema,
      handle: ({ input }) => experiments.find(input.id),
    }),
    reportRoute(experiments),
    verb('stop', stopInput, {
      summary: 'Ends an experiment; an arm may be given the alias.',
      handle: ({ input, actor }) => experiments.stop(actor, input),
    }),
    verb('freeze', byId, {
      summary: 'Lets a bandit keep its shares as they are.',
      handle: ({ input, actor }) => experiments.freeze(actor, input.id, true),
    }),
    verb('thaw', byId, {
      summary: 'Lets the shares of a frozen bandit follow the rewards again.',
      handle: ({ input, actor }) => experiments.freeze(actor, input.id, false),
    }),
  ];
}

interface Verb<I extends z.ZodObject> {
  summary: string;
  handle(call: { input: z.output<I> } & RequestContext): Promise<EndpointExperiment>;
}

function verb<I extends z.ZodObject>(name: string, input: I, { summary, handle }: Verb<I>): Route {
  const shape = { method: 'POST', permission: 'endpoints.rollout', output: endpointExperimentSchema } as const;
  return route({ ...shape, path: `${base}/:id/${name}`, summary, input, handle });
}

function reportRoute(experiments: EndpointExperiments): Route {
  return route({
    method: 'GET',
    path: `${base}/:id/report`,
    permission: 'endpoints.read',
    summary: 'What an experiment says: as JSON, or as Markdown for people with `format=markdown`.',
    input: byId.extend({ format: z.enum(['json', 'markdown']).default('json') }),
    output: experimentReportSchema,
    handle: async ({ input }) => {
      const report = await experiments.report(input.id);
      if (input.format === 'json') return report;
      return new Reply(reportText(report), 200, { 'content-type': 'text/markdown; charset=utf-8' }) as never;
    },
  });
}

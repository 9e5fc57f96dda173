import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { nameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import { batchRoutes } from './batch/batch-routes.ts';
import { experimentRoutes } from './experiment/experiment-routes.ts';
import { explainedBySchema, explanationSchema } from './explain/explain-schema.ts';
import { feedbackRoutes } from './log/feedback-routes.ts';
import { logRoutes } from './log/log-routes.ts';
import { packageRoutes } from './package/package-routes.ts';
import { predictRoute } from './predict/predict-routes.ts';
import { rolloutRoutes } from './rollout/rollout-routes.ts';
import { runtimeRoutes } from './runtime/runtime-routes.ts';
import { EndpointSpec, endpointSchema, endpointStatsSchema, loggedPredictionSchema } from './schema.ts';
import type { Serving } from './service.ts';

const named = { name: nameSchema };
const byId = z.object({ id: z.string().max(300) });

/** The routes of endpoints, rollouts, predictions and feedback. */
export function servingRoutes(serving: Serving): Route[] {
  return [
    ...endpointRoutes(serving),
    ...runtimeRoutes(serving),
    predictRoute(serving),
    ...batchRoutes(serving.batches),
    ...packageRoutes(serving.packages),
    ...experimentRoutes(serving.experiments),
    ...rolloutRoutes(serving),
    ...predictionRoutes(serving),
    ...logRoutes(serving),
    ...feedbackRoutes(serving),
  ];
}

function endpointRoutes(serving: Serving): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/endpoints',
      permission: 'endpoints.read',
      summary: 'Lists endpoints by name.',
      input: z.object(pageQuery),
      output: pageOf(endpointSchema),
      handle: ({ input }) => serving.endpoints(input),
    }),
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name',
      permission: 'endpoints.read',
      summary: 'Shows an endpoint and its variants.',
      input: z.object(named),
      output: endpointSchema,
      handle: ({ input }) => serving.endpoint(input.name),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/endpoints/:name',
      permission: 'endpoints.write',
      summary: 'Declares an endpoint: creates it, or makes it as said.',
      input: z.object({ ...named, spec: EndpointSpec }),
      output: endpointSchema,
      handle: ({ input, actor }) => serving.declare(actor, input.name, input.spec),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/endpoints/:name',
      permission: 'endpoints.write',
      summary: 'Removes an endpoint; what it logged stays until its retention ends.',
      input: z.object(named),
      handle: ({ input, actor }) => serving.undeclare(actor, input.name) as never,
    }),
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name/stats',
      permission: 'endpoints.read',
      summary: 'Traffic, errors and latency of the last five minutes.',
      input: z.object(named),
      output: endpointStatsSchema,
      handle: ({ input }) => serving.stats(input.name),
    }),
  ];
}

function predictionRoutes(serving: Serving): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/predictions/:id',
      permission: 'endpoints.read',
      summary: 'One logged prediction: what was asked, what was answered, and the label.',
      input: byId,
      output: loggedPredictionSchema,
      handle: ({ input }) => serving.prediction(input.id),
    }),
    route({
      method: 'GET',
      path: '/api/v1/predictions/:id/explanation',
      permission: 'predict.invoke',
      summary: 'What each column gave to a logged prediction, by the version that made it.',
      input: byId,
      output: z.object({ explanation: explanationSchema, explained: explainedBySchema }),
      handle: ({ input, actor }) => serving.explainPrediction(actor, input.id),
    }),
  ];
}

import { z } from 'zod';
import { type Route, route } from '../../../http/route.ts';
import { nameSchema } from '../../../kernel/names.ts';
import { pageOf } from '../../../kernel/page.ts';
import { loggedPredictionSchema } from '../schema.ts';
import type { Serving } from '../service.ts';
import { predictionFilterShape } from './predictions-schema.ts';

/** The routes of the prediction log. */
export function logRoutes({ predictionLog }: Pick<Serving, 'predictionLog'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name/predictions',
      permission: 'endpoints.read',
      summary: 'Lists logged predictions, newest event time first; a page may be short where the filter finds little.',
      input: z.object({ ...predictionFilterShape, name: nameSchema }),
      output: pageOf(loggedPredictionSchema),
      handle: ({ input: { name, ...filter } }) => predictionLog.list(name, filter),
    }),
  ];
}

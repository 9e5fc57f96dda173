import { type Route, route } from '../../http/route.ts';
import type { Purging } from './purge.ts';
import { purgedSchema, purgeSchema } from './purge-schema.ts';

/** The API that removes for good. */
export function purgeRoutes(purging: Purging): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/purge',
      permission: 'tracking.purge',
      summary: 'Removes deleted runs and experiments for good, with all they logged and their artifacts.',
      input: purgeSchema,
      output: purgedSchema,
      handle: ({ input, actor }) => purging.purge(actor, input),
    }),
  ];
}

import { z } from 'zod';
import { Reply, type Route, route } from '../../../http/route.ts';
import { nameSchema } from '../../../kernel/names.ts';
import { packageRequestSchema, packageSchema } from './package-schema.ts';
import type { Packages } from './packages.ts';

const input = z.object({ name: nameSchema, ...packageRequestSchema.shape });

/** The routes of packages: what one holds, and its files. */
export function packageRoutes(packages: Packages): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name/package',
      permission: 'models.read',
      summary: 'What a package of an endpoint would hold, to run it without this server.',
      input,
      output: packageSchema,
      handle: ({ input: { name, ...request } }) => packages.describe(name, request),
    }),
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name/package.tar',
      permission: 'models.read',
      summary: 'A package of an endpoint as a tar archive.',
      input,
      handle: async ({ input: { name, ...request } }) =>
        new Reply(await packages.archive(name, request), 200, {
          'content-type': 'application/x-tar',
          'content-disposition': 'attachment; filename="package.tar"',
        }),
    }),
  ];
}

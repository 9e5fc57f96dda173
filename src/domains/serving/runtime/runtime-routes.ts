import { z } from 'zod';
import { type Route, route } from '../../../http/route.ts';
import { nameSchema } from '../../../kernel/names.ts';
import type { Serving } from '../service.ts';
import { credentialSchema } from './remote-credentials.ts';
import { runtimeStateSchema } from './runtime-schema.ts';

const named = z.object({ name: nameSchema });

/** The routes of what computes behind an endpoint. */
export function runtimeRoutes(serving: Serving): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name/runtimes',
      permission: 'endpoints.read',
      summary: 'Shows how the runtimes behind an endpoint are.',
      input: named,
      output: z.object({ items: z.array(runtimeStateSchema) }),
      handle: ({ input }) => ({ items: serving.runtimes(input.name) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/endpoints/:name/runtime-logs',
      permission: 'endpoints.read',
      summary: 'Shows what the processes behind an endpoint printed last.',
      input: named,
      output: z.object({ items: z.array(z.object({ version: z.number().int(), lines: z.array(z.string()) })) }),
      handle: ({ input }) => ({ items: serving.runtimeLogs(input.name) }),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/endpoints/:name/credential',
      permission: 'endpoints.write',
      summary: 'Sets the header that the server of a remote model is shown; it is never given out again.',
      input: named.extend(credentialSchema.shape),
      handle: ({ input: { name, ...credential }, actor }) => serving.setCredential(actor, name, credential) as never,
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/endpoints/:name/credential',
      permission: 'endpoints.write',
      summary: 'Removes the credential for a remote model.',
      input: named,
      handle: ({ input, actor }) => serving.setCredential(actor, input.name) as never,
    }),
  ];
}

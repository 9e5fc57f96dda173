import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { withIsoTimes } from '../../kernel/iso-fields.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import { meSchema, newTokenSchema, type Token, tokenSchema } from './schema.ts';
import type { Identity } from './service.ts';

const shown = (token: Token) => withIsoTimes(token, 'createdAt', 'expiresAt', 'revokedAt');

const createdToken = z
  .object({ token: tokenSchema, secret: z.string().describe('Shown this once; only its hash is kept.') })
  .meta({ id: 'CreatedToken' });

/** The routes of identity. */
export function identityRoutes(identity: Identity): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/me',
      permission: 'me.read',
      summary: 'Show who the caller is and what they may do.',
      input: z.object({}),
      output: meSchema,
      handle: ({ actor: { id, kind, name, permissions } }) => ({ id, kind, name, permissions: [...permissions] }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/tokens',
      permission: 'admin.read',
      summary: 'List the admin and service tokens, newest first.',
      input: z.object(pageQuery),
      output: pageOf(tokenSchema),
      handle: async ({ input }) => {
        const page = await identity.tokens(input);
        return { ...page, items: page.items.map(shown) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/tokens',
      permission: 'admin.write',
      summary: 'Make a service token; its secret is shown this once.',
      input: newTokenSchema,
      output: createdToken,
      status: 201,
      handle: async ({ input, actor }) => {
        const { token, secret } = await identity.createToken(actor, input);
        return { token: shown(token), secret };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/tokens/:id',
      permission: 'admin.write',
      summary: 'Revoke a service token at once.',
      input: z.object({ id: z.string().max(100) }),
      handle: ({ input, actor }) => identity.revokeToken(actor, input.id),
    }),
    route({
      method: 'POST',
      path: '/api/v1/admin-token/rotate',
      permission: 'admin.write',
      summary: 'Make a new admin token in place of the old one.',
      input: z.object({}),
      output: z.object({ secret: z.string() }).meta({ id: 'RotatedAdminToken' }),
      handle: async ({ actor }) => ({ secret: await identity.rotateAdminToken(actor) }),
    }),
  ];
}

import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { nameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import type { Monitoring } from './faces.ts';
import { withIsoTimes } from './iso-times.ts';
import { RetrainingSpec, retrainingStates } from './retraining-schema.ts';
import { policyView, retrainingView } from './views.ts';

const name = z.object({ name: nameSchema });

/** The API of retraining policies and retrainings. */
export function retrainingRoutes({ retrainings }: Monitoring): Route[] {
  return [...policyRoutes({ retrainings }), ...listRoutes({ retrainings })];
}

type Part = Pick<Monitoring, 'retrainings'>;

function policyRoutes({ retrainings }: Part): Route[] {
  const base = '/api/v1/retraining-policies';
  return [
    route({
      method: 'GET',
      path: base,
      permission: 'monitors.read',
      summary: 'Lists retraining policies by name.',
      input: z.object(pageQuery),
      output: pageOf(policyView),
      handle: async ({ input }) => withIsoTimes(await retrainings.policies(input)),
    }),
    route({
      method: 'GET',
      path: `${base}/:name`,
      permission: 'monitors.read',
      summary: 'Shows a retraining policy.',
      input: name,
      output: policyView,
      handle: async ({ input }) => withIsoTimes(await retrainings.policy(input.name)),
    }),
    route({
      method: 'PUT',
      path: `${base}/:name`,
      permission: 'monitors.write',
      summary: 'Creates or changes a retraining policy.',
      input: name.extend({ spec: RetrainingSpec }),
      output: policyView,
      handle: async ({ input, actor }) => withIsoTimes(await retrainings.declare(actor, input.name, input.spec)),
    }),
    route({
      method: 'DELETE',
      path: `${base}/:name`,
      permission: 'monitors.write',
      summary: 'Deletes a retraining policy; what it started goes on.',
      input: name,
      handle: async ({ input, actor }) => retrainings.undeclare(actor, input.name),
    }),
    route({
      method: 'POST',
      path: `${base}/:name/trigger`,
      permission: 'monitors.write',
      summary: 'Starts a retraining by hand, under the policy’s limits.',
      input: name,
      output: retrainingView,
      handle: async ({ input, actor }) => withIsoTimes(await retrainings.trigger(actor, input.name)),
    }),
  ];
}

function listRoutes({ retrainings }: Part): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/retrainings',
      permission: 'monitors.read',
      summary: 'Lists retrainings, newest first; skipped triggers among them, with the reason.',
      input: z.object({
        ...pageQuery,
        policy: nameSchema.optional(),
        endpoint: nameSchema.optional(),
        state: z.enum(retrainingStates).optional(),
      }),
      output: pageOf(retrainingView),
      handle: async ({ input }) => withIsoTimes(await retrainings.list(input)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/retrainings/:id',
      permission: 'monitors.read',
      summary: 'Shows a retraining with every step it took.',
      input: z.object({ id: z.string().max(64) }),
      output: retrainingView,
      handle: async ({ input }) => withIsoTimes(await retrainings.get(input.id)),
    }),
  ];
}

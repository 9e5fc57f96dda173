import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { withIsoTimes } from '../../kernel/iso-fields.ts';
import { nameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import {
  type Delivery,
  deliverySchema,
  deliveryStateSchema,
  secretSchema,
  type Webhook,
  webhookSchema,
  webhookSpecSchema,
} from './schema.ts';
import type { Notify } from './service.ts';

const shown = (webhook: Webhook) => withIsoTimes(webhook, 'createdAt', 'updatedAt');
const shownDelivery = (delivery: Delivery) => withIsoTimes(delivery, 'createdAt', 'attemptedAt', 'nextAt');
const byName = z.object({ name: nameSchema });

/** The routes of notify. */
export function notifyRoutes(notify: Notify): Route[] {
  return [...webhookRoutes(notify), ...deliveryRoutes(notify)];
}

function webhookRoutes(notify: Notify): Route[] {
  return [...webhookReads(notify), ...webhookWrites(notify)];
}

function webhookReads(notify: Notify): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/webhooks',
      permission: 'notify.read',
      summary: 'List the webhooks by name.',
      input: z.object(pageQuery),
      output: pageOf(webhookSchema),
      handle: async ({ input }) => {
        const page = await notify.list(input);
        return { ...page, items: page.items.map(shown) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/webhooks/:name',
      permission: 'notify.read',
      summary: 'Show a webhook; its secret is never shown.',
      input: byName,
      output: webhookSchema,
      handle: async ({ input }) => shown(await notify.get(input.name)),
    }),
  ];
}

function webhookWrites(notify: Notify): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/webhooks',
      permission: 'notify.write',
      summary: 'Make a webhook; its secret is shown this once.',
      input: webhookSpecSchema.extend({ name: nameSchema, secret: secretSchema }),
      output: z.object({ webhook: webhookSchema, secret: z.string() }).meta({ id: 'CreatedWebhook' }),
      status: 201,
      handle: async ({ input, actor }) => {
        const { webhook, secret } = await notify.create(actor, input);
        return { webhook: shown(webhook), secret };
      },
    }),
    route({
      method: 'PUT',
      path: '/api/v1/webhooks/:name',
      permission: 'notify.write',
      summary: 'Make a webhook so, or change it.',
      input: webhookSpecSchema.extend({ name: nameSchema }),
      output: webhookSchema,
      handle: async ({ input: { name, ...spec }, actor }) => shown(await notify.declare(actor, name, spec)),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/webhooks/:name',
      permission: 'notify.write',
      summary: 'Delete a webhook with its deliveries.',
      input: byName,
      handle: ({ input, actor }) => notify.undeclare(actor, input.name),
    }),
    route({
      method: 'POST',
      path: '/api/v1/webhooks/:name/secret',
      permission: 'notify.write',
      summary: 'Replace the secret; the new one is shown this once.',
      input: z.object({ name: nameSchema, secret: secretSchema }),
      output: z.object({ secret: z.string() }).meta({ id: 'WebhookSecret' }),
      handle: async ({ input, actor }) => ({ secret: await notify.setSecret(actor, input) }),
    }),
  ];
}

function deliveryRoutes(notify: Notify): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/webhooks/:name/test',
      permission: 'notify.write',
      summary: 'Send a test event now and show what came of it.',
      input: byName,
      output: deliverySchema,
      handle: async ({ input, actor }) => shownDelivery(await notify.test(actor, input.name)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/webhooks/:name/deliveries',
      permission: 'notify.read',
      summary: 'List the deliveries of a webhook, newest first.',
      input: z.object({ name: nameSchema, state: deliveryStateSchema.optional(), ...pageQuery }),
      output: pageOf(deliverySchema),
      handle: async ({ input }) => {
        const page = await notify.deliveries(input, input);
        return { ...page, items: page.items.map(shownDelivery) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/webhooks/:name/deliveries/:id/redeliver',
      permission: 'notify.write',
      summary: 'Send a delivery again, with all its attempts.',
      input: z.object({ name: nameSchema, id: z.string().max(100) }),
      output: deliverySchema,
      handle: async ({ input }) => shownDelivery(await notify.redeliver(input.name, input.id)),
    }),
  ];
}

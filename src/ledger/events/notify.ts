import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

const subscription = z.object({
  url: z.string(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  format: z.string().optional(),
  description: z.string().optional(),
});

/** What happens in notify, by event type. Deliveries have a log of their own. */
export const notifyEvents = {
  'webhook.created': subscription,
  'webhook.updated': subscription,
  'webhook.secret-rotated': z.object({}),
  'webhook.deleted': z.object({}),
} as const satisfies EventSchemas;

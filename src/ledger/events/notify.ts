import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

/** What happens in notify, by event type. Deliveries have a log of their own. */
export const notifyEvents = {
  'webhook.created': z.object({ url: z.string(), events: z.array(z.string()), enabled: z.boolean() }),
  'webhook.updated': z.object({ url: z.string(), events: z.array(z.string()), enabled: z.boolean() }),
  'webhook.secret-rotated': z.object({}),
  'webhook.deleted': z.object({}),
} as const satisfies EventSchemas;

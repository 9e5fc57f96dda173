import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

/** What happens in identity, by event type. Tokens of pipeline steps are too many to be events. */
export const identityEvents = {
  'token.created': z.object({
    name: z.string(),
    permissions: z.array(z.string()),
    expiresAt: z.number().nullable(),
    rateLimit: z.object({ requestsPerSecond: z.number(), burst: z.number() }).nullish(),
  }),
  'token.revoked': z.object({ name: z.string(), reason: z.enum(['deleted', 'rotated']) }),
} as const satisfies EventSchemas;

import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

/** What happens to the store of content. Subject: `store`. */
export const storeEvents = {
  'garbage.collected': z.object({ unused: z.number(), unusedBytes: z.number() }),
} as const satisfies EventSchemas;

import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

/** What happens in data, by event type. */
export const dataEvents = {
  'dataset.created': z.object({ name: z.string() }),
} as const satisfies EventSchemas;

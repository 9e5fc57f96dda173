import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

/** What happens in projects, by event type. */
export const projectsEvents = {
  'project.applied': z.object({
    revision: z.number().int(),
    create: z.number().int(),
    update: z.number().int(),
    delete: z.number().int(),
    none: z.number().int(),
    commit: z.string().nullable(),
  }),
} as const satisfies EventSchemas;

import type { EventSchemas } from '../event.ts';

/** What happens in projects, by event type. */
export const projectsEvents = {} as const satisfies EventSchemas;

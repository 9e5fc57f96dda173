import type { EventSchemas } from '../event.ts';

/** What happens in serving, by event type. */
export const servingEvents = {} as const satisfies EventSchemas;

import type { EventSchemas } from '../event.ts';

/** What happens in monitoring, by event type. */
export const monitoringEvents = {} as const satisfies EventSchemas;

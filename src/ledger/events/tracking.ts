import type { EventSchemas } from '../event.ts';

/** What happens in tracking, by event type. */
export const trackingEvents = {} as const satisfies EventSchemas;

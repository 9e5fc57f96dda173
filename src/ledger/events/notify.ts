import type { EventSchemas } from '../event.ts';

/** What happens in notify, by event type. */
export const notifyEvents = {} as const satisfies EventSchemas;

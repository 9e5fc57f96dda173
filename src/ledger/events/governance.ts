import type { EventSchemas } from '../event.ts';

/** What happens in governance, by event type. */
export const governanceEvents = {} as const satisfies EventSchemas;

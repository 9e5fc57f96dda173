import type { EventSchemas } from '../event.ts';

/** What happens in identity, by event type. */
export const identityEvents = {} as const satisfies EventSchemas;

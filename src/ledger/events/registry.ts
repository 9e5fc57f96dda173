import type { EventSchemas } from '../event.ts';

/** What happens in registry, by event type. */
export const registryEvents = {} as const satisfies EventSchemas;

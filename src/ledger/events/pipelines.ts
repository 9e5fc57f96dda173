import type { EventSchemas } from '../event.ts';

/** What happens in pipelines, by event type. */
export const pipelinesEvents = {} as const satisfies EventSchemas;

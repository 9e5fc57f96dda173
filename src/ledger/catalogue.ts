import type { z } from 'zod';
import type { Actor } from '../kernel/actor.ts';
import { fail } from '../kernel/errors.ts';
import type { Subject } from './event.ts';
import { dataEvents } from './events/data.ts';
import { evalDatasetsEvents } from './events/eval-datasets.ts';
import { folderEvents } from './events/folders.ts';
import { governanceEvents } from './events/governance.ts';
import { identityEvents } from './events/identity.ts';
import { loggedModelsEvents } from './events/logged-models.ts';
import { monitoringEvents } from './events/monitoring.ts';
import { notifyEvents } from './events/notify.ts';
import { pipelinesEvents } from './events/pipelines.ts';
import { projectsEvents } from './events/projects.ts';
import { registryEvents } from './events/registry.ts';
import { servingEvents } from './events/serving.ts';
import { storeEvents } from './events/store.ts';
import { tracesEvents } from './events/traces.ts';
import { trackingEvents } from './events/tracking.ts';

/** Every type of event the platform writes. */
export const eventCatalogue = {
  ...dataEvents,
  ...pipelinesEvents,
  ...storeEvents,
  ...trackingEvents,
  ...tracesEvents,
  ...folderEvents,
  ...loggedModelsEvents,
  ...evalDatasetsEvents,
  ...registryEvents,
  ...governanceEvents,
  ...servingEvents,
  ...monitoringEvents,
  ...notifyEvents,
  ...identityEvents,
  ...projectsEvents,
};

/** A type of the catalogue. */
export type EventType = keyof typeof eventCatalogue;

/** An event about to be appended; `data` has the shape its type demands. */
export type NewEvent = {
  [T in EventType]: {
    type: T;
    actor: Actor;
    subject: Subject;
    data: z.input<(typeof eventCatalogue)[T]>;
  };
}[EventType];

/** The types that a pattern names: one type, or `<start>.*` for all that start so. Fails with `invalid_input` when none does. */
export function typesMatching(pattern: string): EventType[] {
  const types = Object.keys(eventCatalogue) as EventType[];
  const start = pattern.endsWith('.*') ? pattern.slice(0, -1) : undefined;
  const found = types.filter(
    (type) => pattern === '*' || (start === undefined ? type === pattern : type.startsWith(start)),
  );
  if (found.length === 0)
    fail('invalid_input', `No event type matches '${pattern}'.`, { field: 'types', value: pattern });
  return found;
}

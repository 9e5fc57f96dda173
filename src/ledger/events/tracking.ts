import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

/** What happens in tracking, by event type. Subjects: `experiment`, `run`. */
export const trackingEvents = {
  'experiment.created': z.object({}),
  'experiment.updated': z.object({ nameBefore: z.string(), name: z.string() }),
  'experiment.deleted': z.object({ runs: z.number() }),
  'experiment.restored': z.object({ runs: z.number() }),
  'run.created': z.object({
    experimentId: z.string(),
    status: z.string(),
    parentRunId: z.string().nullable(),
    commit: z.string().nullable(),
  }),
  'run.status.changed': z.object({ experimentId: z.string(), from: z.string(), to: z.string() }),
  'run.inputs.recorded': z.object({
    experimentId: z.string(),
    inputs: z.array(
      z.object({ name: z.string(), digest: z.string(), versionId: z.string().nullable(), context: z.string() }),
    ),
  }),
  'run.deleted': z.object({ experimentId: z.string() }),
  'run.restored': z.object({ experimentId: z.string() }),
  'experiment.imported': z.object({}),
  'run.imported': z.object({ experimentId: z.string(), status: z.string() }),
  'run.purged': z.object({ experimentId: z.string() }),
  'experiment.purged': z.object({}),
} as const satisfies EventSchemas;

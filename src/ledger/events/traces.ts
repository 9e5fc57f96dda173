import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

const assessment = {
  assessmentId: z.string(),
  experimentId: z.string(),
  kind: z.string(),
  name: z.string(),
  value: z.unknown(),
};

/** What happens to traces, by event type; that traces arrive is no event, there are too many. Subjects: `experiment`, `trace`. */
export const tracesEvents = {
  'traces.deleted': z.object({
    traces: z.number(),
    upTo: z.number().nullable(),
    ids: z.array(z.string()).describe('The first hundred.'),
  }),
  'assessment.created': z.object({ ...assessment, source: z.string(), overrides: z.string().nullable() }),
  'assessment.updated': z.object({ ...assessment, valueBefore: z.unknown() }),
  'assessment.deleted': z.object(assessment),
} as const satisfies EventSchemas;

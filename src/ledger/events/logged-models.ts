import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

/** What happens to logged models, by event type. Subject: `logged-model`. */
export const loggedModelsEvents = {
  'logged-model.created': z.object({
    experimentId: z.string(),
    sourceRunId: z.string(),
    type: z.string(),
    status: z.string(),
  }),
  'logged-model.finalized': z.object({ experimentId: z.string(), from: z.string(), to: z.string() }),
  'logged-model.deleted': z.object({ experimentId: z.string() }),
  'logged-model.purged': z.object({ experimentId: z.string() }),
} as const satisfies EventSchemas;

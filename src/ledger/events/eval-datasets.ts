import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

const state = { records: z.number(), digest: z.string() };
const experiments = z.object({ experimentIds: z.array(z.string()) });

/** What happens to evaluation datasets, by event type. Subject: `evaluation-dataset`. */
export const evalDatasetsEvents = {
  'evaluation-dataset.created': experiments,
  'evaluation-dataset.deleted': z.object({ records: z.number() }),
  'evaluation-dataset.linked': experiments,
  'evaluation-dataset.unlinked': experiments,
  'evaluation-dataset.records.merged': z.object({ inserted: z.number(), updated: z.number(), ...state }),
  'evaluation-dataset.records.deleted': z.object({ deleted: z.number(), ...state }),
  'evaluation-dataset-tag.changed': z.object({ key: z.string(), value: z.string().nullable() }),
} as const satisfies EventSchemas;

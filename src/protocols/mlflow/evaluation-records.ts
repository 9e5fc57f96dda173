import { z } from 'zod';
import type { EvalDatasets } from '../../domains/eval-datasets/index.ts';
import type { Route } from '../../http/route.ts';
import { endpoint } from './endpoint.ts';
import { readRecords } from './evaluation-record-fields.ts';
import { checkMaxResults, int64, list, requiredText, text } from './fields.ts';
import { presentEvalRecords } from './present-evaluation-dataset.ts';

const at = { version: '3.0', path: '/mlflow/datasets/:dataset_id/records' } as const;
const byId = { dataset_id: requiredText() };
/** Records travel as one text, which is JSON inside JSON. */
const maxBodyBytes = 64 * 1024 * 1024;

/** The records of evaluation datasets. */
export function evaluationRecordRoutes(datasets: EvalDatasets): Route[] {
  return [
    ...endpoint({
      ...at,
      method: 'POST',
      permission: 'tracking.write',
      summary: 'Merge records into an evaluation dataset.',
      maxBodyBytes,
      input: z.object({ ...byId, records: requiredText() }),
      async handle({ input: { dataset_id, records }, actor }) {
        const { inserted, updated } = await datasets.merge(actor, dataset_id, readRecords(records));
        return { inserted_count: inserted, updated_count: updated };
      },
    }),
    ...endpoint({
      ...at,
      method: 'GET',
      permission: 'tracking.read',
      summary: 'The records of an evaluation dataset, in the order they were made.',
      input: z.object({ ...byId, max_results: int64(), page_token: text() }),
      async handle({ input: { dataset_id, max_results, page_token } }) {
        const limit = checkMaxResults(max_results || undefined, { fallback: 1000, max: 50_000 });
        const page = await datasets.records(dataset_id, { limit, pageToken: page_token || undefined });
        return { records: presentEvalRecords(page.items), next_page_token: page.nextPageToken };
      },
    }),
    ...endpoint({
      ...at,
      method: 'DELETE',
      permission: 'tracking.write',
      summary: 'Delete records of an evaluation dataset.',
      input: z.object({ ...byId, dataset_record_ids: list(z.string()) }),
      async handle({ input: { dataset_id, dataset_record_ids: ids = [] }, actor }) {
        return { deleted_count: await datasets.deleteRecords(actor, dataset_id, ids) };
      },
    }),
  ];
}

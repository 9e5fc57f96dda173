import type { EvalDataset, EvalRecord } from '../../domains/eval-datasets/index.ts';
import { stringifyJson } from '../../kernel/json.ts';

/** A dataset on the wire: what is structured travels as JSON text. */
export function presentEvalDataset(dataset: EvalDataset, experimentIds?: readonly string[]) {
  const { fields, records } = dataset;
  return {
    dataset_id: dataset.id,
    name: dataset.name,
    tags: JSON.stringify(dataset.tags),
    schema: fields === null ? undefined : JSON.stringify({ ...fields, version: '1.0' }),
    profile: records === 0 ? undefined : JSON.stringify({ num_records: records }),
    digest: dataset.digest,
    created_time: dataset.createdAt,
    last_update_time: dataset.updatedAt,
    created_by: dataset.createdBy ?? undefined,
    last_updated_by: dataset.updatedBy ?? undefined,
    experiment_ids: experimentIds?.length ? experimentIds : undefined,
  };
}

/** Records as the JSON text that clients parse. */
export function presentEvalRecords(records: readonly EvalRecord[]): string {
  return stringifyJson(records.map(presentRecord));
}

function presentRecord(record: EvalRecord) {
  const { source } = record;
  const id = source?.data[source.type === 'TRACE' ? 'trace_id' : 'source_id'];
  return {
    dataset_record_id: record.id,
    dataset_id: record.datasetId,
    inputs: record.inputs,
    ...(record.outputs !== null && { outputs: record.outputs }),
    ...(record.expectations && { expectations: record.expectations }),
    tags: record.tags,
    ...(source && { source: { source_type: source.type, source_data: source.data }, source_type: source.type }),
    ...(typeof id === 'string' && { source_id: id }),
    created_time: record.createdAt,
    last_update_time: record.updatedAt,
    ...(record.createdBy !== null && { created_by: record.createdBy }),
    ...(record.updatedBy !== null && { last_updated_by: record.updatedBy }),
  };
}

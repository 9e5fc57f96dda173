export {
  type EvalDataset,
  type EvalDatasetSearch,
  type EvalRecord,
  type FieldTypes,
  type JsonObject,
  type Merged,
  type NewEvalDataset,
  type NewEvalRecord,
  recordSourceTypes,
} from './schema.ts';
export { createEvalDatasets, type EvalDatasetDeps, type EvalDatasets } from './service.ts';

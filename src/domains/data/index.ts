export type { Data, DatasetUsage, NewVersion, VersionSource } from './data.ts';
export { CheckResult, Expectation, type ExpectationInput } from './expectation-schema.ts';
export { type ColumnProfile, Profile } from './profile-schema.ts';
export {
  type Dataset,
  type DatasetColumn,
  DatasetSpec,
  type DatasetVersion,
  type Ingested,
  IngestRequest,
  type OpenVersion,
  type Validation,
} from './schema.ts';

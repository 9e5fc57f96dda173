export type { Data, DatasetUsage, NewVersion, ReadableSource, VersionSource } from './data.ts';
export { CheckResult, Expectation, type ExpectationInput } from './expectation-schema.ts';
export { type ColumnProfile, Profile } from './profile-schema.ts';
export { dataRoutes } from './routes.ts';
export {
  DataSource,
  type Dataset,
  type DatasetColumn,
  DatasetSpec,
  type DatasetVersion,
  type Ingested,
  IngestRequest,
  type OpenVersion,
  type Validation,
} from './schema.ts';
export { createData, type DataOptions } from './service.ts';
export { ingestStep, toArtifact, type VersionArtifact, validateStep } from './steps.ts';

import { z } from 'zod';
import { withIsoTimes } from '../../kernel/iso-fields.ts';
import { CheckResult } from './expectation-schema.ts';
import {
  type Dataset,
  DatasetColumn,
  type DatasetVersion,
  type Ingested,
  Producer,
  type Validation,
} from './schema.ts';

const at = z.iso.datetime();

/** A dataset on the API. */
export const DatasetOut = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    currentVersion: z.number().int().nullable().describe('What the bare name means; null before the first version.'),
    versions: z.number().int(),
    declared: z.boolean().describe('Whether a project declares it.'),
    createdAt: at,
    updatedAt: at,
  })
  .meta({ id: 'Dataset' });

/** A version on the API. */
export const DatasetVersionOut = z
  .object({
    id: z.string(),
    dataset: z.string(),
    version: z.number().int(),
    digest: z.string().describe('sha256 of the manifest: equal for equal content.'),
    rows: z.number().int(),
    quarantinedRows: z.number().int().describe('Rows that broke `error` rules and were put apart.'),
    bytes: z.number().int(),
    rowHash: z.string().describe('Equal for the same rows in any order and in any files.'),
    columns: z.array(DatasetColumn),
    tags: z.array(z.string()),
    isCurrent: z.boolean(),
    parents: z.array(z.string()).describe('Ids of the versions it was made from.'),
    producer: Producer.nullable(),
    validationId: z.string().nullable(),
    createdAt: at,
    createdBy: z.string(),
  })
  .meta({ id: 'DatasetVersion' });

/** A validation on the API. */
export const ValidationOut = z
  .object({
    id: z.string(),
    dataset: z.string(),
    version: z.number().int().nullable().describe('Null where the rows were refused.'),
    outcome: z.enum(['passed', 'warned', 'quarantined', 'refused']),
    rows: z.number().int(),
    quarantinedRows: z.number().int(),
    failedRules: z.array(z.string()),
    at,
  })
  .meta({ id: 'DatasetValidation' });

/** What an ingest gives on the API. */
export const IngestedOut = z
  .object({
    version: DatasetVersionOut,
    created: z.boolean().describe('False when a version with this content was there.'),
    validation: ValidationOut.nullable(),
  })
  .meta({ id: 'Ingested' });

/** A validation with the result of each rule. */
export const ValidatedOut = ValidationOut.extend({ checks: z.array(CheckResult) }).meta({
  id: 'DatasetValidationResult',
});

/** A page of rows on the API. */
export const RowsOut = z
  .object({
    columns: z.array(DatasetColumn),
    items: z.array(z.record(z.string(), z.unknown())),
    nextPageToken: z.string().optional(),
  })
  .meta({ id: 'DatasetRows' });

/** A dataset with ISO times. */
export const datasetOut = (dataset: Dataset) => withIsoTimes(dataset, 'createdAt', 'updatedAt');
/** A version with ISO times. */
export const versionOut = (version: DatasetVersion) => withIsoTimes(version, 'createdAt');
/** A validation with ISO times. */
export const validationOut = <T extends Validation>(validation: T) => withIsoTimes(validation, 'at');
/** An ingest's result with ISO times. */
export const ingestedOut = ({ version, created, validation }: Ingested) => ({
  version: versionOut(version),
  created,
  validation: validation && validationOut(validation),
});

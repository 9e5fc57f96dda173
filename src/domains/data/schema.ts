import { z } from 'zod';
import { nameSchema } from '../../kernel/names.ts';
import { Expectation } from './expectation-schema.ts';

/** A column of a dataset version. */
export const DatasetColumn = z
  .object({ name: z.string(), type: z.string().describe('The SQL type, such as `DOUBLE` or `VARCHAR`.') })
  .meta({ id: 'DatasetColumn' });
/** A column of a dataset version. */
export type DatasetColumn = z.output<typeof DatasetColumn>;

/** How CSV files are written, where it cannot be seen from the header line. */
export const CsvOptions = z
  .object({
    delimiter: z.string().length(1).optional().describe('Found from the first line unless given.'),
    quote: z.string().length(1).default('"'),
    escape: z.string().length(1).default('"'),
    header: z.boolean().default(true).describe('Whether the first line names the columns.'),
    nullText: z.array(z.string().max(100)).max(20).default(['']).describe('Texts that mean null.'),
    encoding: z.enum(['utf-8', 'latin-1', 'utf-16']).default('utf-8'),
    decimalSeparator: z.enum(['.', ',']).default('.'),
    dateFormat: z.string().max(100).optional().describe('Such as `%d.%m.%Y`.'),
    timestampFormat: z.string().max(100).optional(),
  })
  .meta({ id: 'CsvOptions' });

/** A SQL type a user may give a column. */
export const columnType = z
  .string()
  .regex(
    /^(VARCHAR|BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|FLOAT|DOUBLE|DATE|TIME|TIMESTAMP|TIMESTAMPTZ|DECIMAL\(\d{1,2},\d{1,2}\))$/i,
    {
      error:
        'is not a type; there is VARCHAR, BOOLEAN, INTEGER, BIGINT, FLOAT, DOUBLE, DECIMAL(p,s), DATE, TIME, TIMESTAMP, TIMESTAMPTZ',
    },
  );

/** Where rows come from: files of the server, or files uploaded before. */
export const DataSource = z
  .object({
    files: z.array(z.string().min(1).max(4096)).max(1000).optional().describe('Paths and globs on the server.'),
    uploads: z
      .array(z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/), name: z.string().min(1).max(1000) }))
      .max(1000)
      .optional()
      .describe('Uploaded files by their sha256; the name tells the format and is used in messages.'),
    format: z
      .enum(['csv', 'parquet', 'json', 'ndjson'])
      .optional()
      .describe('Seen from name and content unless given.'),
    csv: CsvOptions.optional(),
    types: z
      .record(z.string(), columnType)
      .optional()
      .describe('Types of columns, where they should not be found from the values.'),
    unionByName: z
      .boolean()
      .default(false)
      .describe('Whether files may have different columns; what is missing becomes null.'),
  })
  .meta({ id: 'DataSource' });
/** Where rows come from. */
export type DataSource = z.output<typeof DataSource>;

const tagName = nameSchema.refine((tag) => !/^\d+$/.test(tag) && !/^sha/.test(tag) && tag !== 'latest', {
  error: 'may not be a number, `latest`, or begin with `sha`: these name versions already',
});

/** What a project declares of a dataset. */
export const DatasetSpec = z
  .object({
    description: z.string().max(10_000).optional(),
    source: DataSource.optional().describe('What an ingest reads that names no source of its own.'),
    expectations: z.array(Expectation).max(1000).default([]),
    maxQuarantinedShare: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('The largest share of rows that may go to quarantine; above it the version is refused.'),
    personal: z
      .array(z.string().min(1).max(300))
      .max(1000)
      .optional()
      .describe('Columns that hold personal data: logs of endpoints that name this dataset hash them.'),
  })
  .meta({ id: 'DatasetSpec' });
/** What a project declares of a dataset, defaults filled in. */
export type DatasetSpec = z.output<typeof DatasetSpec>;

/** An order to make a version of a dataset from files. */
export const IngestRequest = z
  .object({
    dataset: nameSchema,
    source: DataSource.optional().describe('The declared source of the dataset unless given.'),
    expectations: z.array(Expectation).max(1000).optional().describe("The dataset's declared ones unless given."),
    maxQuarantinedShare: z.number().min(0).max(1).optional(),
    tags: z.array(tagName).max(50).default([]),
  })
  .meta({ id: 'IngestRequest' });
/** An order to make a version of a dataset from files. */
export type IngestRequest = z.input<typeof IngestRequest>;

export { tagName };

/** What made a version: a step of a pipeline, a model that scored another version, or both. */
export const Producer = z
  .object({
    runId: z.string().optional().describe('The pipeline run.'),
    stepName: z.string().optional(),
    scoring: z
      .object({
        batchId: z.string(),
        endpoint: z.string(),
        model: z.string(),
        version: z.number().int(),
        modelVersionId: z.string(),
      })
      .optional()
      .describe('The batch prediction it is the result of.'),
  })
  .meta({ id: 'DatasetProducer' });
/** What made a version. */
export type Producer = z.output<typeof Producer>;

/** An immutable snapshot of a dataset. Times are UTC milliseconds inside, ISO 8601 on the API. */
export interface DatasetVersion {
  id: string;
  dataset: string;
  /** 1, 2, … within the dataset. */
  version: number;
  /** sha256 of the manifest: equal for equal content. */
  digest: string;
  rows: number;
  quarantinedRows: number;
  bytes: number;
  /** Equal for the same rows in any order and in any files. */
  rowHash: string;
  columns: DatasetColumn[];
  tags: string[];
  isCurrent: boolean;
  /** Ids of the versions it was made from. */
  parents: string[];
  producer: Producer | null;
  /** The checks it passed when it was made; null when it had none. */
  validationId: string | null;
  createdAt: number;
  createdBy: string;
}

/** A dataset: a name with versions. */
export interface Dataset {
  id: string;
  name: string;
  description: string | null;
  /** The number of the version that the bare name means; null before the first. */
  currentVersion: number | null;
  versions: number;
  declared: boolean;
  createdAt: number;
  updatedAt: number;
}

/** One judgement of all rules over rows: of a version, or of rows that were refused (`version` null). */
export interface Validation {
  id: string;
  dataset: string;
  version: number | null;
  outcome: 'passed' | 'warned' | 'quarantined' | 'refused';
  rows: number;
  quarantinedRows: number;
  failedRules: string[];
  at: number;
}

/** What an ingest gives back: the version, and whether it is new or was there with the same content. */
export interface Ingested {
  version: DatasetVersion;
  created: boolean;
  validation: Validation | null;
}

/** A version ready to be read by the engine. */
export interface OpenVersion {
  version: DatasetVersion;
  parquetPaths: string[];
  /** Rows that broke rules, with `_row` and `_rules`; absent when there are none. */
  quarantinePath?: string;
}

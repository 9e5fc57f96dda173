import { z } from 'zod';
import { nameSchema } from '../../../kernel/names.ts';
import { pageQuery } from '../../../kernel/page.ts';
import { DataSource } from '../../data/index.ts';

/** What to score, and what to write. */
export const BatchRequest = z
  .object({
    dataset: z.string().min(1).max(300).optional().describe('A version to score, such as `flights@3`.'),
    source: DataSource.optional().describe('Files to score, where it is no dataset.'),
    keep: z
      .array(z.string().min(1))
      .max(1000)
      .default([])
      .describe('Columns of the input to write beside the answers.'),
    as: nameSchema.optional().describe('The dataset to write a version of; a file is written unless given.'),
    file: z.boolean().optional().describe('Whether to write one Parquet file too, where a dataset is written.'),
    onBadRow: z
      .enum(['fail', 'quarantine'])
      .default('fail')
      .describe('What becomes of a row that cannot be scored: it ends the job, or is put apart with its reason.'),
    variant: z.string().max(100).optional().describe('Which variant of the endpoint; the champion unless given.'),
    key: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe('A name of your own: asked again under it, a job that ended early goes on where it was.'),
  })
  .meta({ id: 'BatchRequest' });

/** What to score, and what to write. */
export type BatchRequest = z.input<typeof BatchRequest>;
/** The same, complete. */
export type BatchOrder = z.output<typeof BatchRequest>;

const content = z.object({ digest: z.string(), bytes: z.number().int(), rows: z.number().int() });

/** What a batch prediction wrote. */
export const batchResultSchema = z
  .object({
    file: content.optional().describe('Parquet; download it at `…/result`.'),
    dataset: z
      .object({ name: z.string(), version: z.number().int(), versionId: z.string(), digest: z.string() })
      .optional(),
    quarantine: content.optional().describe('JSON lines with `_row` and `_reason`; download it at `…/quarantine`.'),
    rowsPerSecond: z.number().describe('Over the time it ran since it was last started.'),
  })
  .meta({ id: 'BatchResult' });

/** What a batch prediction wrote. */
export type BatchResult = z.output<typeof batchResultSchema>;

/** A batch prediction: an endpoint's version over all rows of a file or a dataset. */
export const batchSchema = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    model: z.string(),
    version: z.number().int(),
    state: z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled']),
    rows: z.number().int().describe('Rows of the input that are done.'),
    totalRows: z.number().int().nullable().describe('Null where the input does not say before it is read.'),
    quarantinedRows: z.number().int(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    result: batchResultSchema.optional(),
    request: BatchRequest,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'BatchPrediction' });

/** A batch prediction. */
export type Batch = z.output<typeof batchSchema>;

/** Which batch predictions to list, newest first. */
export const batchFilterShape = {
  ...pageQuery,
  endpoint: nameSchema.optional(),
  state: batchSchema.shape.state.optional(),
};

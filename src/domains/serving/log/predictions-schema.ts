import { z } from 'zod';
import { pageQuery } from '../../../kernel/page.ts';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const narrowing = {
  from: z.iso.datetime({ offset: true }).optional().describe('First event time, included.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Last event time, not included.'),
  version: z.coerce.number().int().min(1).optional().describe('Of the model.'),
  variant: z.string().min(1).max(100).optional(),
  shadow: flag.optional().describe('Answers of shadows only, or none of them; both unless said.'),
  code: z.coerce.number().int().min(100).max(599).optional().describe('HTTP status.'),
  id: z.string().min(1).max(300).optional().describe('What the id of the prediction begins with.'),
  labelled: flag.optional().describe('Only those with a label, or only those without.'),
};

/** Which logged predictions to list, newest event time first. */
export const predictionFilterShape = {
  ...pageQuery,
  ...narrowing,
};

/** Which logged predictions to list. */
export const predictionFilterSchema = z.object(predictionFilterShape);

/** Which logged predictions to list. */
export type PredictionFilter = z.output<typeof predictionFilterSchema>;

/** Which logged predictions to write to a file, and in which form. */
export const exportFilterShape = {
  ...narrowing,
  format: z.enum(['ndjson', 'csv', 'parquet']).default('ndjson'),
  limit: z.coerce.number().int().min(1).optional().describe('At most so many, the newest; all unless said.'),
};

const exportFilterSchema = z.object(exportFilterShape);

/** Which logged predictions to write to a file. */
export type ExportFilter = z.output<typeof exportFilterSchema>;

import { z } from 'zod';
import { pageQuery } from '../../kernel/page.ts';

const projection = z.union([z.literal('all'), z.array(z.string().max(250)).max(500)]).default('all');

/** Which runs, in which order, with how much of what they logged. */
export const runSearchSchema = z
  .object({
    experiments: z.array(z.string().min(1).max(500)).max(200).optional().describe('Ids or names; all unless given.'),
    filter: z
      .string()
      .max(10_000)
      .default('')
      .describe("Such as `metrics.auc > 0.8 and (params.model = 'gbm' or not tags.owner like 'a%')`."),
    lifecycle: z.enum(['active', 'deleted', 'all']).default('active'),
    orderBy: z
      .array(z.string().min(1).max(300))
      .max(5)
      .default([])
      .describe('Such as `metrics.auc desc`; newest start first unless given. Missing values come last.'),
    metrics: projection.describe('Which latest metrics to return.'),
    params: projection.describe('Which parameters to return.'),
    tags: projection.describe('Which tags to return.'),
    ...pageQuery,
  })
  .meta({ id: 'RunSearch' });
/** Which runs, in which order, with how much of what they logged. */
export type RunSearch = z.input<typeof runSearchSchema>;

/** Which experiments: by lifecycle, by a folder of their path-like names. */
export const experimentListSchema = z.object({
  lifecycle: z.enum(['active', 'deleted', 'all']).default('active'),
  under: z.string().max(500).optional().describe('Only names that start with this and a `/`.'),
  ...pageQuery,
});
/** Which experiments. */
export type ExperimentList = z.input<typeof experimentListSchema>;

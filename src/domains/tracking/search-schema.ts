import { z } from 'zod';
import { fail } from '../../kernel/errors.ts';
import { pageQuery } from '../../kernel/page.ts';

const projection = z.union([z.literal('all'), z.array(z.string().max(250)).max(500)]).default('all');

/** Which runs, in which order, with how much of what they logged. */
export const runSearchSchema = z
  .object({
    experiments: z.array(z.string().min(1).max(500)).max(200).optional().describe('Ids or names; all unless given.'),
    experimentIds: z.array(z.string()).max(50_000).optional().describe('Ids; those that are not known match nothing.'),
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

/** As `runSearchSchema`, with filters and pages as long as protocols allow. */
export const longRunSearchSchema = runSearchSchema.extend({
  filter: z.string().max(100_000).default(''),
  orderBy: z.array(z.string().min(1).max(300)).max(20).default([]),
  limit: z.number().int().min(1).max(50_000).default(100),
});

/** Which experiments, in which order. */
export const experimentSearchSchema = z.object({
  filter: z
    .string()
    .max(10_000)
    .default('')
    .describe("Such as `name like 'vision/%' and (tags.team = 'a' or createdAt > '2026-01-01T00:00:00Z')`."),
  lifecycle: z.enum(['active', 'deleted', 'all']).default('active'),
  orderBy: z.array(z.string().min(1).max(300)).max(5).default([]).describe('Such as `name asc`; newest first.'),
  limit: z.coerce.number().int().min(1).max(50_000).default(100),
  pageToken: pageQuery.pageToken,
});
/** Which experiments, in which order. */
export type ExperimentSearch = z.input<typeof experimentSearchSchema>;

/** How much of a metric to show, and between which steps. */
export interface MetricSample {
  points: number;
  fromStep?: number | undefined;
  toStep?: number | undefined;
}

/** Which experiments: by lifecycle, by a folder of their path-like names. */
export const experimentListSchema = z.object({
  lifecycle: z.enum(['active', 'deleted', 'all']).default('active'),
  under: z.string().max(500).optional().describe('Only names that start with this and a `/`.'),
  ...pageQuery,
});
/** Which experiments. */
export type ExperimentList = z.input<typeof experimentListSchema>;

/** Fails with `invalid_page_token`: its key would mean something else in this search. */
export function refuseOtherSearch(): never {
  return fail('invalid_page_token', 'The page token is of another search.', {
    field: 'pageToken',
    cure: 'Ask for the next page with the same filter and order, in the same experiments.',
  });
}

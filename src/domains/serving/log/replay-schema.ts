import { z } from 'zod';
import { nameSchema } from '../../../kernel/names.ts';
import { pageQuery } from '../../../kernel/page.ts';

const time = z.iso.datetime({ offset: true });

/** Which logged requests to answer again, and with what. */
export const replayRequestSchema = z
  .strictObject({
    version: z.number().int().min(1).describe("The version of the endpoint's model that answers."),
    from: time.optional().describe('First event time, included.'),
    to: time.optional().describe('Last event time, not included.'),
    ofVersion: z.number().int().min(1).optional().describe('Only what this version answered.'),
    variant: z.string().min(1).max(100).optional().describe('Only what this variant answered.'),
    limit: z.number().int().min(1).max(1_000_000).default(100_000).describe('At most so many rows, the newest.'),
    as: nameSchema.optional().describe('A dataset to write both answers, row by row, to.'),
  })
  .meta({ id: 'ReplayRequest' });

/** Which logged requests to answer again, and with what. */
export type ReplayRequest = z.output<typeof replayRequestSchema>;

/** How the answers of two versions to the same requests compare. */
export const replayReportSchema = z
  .object({
    rows: z.number().int().describe('Rows that both have answered.'),
    skipped: z.number().int().describe('Logged rows that lack a column the version needs, or on which it failed.'),
    agreement: z
      .number()
      .nullable()
      .describe('Share of rows with the same class, or with a number the same to six digits; null without rows.'),
    outputs: z
      .array(z.object({ name: z.string(), meanAbsDelta: z.number(), maxAbsDelta: z.number() }))
      .describe('Numbers that both give.'),
    score: z
      .object({ psi: z.number(), meanBefore: z.number(), meanAfter: z.number() })
      .optional()
      .describe('Shift of the score: population stability index over the tenths of the logged scores.'),
    quality: z
      .object({
        labelled: z.number().int(),
        measure: z.enum(['accuracy', 'mean absolute error']),
        before: z.number(),
        after: z.number(),
        onlyBefore: z.number().int().describe('Rows that only the logged answer had right, or nearer.'),
        onlyAfter: z.number().int().describe('Rows that only the new answer has right, or nearer.'),
        pValue: z.number().describe('Of the exact sign (McNemar) test that neither is better.'),
      })
      .optional()
      .describe('Where labels have arrived, on the same rows.'),
    latency: z.object({
      loggedMeanMs: z.number().describe('Of logged requests, queue included.'),
      rowMs: z.number().describe('Time of a row in the replay, computed in blocks.'),
    }),
    dataset: z
      .object({ name: z.string(), version: z.number().int(), versionId: z.string(), digest: z.string() })
      .optional(),
  })
  .meta({ id: 'ReplayReport' });

/** How the answers of two versions to the same requests compare. */
export type ReplayReport = z.output<typeof replayReportSchema>;

/** Logged requests answered again by another version. */
export const replaySchema = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    state: z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled']),
    rows: z.number().int().describe('Rows that are done.'),
    request: replayRequestSchema,
    report: replayReportSchema.optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'PredictionReplay' });

/** Logged requests answered again by another version. */
export type Replay = z.output<typeof replaySchema>;

/** Which replays to list, newest first. */
export const replayFilterShape = { ...pageQuery, endpoint: nameSchema.optional() };

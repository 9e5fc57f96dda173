import { z } from 'zod';
import { comparisonSchema } from './comparison-schema.ts';

/** What one rule found, with the numbers it saw. */
export const findingSchema = z
  .object({
    rule: z.string().describe('A rule of the judge, or `metric:<name>` of the plan.'),
    verdict: z.enum(['pass', 'fail', 'inconclusive']),
    message: z.string(),
    numbers: z.record(z.string(), z.number().nullable()),
    effect: z
      .enum(['critical', 'advisory', 'dry-run'])
      .optional()
      .describe('What its failure does: roll back (unless said), keep the judge from passing, or nothing.'),
  })
  .meta({ id: 'RolloutFinding' });

/** What one rule found. */
export type Finding = z.output<typeof findingSchema>;

/** One look of the judge: `fail` when any rule failed. */
export const judgementSchema = z
  .object({
    at: z.iso.datetime(),
    step: z.number().int(),
    look: z.number().int().optional().describe('Number of the look; the state it was made on is kept for decisions.'),
    verdict: z.enum(['pass', 'fail', 'inconclusive']),
    candidateRows: z.number().int(),
    championRows: z.number().int(),
    candidateRequests: z.number().int().optional(),
    championRequests: z.number().int().optional(),
    candidateLabels: z.number().int(),
    findings: z.array(findingSchema),
    comparison: comparisonSchema.optional().describe('Both arms by intervals, with a score; information unless asked.'),
  })
  .meta({ id: 'Judgement' });

/** One look of the judge. */
export type Judgement = z.output<typeof judgementSchema>;

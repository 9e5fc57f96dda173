import { z } from 'zod';
import { comparisonRulesSchema } from './comparison-schema.ts';

const share = z.number().min(0).max(1);

/** Hard limits over short windows: some bad ones in a row take the candidate back, with however little evidence. */
export const sloRulesSchema = z
  .strictObject({
    windowMs: z.number().int().min(10).max(3_600_000).default(1000).describe('A window lasts at least this long,'),
    minRequests: z.number().int().min(1).default(10).describe('and until the candidate has answered so many requests.'),
    windows: z.number().int().min(1).max(100).default(3).describe('Bad windows in a row that take it back.'),
    maxErrorRate: share.nullable().default(0.5).describe('Share of failing requests; null: no limit.'),
    maxInvalidRate: share
      .nullable()
      .default(0.5)
      .describe('Share of refused requests, where the champion’s own share in the window is lower.'),
    maxNonFiniteRate: share.nullable().default(0.5).describe('Share of requests with NaN or infinite outputs.'),
    p99Ms: z.number().min(0).nullable().default(null).describe('99th percentile of latency.'),
  })
  .meta({ id: 'SloRules' });

/** Hard limits over short windows. */
export type SloRules = z.output<typeof sloRulesSchema>;

/** When the judge takes the candidate back. `alpha` bounds the chance of a false rollback per rule, however often it looks. */
export const rolloutRulesSchema = z
  .strictObject({
    alpha: z
      .number()
      .min(1e-9)
      .max(0.2)
      .default(0.01)
      .describe('Chance of a false alarm each rule may have, over all looks.'),
    minSamples: z.number().int().min(1).default(50).describe('Rows of each arm before a rule may decide.'),
    maxErrorRate: share.default(0.05).describe('Share of failing rows that is never acceptable.'),
    maxInvalidRate: share
      .default(0.05)
      .describe('Share of refused rows (schema violations) and non-finite outputs that is never acceptable.'),
    maxEventRatio: z
      .number()
      .min(1)
      .max(100)
      .default(1.1)
      .describe('How many times as often as the champion’s its requests may fail or be refused.'),
    maxLatencyMs: z.number().min(0).nullable().default(null).describe('99th percentile that is never acceptable.'),
    latencyRatio: z.number().min(1).default(2).describe('How much slower than the champion, at its 95th percentile.'),
    latencyMargin: z
      .number()
      .min(0)
      .max(10)
      .nullable()
      .default(0.1)
      .describe(
        'How much slower live answers may be over the whole distribution: 0.1 is ten percent; null: not tested.',
      ),
    latencySlackMs: z.number().min(0).default(1).describe('Milliseconds beyond the margin that nobody minds.'),
    maxShift: z.number().min(0).nullable().default(null).describe('PSI between the arms’ scores; null only measures.'),
    maxDisagreement: share
      .nullable()
      .default(null)
      .describe('Share of shadowed requests whose class differs from the champion’s; null only measures.'),
    qualityMargin: share
      .default(0.01)
      .describe('Loss (0 to 1), and share of wrongly ranked pairs, by which a candidate may be worse.'),
    requireQuality: z.boolean().default(false).describe('Promote only when the quality test has passed.'),
    slo: sloRulesSchema.prefault({}),
    comparison: comparisonRulesSchema.prefault({}),
    maxMs: z.number().int().min(1).default(604_800_000).describe('Longest time of the whole rollout.'),
    onInconclusive: z
      .enum(['promote', 'wait', 'rollback'])
      .default('rollback')
      .describe('What to do when the time is up without a verdict.'),
  })
  .meta({ id: 'RolloutRules' });

/** When the judge takes the candidate back. */
export type RolloutRules = z.output<typeof rolloutRulesSchema>;

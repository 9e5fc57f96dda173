import { z } from 'zod';

/** What the comparison of intervals may look at. */
export const comparedMetrics = ['error-rate', 'invalid-rate', 'latency', 'slow-share', 'score'] as const;

/** One metric of the comparison: which way is worse, and what its difference does. */
export const comparedMetricSchema = z
  .strictObject({
    name: z
      .enum(comparedMetrics)
      .describe(
        'By interval: shares of failing and of refused or non-finite requests, geometric mean of latency, share slower ' +
          'than the champion’s 95th percentile, mean score.',
      ),
    worse: z.enum(['higher', 'lower', 'either']).default('higher').describe('Which difference counts as worse.'),
    group: z.string().min(1).max(60).optional().describe('Its group; its own name unless said.'),
    critical: z.boolean().default(false).describe('Worse on this metric makes the score 0.'),
    mustHaveData: z.boolean().default(false).describe('Without data it counts as worse.'),
    nan: z
      .enum(['remove', 'zero'])
      .default('remove')
      .describe('Intervals without a value are left out, or count as zero.'),
  })
  .meta({ id: 'ComparedMetric' });

/** One metric of the comparison. */
export type ComparedMetric = z.output<typeof comparedMetricSchema>;

/** How the arms are compared by intervals, in the manner of canary analysis at a fixed horizon. */
export const comparisonRulesSchema = z
  .strictObject({
    asRule: z
      .boolean()
      .default(false)
      .describe(
        'Let a low score take the candidate back; it is only told unless said, because it is not safe to watch.',
      ),
    intervalMs: z
      .number()
      .int()
      .min(100)
      .max(86_400_000)
      .default(5000)
      .describe('Length of an interval; doubled whenever there would be more than 48.'),
    minIntervals: z.number().int().min(3).max(48).default(6).describe('Intervals of each arm before it says anything.'),
    confidence: z.number().min(0.5).max(0.9999).default(0.98).describe('Of the interval around the shift.'),
    tolerance: z
      .number()
      .min(0)
      .max(1)
      .default(0.25)
      .describe('The interval must clear this share of the estimated shift to count as different.'),
    metrics: z
      .array(comparedMetricSchema)
      .min(1)
      .max(20)
      .prefault([
        { name: 'error-rate', group: 'errors', critical: true },
        { name: 'invalid-rate', group: 'errors' },
        { name: 'latency', group: 'latency' },
        { name: 'slow-share', group: 'latency' },
        { name: 'score', group: 'predictions', worse: 'either' },
      ]),
    weights: z
      .record(z.string(), z.number().min(0).max(100))
      .default({})
      .describe('Weight of each group; groups not named share what is left of 100.'),
    marginal: z.number().min(0).max(100).default(50).describe('A score below fails.'),
    pass: z.number().min(0).max(100).default(75).describe('A score at or above passes.'),
  })
  .meta({ id: 'ComparisonRules' });

/** How the arms are compared by intervals. */
export type ComparisonRules = z.output<typeof comparisonRulesSchema>;

const number = z.number().nullable();

/** What the comparison says of one metric. */
export const metricComparisonSchema = z
  .object({
    name: z.string(),
    group: z.string(),
    class: z.enum(['pass', 'high', 'low', 'no-data']).describe('The candidate against the champion.'),
    isWorse: z.boolean(),
    critical: z.boolean(),
    candidateMean: number,
    championMean: number,
    candidateIntervals: z.number().int(),
    championIntervals: z.number().int(),
    u: number.describe('Mann–Whitney U of the candidate.'),
    pValue: number.describe('Two-sided, by the normal approximation with ties; not valid when looked at repeatedly.'),
    shift: number.describe('Hodges–Lehmann estimate of candidate minus champion.'),
    low: number.describe('Lower end of the confidence interval of the shift.'),
    high: number,
  })
  .meta({ id: 'MetricComparison' });

/** What the comparison says of one metric. */
export type MetricComparison = z.output<typeof metricComparisonSchema>;

/** The comparison of both arms by intervals, with its score of 0 to 100. */
export const comparisonSchema = z
  .object({
    verdict: z.enum(['pass', 'fail', 'inconclusive']),
    score: number,
    reason: z.string(),
    intervalMs: z.number(),
    groups: z.array(z.object({ name: z.string(), weight: z.number(), score: z.number() })),
    metrics: z.array(metricComparisonSchema),
  })
  .meta({ id: 'RolloutComparison' });

/** The comparison of both arms by intervals. */
export type Comparison = z.output<typeof comparisonSchema>;

import { z } from 'zod';
import { experimentDecisionSchema, experimentMetricSchema } from './experiment-schema.ts';

const number = z.number().nullable();
const interval = { low: number, high: number };

/** What one arm has shown. */
export const armReportSchema = z
  .object({
    name: z.string(),
    version: z.number().int(),
    share: z.number().describe('Percent of the traffic, as dealt now.'),
    requests: z.number().int().describe('Requests dealt by chance; those that asked for the arm are left out.'),
    rows: z.number().int(),
    asked: z.number().int().describe('Requests that asked for this arm by name; they are not compared.'),
    measured: z.number().int().describe('Requests whose metric is known.'),
    mean: number,
    ...interval,
    errorRate: number,
    invalidRate: number,
    p50Ms: number,
    p95Ms: number,
    p99Ms: number,
    probabilityBest: number.describe('Of a bandit: the posterior probability that the arm is best.'),
    offPolicy: z
      .object({
        ips: number,
        ipsLow: number,
        ipsHigh: number,
        snips: number,
        snipsLow: number,
        snipsHigh: number,
        effectiveRequests: number.describe('How many requests the weighted sample is worth.'),
      })
      .describe('What the arm would have earned with all traffic, by inverse propensity, plain and self-normalised.'),
  })
  .meta({ id: 'ExperimentArmReport' });

/** What one arm has shown. */
export type ArmReport = z.output<typeof armReportSchema>;

/** One arm beside the control. */
export const comparisonSchema = z
  .object({
    arm: z.string(),
    control: z.string(),
    difference: number.describe('Mean of the arm less that of the control.'),
    ...interval,
    relative: number.describe('The difference as a share of the control’s mean.'),
    level: z.number().describe('How sure the interval is, at every look at once.'),
    pValue: z.number().describe('Valid however often it is looked at: the least so far.'),
    verdict: z.enum(['better', 'worse', 'alike', 'undecided']),
  })
  .meta({ id: 'ExperimentComparison' });

/** One arm beside the control. */
export type Comparison = z.output<typeof comparisonSchema>;

/** What a guard says of an arm. */
export const guardReportSchema = z
  .object({
    metric: z.string(),
    arm: z.string(),
    limit: z.number().describe('The limit it is held to: a rate, milliseconds, or times the control.'),
    isRelative: z.boolean(),
    value: number,
    control: number,
    verdict: z.enum(['ok', 'tripped', 'unknown']),
    message: z.string(),
  })
  .meta({ id: 'ExperimentGuardReport' });

/** What a guard says of an arm. */
export type GuardReport = z.output<typeof guardReportSchema>;

/** One look, for curves. */
export const lookSchema = z
  .object({
    at: z.iso.datetime(),
    arms: z.array(z.object({ name: z.string(), measured: z.number(), mean: number, share: z.number() })),
    comparisons: z.array(z.object({ arm: z.string(), difference: number, ...interval, pValue: z.number() })),
  })
  .meta({ id: 'ExperimentLook' });

/** One look, for curves. */
export type Look = z.output<typeof lookSchema>;

/** What an experiment says: live while it runs, kept for good once it has ended. */
export const experimentReportSchema = z
  .object({
    experimentId: z.string(),
    endpoint: z.string(),
    kind: z.enum(['ab', 'bandit', 'shadow']),
    state: z.enum(['running', 'decided', 'stopped', 'ended']),
    at: z.iso.datetime().describe('When it was looked at.'),
    looks: z.number().int(),
    metric: experimentMetricSchema,
    direction: z.enum(['up', 'down']),
    alpha: z.number(),
    minimumEffect: z.number(),
    arms: z.array(armReportSchema),
    comparisons: z.array(comparisonSchema),
    guards: z.array(guardReportSchema),
    sampleRatio: z
      .object({
        expected: z.array(z.number()),
        observed: z.array(z.number()),
        chiSquare: number,
        chiSquareP: number.describe('Of a test at this one look.'),
        pValue: z.number().describe('Valid at every look.'),
        mismatch: z.boolean(),
      })
      .nullable()
      .describe(
        'Whether the arms got the traffic they should; null where shares are not fixed or callers keep their arm.',
      ),
    estimate: z
      .object({
        effect: z.number().describe('The difference to be found.'),
        requestsNeeded: number,
        requestsPerHour: number,
        hoursLeft: number,
      })
      .nullable(),
    paired: z
      .array(
        z.object({
          arm: z.string(),
          pairs: z.number().int(),
          unpaired: z.number().int().describe('Rows of the challenger without the champion’s beside them.'),
          agreement: number.describe(
            'Share of pairs with the same class, or with numbers that differ by at most 1e-6.',
          ),
          meanDelta: number.describe('Mean absolute difference of the scores.'),
          labelled: z.number().int(),
        }),
      )
      .describe('Of the kind `shadow`: the same rows answered by both.'),
    decision: experimentDecisionSchema.optional(),
    notes: z.array(z.string()),
    series: z.array(lookSchema).describe('Looks, thinned to at most 200, oldest first.'),
  })
  .meta({ id: 'EndpointExperimentReport' });

/** What an experiment says. */
export type ExperimentReport = z.output<typeof experimentReportSchema>;

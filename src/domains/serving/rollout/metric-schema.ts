import { z } from 'zod';
import { nameSchema } from '../../../kernel/names.ts';

/** Measures that need no query of the user: each gives `result.candidate` and `result.champion`. */
export const builtinMeasures = [
  'requests',
  'error-rate',
  'invalid-rate',
  'latency-mean',
  'latency-p50',
  'latency-p95',
  'latency-p99',
  'mean-score',
  'labelled-rows',
] as const;

/** Where a metric's values come from. */
export const metricSourceSchema = z
  .union([
    z
      .strictObject({
        sql: z
          .string()
          .min(1)
          .max(20_000)
          .describe(
            'A SELECT over the table `predictions`: both arms since the rollout began, with `arm`, `version`, `variant`, ' +
              '`shadow`, `at`, `latency_ms`, `code`, the features, the outputs and `label`.',
          ),
      })
      .meta({ id: 'SqlMetricSource' }),
    z
      .strictObject({
        prometheus: z.strictObject({
          url: z.url({ protocol: /^https?$/ }).describe('The server, such as `http://prometheus:9090`.'),
          query: z
            .string()
            .min(1)
            .max(20_000)
            .describe('An instant query; `$candidate`, `$champion` and `$endpoint` are filled in.'),
        }),
      })
      .meta({ id: 'PrometheusMetricSource' }),
    z
      .strictObject({ builtin: z.enum(builtinMeasures).describe('One of our own, over both arms since the start.') })
      .meta({ id: 'BuiltinMetricSource' }),
  ])
  .meta({ id: 'RolloutMetricSource' });

/** Where a metric's values come from. */
export type MetricSource = z.output<typeof metricSourceSchema>;

const limit = z.number().int().min(0).max(10_000);
const period = z
  .number()
  .int()
  .min(0)
  .max(31 * 86_400_000);

/** A metric of the user's own that is measured while a rollout lasts, with the conditions that make a value good or bad. */
export const rolloutMetricSchema = z
  .strictObject({
    name: nameSchema.describe('Its finding is the rule `metric:<name>`.'),
    description: z.string().max(2000).optional(),
    source: metricSourceSchema,
    intervalMs: period.min(100).default(60_000).describe('Time between two measurements.'),
    initialDelayMs: period.default(0).describe('Time after its first step began before the first measurement.'),
    startingStep: z.number().int().min(0).default(0).describe('Index of the step from which on it is measured.'),
    count: limit.min(1).optional().describe('Measurements it wants; unless said it goes on until the rollout ends.'),
    timeoutMs: period.min(1).max(60_000).default(10_000).describe('Longest time of one measurement.'),
    successCondition: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe('CEL over `value`, `result` (first row by column), `rows`; without it whatever is no failure is good.'),
    failureCondition: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe('CEL that tells a bad value; where both are given and neither holds, the measurement is inconclusive.'),
    failureLimit: limit.default(0).describe('Failures that are put up with; one more and the metric has failed.'),
    inconclusiveLimit: limit.default(0).describe('Inconclusive ones put up with; one more and a person must decide.'),
    consecutiveErrorLimit: limit
      .default(4)
      .describe('Measurements in a row that may go wrong (no answer, a broken query); one more: a person must decide.'),
    consecutiveSuccessLimit: limit.min(1).optional().describe('Good ones in a row with which it has passed for good.'),
    onEmpty: z
      .enum(['inconclusive', 'success', 'failure', 'error'])
      .default('inconclusive')
      .describe('What no rows, a null or NaN count as.'),
    critical: z.boolean().default(true).describe('Its failure rolls back; else it only keeps the judge from passing.'),
    dryRun: z.boolean().default(false).describe('Measured and told, but never counted.'),
  })
  .meta({ id: 'RolloutMetric' });

/** A metric of the user's own. */
export type RolloutMetric = z.output<typeof rolloutMetricSchema>;

const counter = z.number().int();

/** How a metric stands: its counters go on after a restart. */
export const metricStateSchema = z
  .object({
    name: z.string(),
    phase: z
      .enum(['waiting', 'measuring', 'passed', 'failed', 'inconclusive', 'erroring'])
      .describe('`waiting`: not measured yet; `passed`: needs no more; the last three are over a limit.'),
    measured: counter,
    successes: counter,
    failures: counter,
    inconclusives: counter,
    errors: counter,
    consecutiveErrors: counter,
    consecutiveSuccesses: counter,
    value: z.number().nullable().describe('The last value, where it was one number.'),
    message: z.string().describe('What the last measurement said.'),
    measuredAt: z.iso.datetime().optional(),
    nextAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'RolloutMetricState' });

/** How a metric stands. */
export type MetricState = z.output<typeof metricStateSchema>;

/** One measurement of a metric; the last 200 of each are kept. */
export const measurementSchema = z
  .object({
    id: z.string(),
    metric: z.string(),
    at: z.iso.datetime(),
    step: counter,
    verdict: z.enum(['success', 'failure', 'inconclusive', 'error']),
    value: z.number().nullable(),
    result: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])).describe('The first row.'),
    message: z.string(),
    tookMs: z.number(),
  })
  .meta({ id: 'RolloutMeasurement' });

/** One measurement of a metric. */
export type Measurement = z.output<typeof measurementSchema>;

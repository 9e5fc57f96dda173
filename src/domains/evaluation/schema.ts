import { z } from 'zod';

/** A metric's value, or null with the reason why it has none. */
export const metricValueSchema = z
  .object({ value: z.number().nullable(), reason: z.string().optional().describe('Why there is no value.') })
  .meta({ id: 'MetricValue' });

/** A metric with its bootstrap interval. */
export const metricIntervalSchema = metricValueSchema
  .extend({
    low: z.number().optional(),
    high: z.number().optional(),
    level: z.number().optional().describe('Share of resamples inside the interval.'),
    resamples: z.number().int().optional(),
  })
  .meta({ id: 'MetricInterval' });

/** Metrics of rows that share a property. */
export const sliceSchema = z
  .object({
    column: z.string(),
    label: z.string(),
    rows: z.number().int(),
    metrics: z.record(z.string(), metricValueSchema).nullable(),
    reason: z.string().optional(),
  })
  .meta({ id: 'EvaluationSlice' });

/** Everything measured of one model on one set of rows. */
export const evaluationReportSchema = z
  .object({
    task: z.enum(['regression', 'binary', 'multiclass']),
    rows: z.number().int(),
    metrics: z.record(z.string(), metricIntervalSchema),
    confusion: z
      .object({
        labels: z.array(z.string()),
        counts: z.array(z.array(z.number())).describe('Rows are true classes, columns predicted ones.'),
      })
      .optional(),
    rocCurve: z
      .array(z.object({ threshold: z.number(), falsePositiveRate: z.number(), truePositiveRate: z.number() }))
      .optional(),
    precisionRecallCurve: z
      .array(z.object({ threshold: z.number(), precision: z.number(), recall: z.number() }))
      .optional(),
    calibration: z
      .array(
        z.object({
          low: z.number(),
          high: z.number(),
          count: z.number(),
          predicted: z.number(),
          observed: z.number(),
        }),
      )
      .optional(),
    bestThreshold: z
      .object({ threshold: z.number(), f1: z.number(), precision: z.number(), recall: z.number() })
      .optional(),
    slices: z.array(sliceSchema),
  })
  .meta({ id: 'EvaluationReport' });

/** Everything measured of one model on one set of rows. */
export type EvaluationReport = z.output<typeof evaluationReportSchema>;

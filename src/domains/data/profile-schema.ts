import { z } from 'zod';

const value = z.union([z.string(), z.number(), z.boolean()]).nullable();

/** What is known of one column. */
export const ColumnProfile = z
  .object({
    name: z.string(),
    type: z.string(),
    kind: z.enum(['number', 'text', 'boolean', 'time', 'other']),
    nulls: z.number().int(),
    distinct: z.number().int().describe('Distinct values; an estimate (HyperLogLog) above 200,000 rows.'),
    min: value.optional(),
    max: value.optional(),
    mean: z.number().nullable().optional(),
    sd: z.number().nullable().optional().describe('Sample standard deviation (n - 1).'),
    quantiles: z
      .record(z.string(), z.number())
      .optional()
      .describe('By probability, such as `0.5`; linear interpolation.'),
    histogram: z
      .object({ edges: z.array(z.number()), counts: z.array(z.number().int()) })
      .optional()
      .describe('Equal-width bins, the last closed; one edge more than counts.'),
    top: z
      .array(z.object({ value, count: z.number().int() }))
      .optional()
      .describe('The most frequent values.'),
    minLength: z.number().int().nullable().optional(),
    maxLength: z.number().int().nullable().optional(),
  })
  .meta({ id: 'ColumnProfile' });
/** What is known of one column. */
export type ColumnProfile = z.output<typeof ColumnProfile>;

/** What is known of a version's rows. */
export const Profile = z.object({ rows: z.number().int(), columns: z.array(ColumnProfile) }).meta({ id: 'Profile' });
/** What is known of a version's rows. */
export type Profile = z.output<typeof Profile>;

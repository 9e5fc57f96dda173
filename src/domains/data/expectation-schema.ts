import { z } from 'zod';

const column = z.string().min(1).max(250).describe('The column it is about.');
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const bound = z.union([z.number(), z.string()]).optional();

const base = {
  id: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,120}$/)
    .optional()
    .describe("The rule's name in results and quarantine; made from its type and columns unless given."),
  severity: z
    .enum(['error', 'warn'])
    .default('error')
    .describe('`error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.'),
};
const rowRule = {
  ...base,
  mostly: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('The share of non-null values that has to pass; at or above it the rule passes and keeps its rows.'),
};

/** The types the `type` expectation knows: what a text column's values must be readable as. */
export const logicalTypes = ['integer', 'number', 'text', 'boolean', 'date', 'timestamp'] as const;
/** One of `logicalTypes`. */
export type LogicalType = (typeof logicalTypes)[number];

/** A rule about rows or about the whole table. A null passes every rule but `not_null`. */
export const Expectation = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('not_null'), column, ...rowRule }),
    z.object({ type: z.literal('unique'), column, ...rowRule }).describe('Every row of a repeated value breaks it.'),
    z.object({ type: z.literal('compound_unique'), columns: z.array(column).min(2).max(20), ...rowRule }),
    z.object({ type: z.literal('type'), column, is: z.enum(logicalTypes), ...rowRule }),
    z.object({ type: z.literal('between'), column, min: bound, max: bound, ...rowRule }),
    z.object({ type: z.literal('in_set'), column, values: z.array(scalar).min(1).max(10_000), ...rowRule }),
    z
      .object({ type: z.literal('regex'), column, pattern: z.string().min(1).max(1000), ...rowRule })
      .describe('The pattern (RE2) is found somewhere in the value; anchor it with ^ and $.'),
    z.object({
      type: z.literal('length'),
      column,
      min: z.number().int().min(0).optional(),
      max: z.number().int().min(0).optional(),
      ...rowRule,
    }),
    z.object({
      type: z.literal('sql'),
      expression: z
        .string()
        .min(1)
        .max(10_000)
        .describe('A SQL expression over the columns that is true for good rows.'),
      ...rowRule,
    }),
    z.object({
      type: z.literal('row_count'),
      min: z.number().int().min(0).optional(),
      max: z.number().int().min(0).optional(),
      ...base,
    }),
    z.object({
      type: z.literal('mean_between'),
      column,
      min: z.number().optional(),
      max: z.number().optional(),
      ...base,
    }),
    z.object({
      type: z.literal('quantile_between'),
      column,
      quantile: z.number().min(0).max(1),
      min: z.number().optional(),
      max: z.number().optional(),
      ...base,
    }),
    z.object({
      type: z.literal('freshness'),
      column,
      maxAgeMs: z.number().int().min(1).describe('How old the newest value of the column may be.'),
      ...base,
    }),
  ])
  .meta({ id: 'Expectation' });

/** A rule, defaults filled in. */
export type Expectation = z.output<typeof Expectation>;
/** A rule as a user writes it. */
export type ExpectationInput = z.input<typeof Expectation>;

/** What came of one rule. */
export const CheckResult = z
  .object({
    rule: z.string().describe('The id of the rule.'),
    type: z.string(),
    column: z.string().optional(),
    severity: z.enum(['error', 'warn']),
    passed: z.boolean(),
    checkedRows: z.number().int().describe('Rows it looked at: those that are not null there.'),
    failedRows: z.number().int().optional().describe('Rows that break it; absent for rules about the whole table.'),
    observed: z.union([z.number(), z.string()]).nullable().optional().describe('The value a table rule saw.'),
    message: z.string().describe('What was found, in one sentence.'),
    examples: z.array(z.unknown()).optional().describe('Up to 20 distinct values that break it.'),
    expectation: z.record(z.string(), z.unknown()).describe('The rule as it was judged.'),
  })
  .meta({ id: 'CheckResult' });
/** What came of one rule. */
export type CheckResult = z.output<typeof CheckResult>;

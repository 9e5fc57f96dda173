import { z } from 'zod';
import { plainIssue } from '../../../kernel/issue.ts';

const label = z.union([z.number(), z.string().max(10_000), z.boolean()]);

/** Most named values of one item of feedback. */
export const mostValues = 20;

/** The name of a value beside the label. */
export const valueName = z
  .string()
  .regex(/^[A-Za-z_][\w.-]{0,63}$/, 'begins with a letter and has up to 64 letters, digits, `_`, `.` and `-`')
  .refine((name) => name !== 'label', 'may not be `label`');

/** A value beside the label. */
export const feedbackValue = z.union([z.number(), z.string().max(1000), z.boolean()]);

/** The truth about one prediction, however late. */
export const feedbackSchema = z
  .strictObject({
    predictionId: z.string().min(1).max(300).optional().describe('Whose truth it is; or else `entity`.'),
    entity: z
      .union([z.string().min(1).max(1000), z.number()])
      .optional()
      .describe("Value of the endpoint's entity column: the latest prediction about it up to `at` is meant."),
    endpoint: z.string().max(300).optional().describe('Of the entity, where the path does not say.'),
    label: label.optional().describe('The value the model should have given.'),
    reward: z.number().optional().describe('What the answer was worth: the value `reward`.'),
    values: z
      .record(valueName, feedbackValue)
      .refine((values) => Object.keys(values).length <= mostValues, `has at most ${mostValues} values`)
      .optional()
      .describe('Further named values; each is kept until it is given again.'),
    at: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('When it became known; now unless said (of a prediction id it needs `predict.replay`).'),
  })
  .refine(
    (item) => (item.predictionId === undefined) !== (item.entity === undefined),
    'needs `predictionId` or `entity`',
  )
  .refine(
    (item) => item.label !== undefined || item.reward !== undefined || item.values !== undefined,
    'needs a `label`, a `reward` or `values`',
  )
  .meta({ id: 'Feedback' });

/** The truth about one prediction, however late. */
export type Feedback = z.output<typeof feedbackSchema>;

const place = { row: z.number().int().describe('From 0.'), line: z.number().int().optional() };

/** What became of a load of feedback. */
export const feedbackResultSchema = z
  .object({
    accepted: z.number().int().describe('Predictions that have what was said of them.'),
    changed: z.number().int().describe('Those whose earlier label was another.'),
    unknown: z
      .array(z.object({ ...place, predictionId: z.string().optional(), entity: z.string().optional() }))
      .describe('Rows whose prediction nobody knows; the first 1000 of them.'),
    unknownCount: z.number().int(),
    invalid: z
      .array(z.object({ ...place, field: z.string().optional(), message: z.string() }))
      .optional()
      .describe('Rows of a bulk load that are wrong; the first 1000 of them.'),
    invalidCount: z.number().int().optional(),
    quarantine: z
      .object({ id: z.string(), bytes: z.number().int(), rows: z.number().int() })
      .optional()
      .describe('Rows of a bulk load that were not taken, each with its reason, as JSON lines that can be sent again.'),
  })
  .meta({ id: 'FeedbackResult' });

/** What became of a load of feedback. */
export type FeedbackResult = z.output<typeof feedbackResultSchema>;

/** An item with its place in a load. */
export interface FeedbackItem {
  item: Feedback;
  row: number;
  line?: number | undefined;
}

/** A row of a load that cannot be read as feedback. */
export interface InvalidFeedback {
  row: number;
  line?: number | undefined;
  field?: string | undefined;
  message: string;
  /** The row as it came, where it is an object. */
  given?: Readonly<Record<string, unknown>> | undefined;
}

/** Reads one row of a load. */
export function readItem(given: unknown, place: { row: number; line?: number }): FeedbackItem | InvalidFeedback {
  const isRecord = given !== null && typeof given === 'object' && !Array.isArray(given);
  // What was put apart before says why in these; sent again, they mean nothing.
  const { _line, _reason, ...fields } = isRecord ? (given as Record<string, unknown>) : {};
  const parsed = feedbackSchema.safeParse(isRecord ? fields : given);
  if (parsed.success) return { item: parsed.data, ...place };
  const { path, message } = plainIssue(parsed.error.issues[0]!);
  const field = path.length > 0 ? path.map(String).join('.') : undefined;
  return { ...place, ...(field && { field }), message: `${message}.`, ...(isRecord && { given: fields }) };
}

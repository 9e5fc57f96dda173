import { z } from 'zod';

/** How predictions are to be explained. */
export const ExplainRequest = z
  .object({
    class: z
      .union([z.string(), z.number(), z.boolean()])
      .optional()
      .describe('The class whose score is explained; of two the second, of more the most likely of the row.'),
    method: z
      .enum(['auto', 'sampled'])
      .default('auto')
      .describe('`sampled` asks the whole model, even where it can be explained exactly.'),
    samples: z.number().int().min(1).max(10_000).default(64).describe('Orders to draw where it is sampled.'),
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 32)
      .default(0),
    background: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe('A dataset version to compare with; the rows the version was judged on at its training unless given.'),
  })
  .meta({ id: 'ExplainRequest' });

/** How predictions are to be explained. */
export type ExplainOrder = z.output<typeof ExplainRequest>;

/** What each column gave to one prediction. */
export const explanationSchema = z
  .object({
    class: z.union([z.string(), z.number(), z.boolean()]).optional(),
    base: z.number().describe('The score without any column: its mean over the background.'),
    value: z.number().describe('The score of this row: base and contributions together.'),
    contributions: z.record(z.string(), z.number()),
    errors: z.record(z.string(), z.number()).optional().describe('Standard errors, where it is sampled.'),
  })
  .meta({ id: 'PredictionExplanation' });

/** What each column gave to one prediction. */
export type Explanation = z.output<typeof explanationSchema>;

/** How the explanations of a reply were made. */
export const explainedBySchema = z
  .object({
    method: z.enum(['tree-shap', 'linear-shap', 'permutation-shap']),
    isExact: z.boolean(),
    space: z
      .enum(['margin', 'output'])
      .describe('What is explained: the sum before the link (log odds, say), or the answer itself.'),
    covers: z
      .enum(['file', 'background', 'even'])
      .optional()
      .describe('What tells how rows part at a split of a tree.'),
    background: z.string().optional(),
    backgroundRows: z.number().int().optional(),
    samples: z.number().int().optional(),
    samplesAsked: z.number().int().optional().describe('Where the deadline allowed fewer than were asked for.'),
    seed: z.number().int().optional(),
    note: z.string().optional(),
  })
  .meta({ id: 'ExplainedBy' });

/** How the explanations of a reply were made. */
export type ExplainedBy = z.output<typeof explainedBySchema>;

/** Explanations of the rows of a reply. */
export interface Explained {
  by: ExplainedBy;
  rows: Explanation[];
}

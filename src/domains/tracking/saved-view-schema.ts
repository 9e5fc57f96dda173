import { z } from 'zod';

const columnSchema = z
  .string()
  .max(260)
  .regex(
    /^(?:(?:metrics|params|tags)\..+|id|name|status|startedAt|endedAt|durationMs|user|parentRunId)$/su,
    'must be a field of runs, or start with "metrics.", "params." or "tags."',
  );

/** A chart over runs: what it draws, and how. */
export const viewChartSchema = z
  .object({
    kind: z.enum(['curves', 'parallel', 'scatter']),
    keys: z.array(columnSchema).min(1).max(20).describe('What is drawn; of a scatter x, y and optionally the colour.'),
    smoothing: z.number().min(0).max(0.999).optional(),
    xAxis: z.enum(['step', 'relative', 'wall']).optional(),
    logScale: z.boolean().optional(),
  })
  .meta({ id: 'ViewChart' });

/** What a saved view shows: which runs, in which order and columns, and which charts. */
export const viewContentSchema = z.object({
  filter: z.string().max(10_000).default(''),
  orderBy: z.array(z.string().min(1).max(300)).max(5).default([]),
  lifecycle: z.enum(['active', 'deleted', 'all']).default('active'),
  columns: z.array(columnSchema).max(200).default([]).describe('Such as `metrics.auc`, `params.depth`, `startedAt`.'),
  charts: z.array(viewChartSchema).max(50).default([]),
});
/** What a saved view shows. */
export type ViewContent = z.output<typeof viewContentSchema>;

/** The name of a saved view: 1 to 120 characters without control characters. */
export const viewNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .refine((name) => name.isWellFormed() && !/\p{Cc}/u.test(name), 'may not hold control characters');

/** A view to save. */
export const newViewSchema = viewContentSchema.extend({ name: viewNameSchema });
/** A view to save. */
export type NewView = z.input<typeof newViewSchema>;

/** A view of an experiment's runs that somebody saved for all who read it. */
export interface SavedView extends ViewContent {
  id: string;
  experimentId: string;
  name: string;
  /** The name of who made it. */
  createdBy: string;
  createdAt: number;
  updatedAt: number;
}

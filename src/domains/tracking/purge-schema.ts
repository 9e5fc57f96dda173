import { z } from 'zod';
import { runIdSchema } from './schema.ts';

const time = z.union([z.number().int(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]);

/** What to remove for good of what is deleted: everything, or some runs or experiments; all that was deleted before a moment. */
export const purgeSchema = z
  .object({
    runs: z.array(runIdSchema).max(1_000).optional().describe('Only these runs, and no experiment.'),
    experiments: z
      .array(z.string().min(1).max(500))
      .max(1_000)
      .optional()
      .describe('Only these experiments (ids or names) and their runs.'),
    within: z
      .array(z.string().max(100))
      .max(10_000)
      .optional()
      .describe('Only what is deleted of these experiments (ids): runs of those in use, too.'),
    deletedBefore: time.optional().describe('Only what was deleted before; now unless given.'),
    dryRun: z.boolean().default(false).describe('Only counts.'),
  })
  .meta({ id: 'Purge' });
/** What to remove for good. */
export type Purge = z.input<typeof purgeSchema>;

/** What was removed for good, or with a dry run would be. */
export const purgedSchema = z
  .object({
    dryRun: z.boolean(),
    runs: z.number().int(),
    experiments: z.number().int(),
    artifacts: z.number().int().describe('Files of the runs.'),
    artifactBytes: z
      .number()
      .int()
      .describe(
        'Their bytes; the disk has them back after garbage collection, if nothing else holds the same content.',
      ),
  })
  .meta({ id: 'Purged' });
/** What was removed for good. */
export type Purged = z.output<typeof purgedSchema>;

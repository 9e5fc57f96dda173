import { z } from 'zod';

const isText = (text: string) => text.isWellFormed() && !/\p{Cc}/u.test(text);
const days = z.number().int().min(0).max(36_500);

/** A folder of experiments: the part of their names before a `/`; `''` is the top. */
export const folderPathSchema = z
  .string()
  .max(500)
  .transform((path) => path.normalize('NFC'))
  .refine(isText, 'may not hold control characters')
  .refine((path) => !path.endsWith('/'), 'may not end with "/"');

/** How long runs are kept; each rule unless a folder further down says otherwise, null for "for ever". */
export const retentionSchema = z
  .object({
    deleteEndedAfterDays: days
      .nullable()
      .optional()
      .describe('Runs that ended so long ago are deleted (restorably); models registered from them stay.'),
    purgeDeletedAfterDays: days
      .nullable()
      .optional()
      .describe('What was deleted so long ago is removed for good with its artifacts.'),
  })
  .meta({ id: 'Retention' });
/** How long runs are kept. */
export type Retention = z.output<typeof retentionSchema>;

/** What a folder says for everything below it. */
export const folderSettingsSchema = z
  .object({
    description: z
      .string()
      .max(10_000)
      .refine((text) => text.isWellFormed())
      .optional(),
    tags: z
      .record(z.string().min(1).max(250), z.string().max(5_000))
      .refine((tags) => Object.keys(tags).length <= 100, 'at most 100')
      .optional()
      .describe('Given to each experiment that is created below, unless it brings its own.'),
    artifactLocation: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe('Where experiments created below keep their artifacts.'),
    retention: retentionSchema.optional(),
  })
  .meta({ id: 'FolderSettings' });
/** What a folder says for everything below it. */
export type FolderSettings = z.output<typeof folderSettingsSchema>;

/** Settings as they hold in a place, and which folder each comes from. */
export const effectiveSettingsSchema = z
  .object({
    path: z.string(),
    own: folderSettingsSchema.describe('What this very folder says.'),
    effective: folderSettingsSchema.describe('With all that is inherited.'),
    from: z.record(z.string(), z.string()).describe('The folder that each effective setting comes from.'),
  })
  .meta({ id: 'EffectiveSettings' });
/** Settings as they hold in a place. */
export type EffectiveSettings = z.output<typeof effectiveSettingsSchema>;

/** A folder in a listing: how many active experiments are below it. */
export const folderEntrySchema = z
  .object({ path: z.string(), name: z.string(), experiments: z.number().int() })
  .meta({ id: 'FolderEntry' });
/** A folder in a listing. */
export type FolderEntry = z.output<typeof folderEntrySchema>;

/** What one turn of retention did. */
export const retentionReportSchema = z
  .object({
    dryRun: z.boolean(),
    deletedRuns: z.number().int(),
    purgedRuns: z.number().int(),
    purgedModels: z.number().int().describe('Logged models.'),
    purgedExperiments: z.number().int(),
    artifacts: z.number().int(),
    artifactBytes: z.number().int(),
  })
  .meta({ id: 'RetentionReport' });
/** What one turn of retention did. */
export type RetentionReport = z.output<typeof retentionReportSchema>;

import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import {
  effectiveSettingsSchema,
  folderEntrySchema,
  folderPathSchema,
  folderSettingsSchema,
  retentionReportSchema,
} from './schema.ts';
import type { Folders } from './service.ts';

const base = '/api/v1/folders';
const at = z.object({ path: folderPathSchema.default('').describe('Such as `team/credit`; the top unless given.') });

/** The API of folders and of retention. */
export function foldersRoutes(folders: Folders): Route[] {
  return [
    route({
      method: 'GET',
      path: base,
      permission: 'tracking.read',
      summary: 'Lists the folders right below one, with how many experiments each holds.',
      input: at,
      output: z.object({ items: z.array(folderEntrySchema) }),
      handle: async ({ input }) => ({ items: await folders.list(input.path) }),
    }),
    route({
      method: 'GET',
      path: `${base}/settings`,
      permission: 'tracking.read',
      summary: 'Shows what a folder says, and what holds in it with all it inherits.',
      input: at,
      output: effectiveSettingsSchema,
      handle: ({ input }) => folders.settings(input.path),
    }),
    route({
      method: 'PUT',
      path: `${base}/settings`,
      permission: 'tracking.write',
      summary: 'Replaces what a folder says for everything below it.',
      input: at.extend({ settings: folderSettingsSchema }),
      output: effectiveSettingsSchema,
      handle: ({ input, actor }) => folders.setSettings(actor, input.path, input.settings),
    }),
    route({
      method: 'POST',
      path: `${base}/move`,
      permission: 'tracking.write',
      summary: 'Moves a folder: renames every experiment below it, all or none.',
      input: z.object({ from: folderPathSchema, to: folderPathSchema }),
      output: z.object({ experiments: z.number().int() }),
      handle: ({ input, actor }) => folders.move(actor, input.from, input.to),
    }),
    route({
      method: 'POST',
      path: '/api/v1/retention',
      permission: 'tracking.purge',
      summary: 'Applies the retention rules of all folders now, or with `dryRun` says what they would do.',
      input: z.object({ dryRun: z.boolean().default(false) }),
      output: retentionReportSchema,
      handle: ({ input, actor }) => folders.applyRetention(actor, input),
    }),
  ];
}

import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

const settings = z.record(z.string(), z.unknown());

/** What happens to folders of experiments. Subject: `folder`. */
export const folderEvents = {
  'folder.settings.changed': z.object({ before: settings, after: settings }),
} as const satisfies EventSchemas;

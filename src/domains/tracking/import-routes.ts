import { type Route, route } from '../../http/route.ts';
import type { Importing } from './import.ts';
import {
  importedExperimentSchema,
  importedRunResultSchema,
  importedRunSchema,
  importedSchema,
} from './import-schema.ts';

/** The API that takes over what another server kept. */
export function importRoutes(importing: Importing): Route[] {
  const shared = { method: 'POST', permission: 'admin.import', output: importedSchema } as const;
  return [
    route({
      ...shared,
      path: '/api/v1/import/experiments',
      summary: 'Takes over an experiment under its id and times; one of its name takes what follows.',
      input: importedExperimentSchema,
      handle: ({ input, actor }) => importing.experiment(actor, input),
    }),
    route({
      ...shared,
      output: importedRunResultSchema,
      path: '/api/v1/import/runs',
      summary: 'Takes over a run under its id and times; the same again changes nothing.',
      input: importedRunSchema,
      handle: ({ input, actor }) => importing.run(actor, input),
    }),
  ];
}

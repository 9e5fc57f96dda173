import { type Route, route } from '../../http/route.ts';

import { importedEntrySchema, importedModelSchema, importedVersionSchema } from './import-schema.ts';
import type { RegistryImport } from './registry.ts';

/** The API that takes over what another server registered. */
export function registryImportRoutes(importing: RegistryImport): Route[] {
  const shared = { method: 'POST', permission: 'admin.import', output: importedEntrySchema } as const;
  return [
    route({
      ...shared,
      path: '/api/v1/import/models',
      summary: 'Takes over a registered model with its times; one of its name takes what follows.',
      input: importedModelSchema,
      handle: ({ input, actor }) => importing.model(actor, input),
    }),
    route({
      ...shared,
      path: '/api/v1/import/model-versions',
      summary: 'Takes over a version under its number; the same again changes nothing.',
      input: importedVersionSchema,
      handle: ({ input, actor }) => importing.version(actor, input),
    }),
  ];
}

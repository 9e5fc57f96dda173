import { z } from 'zod';
import { modelNameSchema } from '../../kernel/names.ts';
import { newFolderVersionSchema } from './folder-schema.ts';
import { descriptionSchema, registryTagsSchema } from './schema.ts';

const time = z.number().int().min(0).max(8_640_000_000_000_000).describe('UTC milliseconds.');

/** A registered model as another server had it. */
export const importedModelSchema = z
  .object({
    name: modelNameSchema.describe('A model of this name, where there is one, takes what is imported.'),
    description: descriptionSchema.default(''),
    tags: registryTagsSchema.default({}),
    createdAt: time.optional(),
    updatedAt: time.optional(),
  })
  .meta({ id: 'ImportedModel' });
/** A registered model as another server had it. */
export type ImportedModel = z.input<typeof importedModelSchema>;

/** A version as another server had it, with files that the store holds already. */
export const importedVersionSchema = newFolderVersionSchema
  .omit({ signature: true, createModel: true })
  .required({ number: true })
  .extend({ source: z.object({ runId: z.string().max(64).optional(), loggedModelId: z.string().max(64).optional() }) })
  .meta({ id: 'ImportedVersion' });
/** A version as another server had it. */
export type ImportedVersion = z.input<typeof importedVersionSchema>;

/** What came of it. */
export const importedEntrySchema = z.object({ id: z.string(), isNew: z.boolean() });
/** What came of it. */
export type ImportedEntry = z.output<typeof importedEntrySchema>;

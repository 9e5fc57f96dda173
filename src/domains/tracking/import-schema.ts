import { z } from 'zod';
import {
  datasetInputSchema,
  experimentNameSchema,
  modelOutputSchema,
  paramsSchema,
  runIdSchema,
  runStatuses,
  tagsSchema,
} from './schema.ts';

const time = z.union([
  z.number().int().min(0).max(8_640_000_000_000_000),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]);
const lifecycle = z.enum(['active', 'deleted']);

/** An experiment as another server had it. */
export const importedExperimentSchema = z
  .object({
    id: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .optional()
      .describe('Kept, unless another experiment has it.'),
    name: experimentNameSchema.describe('An experiment of this name, where there is one, takes what is imported.'),
    lifecycle: lifecycle.default('active'),
    artifactLocation: z.string().max(2048).optional(),
    tags: tagsSchema.default({}),
    createdAt: time.optional(),
    updatedAt: time.optional(),
  })
  .meta({ id: 'ImportedExperiment' });
/** An experiment as another server had it. */
export type ImportedExperiment = z.input<typeof importedExperimentSchema>;

/** A run as another server had it, with all but its metrics and files. */
export const importedRunSchema = z
  .object({
    id: runIdSchema.describe('Kept; importing it again changes what was imported before.'),
    experiment: z.string().min(1).max(500).describe('The id or name of an experiment that was imported.'),
    name: z.string().max(500).default(''),
    status: z.enum(runStatuses),
    lifecycle: lifecycle.default('active').describe('`deleted` refuses further metrics and files: say it at the end.'),
    startedAt: time,
    endedAt: time.nullable().default(null),
    deletedAt: time.optional(),
    parentRunId: runIdSchema.optional(),
    user: z.string().max(250).default(''),
    params: paramsSchema.default({}),
    tags: tagsSchema.default({}),
    inputs: z.array(datasetInputSchema).max(1_000).default([]),
    modelInputs: z.array(modelOutputSchema.shape.modelId).max(1_000).default([]).describe('Logged models it read.'),
    modelOutputs: z.array(modelOutputSchema).max(1_000).default([]).describe('Logged models it made.'),
  })
  .meta({ id: 'ImportedRun' });
/** A run as another server had it. */
export type ImportedRun = z.input<typeof importedRunSchema>;

/** What came of an import. */
export const importedSchema = z.object({ id: z.string(), isNew: z.boolean() }).meta({ id: 'Imported' });
/** What came of the import of a run. */
export const importedRunResultSchema = importedSchema
  .extend({ parentRunId: z.string().nullable().describe('Null also where the parent is not here yet.') })
  .meta({ id: 'ImportedRunResult' });
/** What came of the import of a run. */
export type ImportedRunResult = z.output<typeof importedRunResultSchema>;
/** What came of an import. */
export type Imported = z.output<typeof importedSchema>;

import { z } from 'zod';
import { modelNameSchema } from '../../../kernel/names.ts';

const column = z.strictObject({
  name: z.string().min(1).max(250),
  type: z.enum(['number', 'integer', 'boolean', 'string']).default('number'),
});

const columns = z
  .array(column)
  .min(1)
  .max(10_000)
  .refine((list) => new Set(list.map((one) => one.name)).size === list.length, 'need names that differ');

/** A registered ONNX model that runs before or behind the endpoint's own; tensors meet by name. */
const onnxProcessing = z
  .strictObject({
    kind: z.literal('onnx'),
    model: modelNameSchema,
    version: z.number().int().min(1).describe('A fixed version, so that an answer can be made again.'),
  })
  .meta({ id: 'OnnxProcessing' });

/** Code that runs in a process of its own, without files, network or other modules. */
const codeProcessing = z.strictObject({
  kind: z.literal('typescript'),
  source: z
    .string()
    .min(1)
    .max(200_000)
    .describe('A TypeScript module whose default export takes a list of rows and gives as many.'),
  timeoutMs: z.number().int().min(1).max(60_000).default(1000).describe('Longest time for one merged batch.'),
  memoryMb: z.number().int().min(32).max(4096).default(128).describe('Heap of its process.'),
});

/** What is done to rows before the model sees them. */
export const preprocessSchema = z
  .discriminatedUnion('kind', [
    onnxProcessing,
    codeProcessing
      .extend({ columns: columns.describe('What callers give; what the code returns are the model’s columns.') })
      .meta({ id: 'CodePreprocessing' }),
  ])
  .meta({ id: 'Preprocess' });

/** What is done to the model's answers before callers see them. */
export const postprocessSchema = z
  .discriminatedUnion('kind', [
    onnxProcessing,
    codeProcessing
      .extend({ outputs: columns.describe('What callers get, one value a row each.') })
      .meta({ id: 'CodePostprocessing' }),
  ])
  .meta({ id: 'Postprocess' });

/** What is done to rows before the model sees them. */
export type Preprocess = z.output<typeof preprocessSchema>;
/** What is done to the model's answers before callers see them. */
export type Postprocess = z.output<typeof postprocessSchema>;
/** Code that runs in a process of its own. */
export type CodeSpec = z.output<typeof codeProcessing>;
/** A column that code takes or gives. */
export type CodeColumn = z.output<typeof column>;

import { z } from 'zod';
import { modelNameSchema, nameSchema } from '../../kernel/names.ts';

const isText = (text: string) => text.isWellFormed() && !text.includes('\u0000');
/** A well-formed text of at most so many characters. */
export const text = (max: number) => z.string().max(max).refine(isText, 'must be well-formed Unicode without NUL');

/** A lower-case hex sha256. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 of 64 lower-case hex digits');

/** An alias: letters, digits, `_`, `-`; not `latest` and not like a version (`v3`). */
export const aliasSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\p{L}\p{N}_-]+$/u, 'may hold letters, digits, "_" and "-"')
  .refine((alias) => !/^(latest|v\d+)$/i.test(alias), 'may not be "latest" or look like a version');

/** The stages of a model version. */
export const stages = ['none', 'staging', 'production', 'archived'] as const;
/** One of `stages`. */
export type Stage = (typeof stages)[number];
/** A stage. */
export const stageSchema = z.enum(stages).meta({ id: 'Stage' });

/** Tags of a model or version. */
export const registryTagsSchema = z.record(
  z.string().min(1).max(250).refine(isText, 'must be well-formed Unicode without NUL'),
  text(100_000),
);
/** A free text about a model or version. */
export const descriptionSchema = text(100_000);
/** Why something was done. */
export const reasonSchema = text(2_000);

/** One input or output of a model: name, element type and shape (null = any size). */
export const tensorSpecSchema = z
  .object({
    name: text(250).min(1),
    type: z.string().max(40).describe('Such as float32, int64, string, bool.'),
    shape: z.array(z.number().int().min(0).nullable()).max(8),
    columns: z
      .array(text(250))
      .max(10_000)
      .optional()
      .describe('The names of the features along the last axis, where one tensor carries several.'),
  })
  .meta({ id: 'TensorSpec' });
/** One input or output of a model. */
export type TensorSpec = z.output<typeof tensorSpecSchema>;

/** What a model takes and gives. */
export const modelSignatureSchema = z
  .object({ inputs: z.array(tensorSpecSchema).max(10_000), outputs: z.array(tensorSpecSchema).max(1_000) })
  .meta({ id: 'ModelSignature' });
/** What a model takes and gives. */
export type ModelSignature = z.output<typeof modelSignatureSchema>;

/** Where a version comes from: run, data, code, pipeline. */
export const versionSourceSchema = z
  .object({
    runId: text(64).optional().describe('The tracking run that trained it.'),
    datasets: z
      .array(z.object({ name: text(500), versionId: text(100).optional(), digest: text(128).optional() }))
      .max(100)
      .optional(),
    code: z.object({ commit: text(100), dirty: z.boolean().optional(), remote: text(2_000).optional() }).optional(),
    pipelineRunId: text(64).optional(),
    stepName: text(250).optional(),
    loggedModelId: text(64).optional().describe('The logged model it was made from.'),
    parentVersionId: text(64).optional().describe('The version it was warm-started from.'),
  })
  .meta({ id: 'VersionSource' });
/** Where a version comes from. */
export type VersionSource = z.output<typeof versionSourceSchema>;

/** A model to create. */
export const newModelSchema = z.object({
  name: modelNameSchema,
  description: descriptionSchema.optional(),
  tags: registryTagsSchema.optional(),
});
/** A model to create. */
export type NewModel = z.input<typeof newModelSchema>;

/** A named line of versions. */
export interface Model {
  id: string;
  name: string;
  description: string;
  tags: Record<string, string>;
  /** Version number by alias. */
  aliases: Record<string, number>;
  /** The newest version's number, 0 when there is none. */
  latestVersion: number;
  createdAt: number;
  updatedAt: number;
}

/** A version to register: content that is in the blobs already. The model is created when it is missing. */
export const newVersionSchema = z.object({
  model: modelNameSchema,
  digest: digestSchema.describe('The sha256 of the artifact in the blobs.'),
  format: z
    .string()
    .max(40)
    .default('onnx')
    .describe('`onnx` is checked and made servable; others are kept as they are.'),
  signature: modelSignatureSchema.optional().describe("The model's own inputs and outputs unless given."),
  source: versionSourceSchema.default({}),
  description: descriptionSchema.optional(),
  tags: registryTagsSchema.optional(),
});
/** A version to register. */
export type NewVersion = z.input<typeof newVersionSchema>;

/**
 * What is known of a version's content: `fixed` for ever; `awaited`, for files that were not there yet when it was registered
 * and are taken when they are first asked for; `elsewhere`, a place that this server does not read; `none`.
 */
export const contentStates = ['fixed', 'awaited', 'elsewhere', 'none'] as const;
/** One of `contentStates`. */
export type ContentState = (typeof contentStates)[number];

/** An immutable version: its content never changes, what is said about it may. */
export interface ModelVersion {
  id: string;
  model: string;
  /** 1, 2, 3 … within the model, never used again. */
  number: number;
  /** sha256 of the artifact that is served. */
  digest: string;
  /** sha256 of what was registered, where making it servable changed it. */
  registeredDigest: string;
  format: string;
  bytes: number;
  /** sha256 of the ONNX file that endpoints load; null where there is none. */
  servableDigest: string | null;
  content: ContentState;
  /** Where the files came from, in the words of whoever registered them; may be empty. */
  origin: string;
  /** A page about the training run elsewhere; may be empty. */
  runLink: string;
  signature: ModelSignature;
  source: VersionSource;
  stage: Stage;
  description: string;
  tags: Record<string, string>;
  aliases: string[];
  createdAt: number;
  createdBy: string;
  updatedAt: number;
  deletedAt: number | null;
}

/** A promotion's target: an alias or a stage. */
export const promotionTargetSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('alias'), name: aliasSchema }),
    z.object({ kind: z.literal('stage'), name: stageSchema }),
  ])
  .meta({ id: 'PromotionTarget' });
/** A promotion's target. */
export type PromotionTarget = z.output<typeof promotionTargetSchema>;

/** One entry of an alias' history: who pointed it from which version to which, when and why. */
export interface AliasMove {
  model: string;
  alias: string;
  /** 1, 2, 3 … of this alias. */
  sequence: number;
  from: number | null;
  /** Null when the alias was removed. */
  to: number | null;
  at: number;
  actorId: string;
  actorName: string;
  reason: string;
  bypassed: boolean;
  verdictId: string | null;
}

/** One entry of a version's stage history. */
export interface StageChange {
  model: string;
  version: number;
  sequence: number;
  from: Stage;
  to: Stage;
  at: number;
  actorId: string;
  actorName: string;
  reason: string;
  bypassed: boolean;
  verdictId: string | null;
}

/** A document to attach to a version: any JSON, NaN and ±Infinity included, up to 256 KiB of text. */
export const newEvidenceSchema = z.object({
  name: nameSchema.describe('Such as `evaluation`, `fairness`; the newest of a name counts.'),
  document: z.record(z.string(), z.unknown()),
});
/** A document to attach to a version. */
export type NewEvidence = z.input<typeof newEvidenceSchema>;

/** A document attached to a version; earlier ones of the name are kept. */
export interface EvidenceDocument {
  id: string;
  name: string;
  /** 1, 2, 3 … of this name on this version. */
  sequence: number;
  /** sha256 of the document's text. */
  digest: string;
  document: Record<string, unknown>;
  createdAt: number;
  createdBy: string;
}

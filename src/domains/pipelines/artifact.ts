import { z } from 'zod';

/** A JSON value. */
export const jsonValue: z.ZodType<unknown> = z.json().meta({ id: 'JsonValue' });

/** What a step takes in or gives out: a reference to content, or a small value carried along. */
export const ArtifactRef = z
  .object({
    kind: z.enum(['dataset-version', 'model-version', 'file', 'value']),
    id: z.string().describe('The id of the version, or the digest of the file or value.'),
    digest: z.string().optional().describe('sha256 of the content, where it has one; cache keys use it.'),
    name: z.string().optional().describe('The dataset, model or file name, for people.'),
    value: z.unknown().optional().describe('The value itself, for kind `value`.'),
    folder: z.boolean().optional().describe('A file artifact that is a whole folder; its digest names a manifest.'),
    bytes: z.number().int().optional(),
  })
  .meta({ id: 'ArtifactRef' });

/** A reference to content, or a small value. */
export type ArtifactRef = z.output<typeof ArtifactRef>;

/** Artifacts by name. */
export type Artifacts = Record<string, ArtifactRef>;

import { z } from 'zod';
import type { JsonValue } from '../../kernel/json.ts';

/** The limits of evaluation datasets; a single text may not be longer than what one request can carry. */
export const evalDatasetLimits = { name: 500, key: 250, tag: 8_000, tags: 1_000, experiments: 1_000, author: 255 };

/** A JSON object. */
export type JsonObject = Record<string, JsonValue>;

const isClean = (text: string) => !text.includes('\0') && text.isWellFormed();
const author = z.string().max(evalDatasetLimits.author).refine(isClean).nullish();
const tagsSchema = z
  .record(
    z.string().min(1).max(evalDatasetLimits.key).refine(isClean),
    z.string().max(evalDatasetLimits.tag).refine(isClean),
  )
  .refine((tags) => Object.keys(tags).length <= evalDatasetLimits.tags, 'too many tags');
const jsonObject = z.custom<JsonObject>(
  (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
  'must be an object',
);
const json = z.custom<JsonValue>((value) => value !== undefined);

/** Tags to set. */
export const datasetTagsSchema = tagsSchema;

/** A dataset to make. */
export const newEvalDatasetSchema = z.object({
  name: z
    .string()
    .min(1)
    .max(evalDatasetLimits.name)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'may not hold control characters')
    .refine(isClean, 'must be well-formed Unicode'),
  tags: tagsSchema.default({}),
  experimentIds: z.array(z.string()).max(evalDatasetLimits.experiments).default([]),
  author,
});
/** A dataset to make. */
export type NewEvalDataset = z.input<typeof newEvalDatasetSchema>;

/** Where records may come from. */
export const recordSourceTypes = ['UNSPECIFIED', 'TRACE', 'HUMAN', 'DOCUMENT', 'CODE'] as const;

/** A record to merge: one with the same inputs as another adds to that. */
export const newEvalRecordSchema = z.object({
  inputs: jsonObject,
  /** Replaces the outputs there were; null takes them away. */
  outputs: json.optional(),
  expectations: jsonObject.nullish(),
  tags: jsonObject.nullish(),
  source: z.object({ type: z.enum(recordSourceTypes), data: jsonObject.default({}) }).nullish(),
  author,
});
/** A record to merge. */
export type NewEvalRecord = z.input<typeof newEvalRecordSchema>;

/** The type of each field that records of a dataset have had, as the first record with it had it. */
export interface FieldTypes {
  inputs: Record<string, string>;
  /** One type where outputs are not objects. */
  outputs: Record<string, string> | string;
  expectations: Record<string, string>;
}

/** A named set of cases to evaluate on. */
export interface EvalDataset {
  id: string;
  name: string;
  tags: Record<string, string>;
  /** None before the first record. */
  fields: FieldTypes | null;
  records: number;
  /** Eight hex digits, others after every change of its records. */
  digest: string;
  createdAt: number;
  updatedAt: number;
  createdBy: string | null;
  updatedBy: string | null;
}

/** One case: what goes in, what came out, what was expected. */
export interface EvalRecord {
  id: string;
  datasetId: string;
  inputs: JsonObject;
  outputs: JsonValue;
  expectations: JsonObject | null;
  tags: JsonObject;
  source: { type: (typeof recordSourceTypes)[number]; data: JsonObject } | null;
  createdAt: number;
  updatedAt: number;
  createdBy: string | null;
  updatedBy: string | null;
}

/** What a merge did. */
export interface Merged {
  inserted: number;
  updated: number;
}

/** Which datasets to find, in the words of `evalDatasetVocabulary`. */
export interface EvalDatasetSearch {
  /** Those linked to any of these. */
  experimentIds?: readonly string[] | undefined;
  filter?: string | undefined;
  /** Newest first unless given. */
  orderBy?: readonly string[] | undefined;
  limit: number;
  pageToken?: string | undefined;
}

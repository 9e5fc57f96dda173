import { z } from 'zod';
import { modelNameSchema } from '../../kernel/names.ts';
import {
  contentStates,
  descriptionSchema,
  digestSchema,
  modelSignatureSchema,
  registryTagsSchema,
  text,
  versionSourceSchema,
} from './schema.ts';

const maxFiles = 100_000;

/** A path inside a version: parts between `/`, none of them `.`, `..` or empty; no backslash, no control character. */
export const filePathSchema = text(2000).refine(isInside, 'must be a relative path without "..", "\\" or controls');

function isInside(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\\\u0000-\u001f\u007f]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** A file of a version. */
export const versionFileSchema = z
  .object({ path: filePathSchema, digest: digestSchema, bytes: z.number().int().min(0) })
  .meta({ id: 'VersionFile' });
/** A file of a version. */
export type VersionFile = z.output<typeof versionFileSchema>;

/** The files of a version: no path twice, none that is also the folder of another. */
export const versionFilesSchema = z.array(versionFileSchema).max(maxFiles).refine(isTree, 'must not name a path twice');

function isTree(files: { path: string }[]): boolean {
  const paths = new Set(files.map(({ path }) => path));
  if (paths.size < files.length) return false;
  return files.every(({ path }) => {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      if (paths.has(path.slice(0, end))) return false;
    }
    return true;
  });
}

/** A version that is a folder of files of the blobs. */
export const newFolderVersionSchema = z.object({
  model: modelNameSchema,
  format: z.string().min(1).max(40),
  files: versionFilesSchema.describe('Empty where `content` says why.'),
  content: z.enum(contentStates).exclude(['fixed']).optional().describe('Why there are no files; `none` unless given.'),
  origin: text(2048).default(''),
  runLink: text(2048).default(''),
  signature: modelSignatureSchema.optional(),
  source: versionSourceSchema.default({}),
  description: descriptionSchema.optional(),
  tags: registryTagsSchema.optional(),
  number: z.number().int().min(1).max(2_147_483_647).optional().describe('Above the latest; the next unless given.'),
  createdAt: z.number().int().min(0).max(8_640_000_000_000_000).optional().describe('Now unless given.'),
  createModel: z.boolean().default(true).describe('Makes the model when there is none; else that is `not_found`.'),
});
/** A version that is a folder of files of the blobs. */
export type NewFolderVersion = z.input<typeof newFolderVersionSchema>;

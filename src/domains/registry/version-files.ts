import type { Readable } from 'node:stream';
import type { ByteRange } from '../../blobs/index.ts';
import { notFound } from '../../kernel/errors.ts';
import { type RegistryDeps, versionOf } from './deps.ts';
import type { VersionFile } from './folder-schema.ts';
import type { VersionAt } from './registry.ts';
import type { ModelVersion } from './schema.ts';
import { createRegistryStore } from './store.ts';

const plainExtension = /^[a-z0-9]{1,12}$/;

/** The files of a version by path: of a folder as they were registered, else the one file, `model.onnx` for ONNX. */
export async function filesOfVersion({ database }: RegistryDeps, at: VersionAt): Promise<VersionFile[]> {
  const version = await versionOf(database.query, at.model, at.version);
  const files = await createRegistryStore(database.query).versions.files(version.id);
  const isSingle = files.length === 0 && version.content === 'fixed';
  return isSingle ? [singleFile(version)] : files;
}

function singleFile({ format, digest, bytes }: ModelVersion): VersionFile {
  return { path: plainExtension.test(format) ? `model.${format}` : 'model', digest, bytes };
}

/** Opens a file of a version, or a part of it. */
export async function openVersionFile(
  deps: RegistryDeps,
  at: VersionAt,
  { path, range }: { path: string; range?: ByteRange | undefined },
): Promise<{ file: VersionFile; stream: Readable }> {
  const files = await filesOfVersion(deps, at);
  const file = files.find((one) => one.path === path) ?? notFound('file', path);
  return { file, stream: await deps.blobs.open(file.digest, range) };
}

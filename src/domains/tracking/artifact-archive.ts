import type { Readable } from 'node:stream';
import { tarEnd, tarHeader, tarPadding } from '../../kernel/tar.ts';
import type { ArtifactFile } from './artifact-face.ts';

/** Where an archive's files come from. */
export interface ArchiveSource {
  files: AsyncIterable<ArtifactFile>;
  /** The folder that the names in the archive are relative to; `''` for whole paths. */
  folder: string;
  content(file: ArtifactFile): Promise<Readable>;
}

/** Files as a tar archive, made while it is read: one file is open at a time and nothing is kept. */
export async function* archiveOf({ files, folder, content }: ArchiveSource): AsyncGenerator<Uint8Array> {
  for await (const file of files) {
    const name = folder === '' || file.path === folder ? file.path : file.path.slice(folder.length + 1);
    yield tarHeader({ name, bytes: file.bytes, modifiedAt: file.createdAt });
    yield* await content(file);
    yield tarPadding(file.bytes);
  }
  yield tarEnd;
}

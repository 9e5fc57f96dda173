import type { Readable } from 'node:stream';
import type { ByteRange, Content } from '../../blobs/index.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { Artifact } from './schema.ts';

/** A file among an owner's artifacts; its bytes lie in the blobs under its digest. */
export interface ArtifactFile extends Artifact {
  kind: 'file';
  digest: string;
}

/** A file opened for reading; `stream` gives the range that was asked for. */
export interface OpenArtifact extends ArtifactFile {
  stream: Readable;
}

/**
 * Files by owner and path. The owner is a run's id, `m-…` of a logged model, `tr-…` of a trace, or `''` for files that belong
 * to nobody; that it exists is the caller's to know. Paths are relative, of `/`-separated parts, compared in NFC; those that
 * would leave their owner fail with `invalid_path`, a file where a folder is (or the reverse) with `conflict`.
 */
export interface Artifacts {
  /** Stores a file in place of what was there, once its bytes are complete and durable. */
  put(owner: string, path: string, content: Content): Promise<ArtifactFile>;
  /** Names content that the blobs hold already. */
  link(owner: string, path: string, content: { digest: string; bytes: number }): Promise<ArtifactFile>;
  /** Fails with `not_found` also for a folder. */
  open(owner: string, path: string, range?: ByteRange): Promise<OpenArtifact>;
  /** The bytes of a file that `stat`, `list` or `open` told of, also when the file was replaced meanwhile. */
  content(file: { digest: string }, range?: ByteRange): Promise<Readable>;
  /** A file or folder, if it is there. */
  stat(owner: string, path: string): Promise<Artifact | undefined>;
  /** The direct children of a folder (`''` is the top), by path; empty when there is none. */
  list(owner: string, folder: string, page: PageRequest): Promise<Page<Artifact>>;
  /** Every file below a folder (`''` for all of them), or the one file of that path; by path. */
  files(owner: string, under: string): Promise<ArtifactFile[]>;
  /** As `files`, for as many as there may be. */
  walk(owner: string, under: string): AsyncGenerator<ArtifactFile>;
  /** Removes a file, or a folder with all below it (`''` for everything); gives whether anything was there. */
  delete(owner: string, path: string): Promise<boolean>;
}

/** Files of runs: the run must exist (`not_found`), and be active where something is written or removed (`conflict`). */
export type RunArtifacts = Artifacts;

/** A part of an upload, as it is named when the upload is completed. */
export interface UploadPart {
  number: number;
  /** sha256 of the part. */
  digest: string;
}

/**
 * Large files in parts, which may come in any order, at once and again. Nothing of a file is seen before all of it is there; what
 * nobody goes on with for a day is removed.
 */
export interface ArtifactUploads {
  /** Begins a file of an owner; gives the upload's id. */
  begin(owner: string, path: string): Promise<string>;
  /** Whose file an upload is to become; fails with `not_found`. */
  target(id: string): Promise<{ owner: string; path: string }>;
  /** Takes a part, in place of an earlier one of that number. */
  addPart(id: string, number: number, content: Content): Promise<{ digest: string; bytes: number }>;
  /** Makes the file of the parts, in the order of their numbers; asked again, it changes nothing. */
  complete(id: string, parts: readonly UploadPart[]): Promise<void>;
  /** Forgets an upload with its parts; a completed file stays. */
  abort(id: string): Promise<void>;
}

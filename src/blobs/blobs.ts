import type { Readable } from 'node:stream';
import type { Page, PageRequest } from '../kernel/page.ts';

/** What may be stored: bytes, text (as UTF-8), or a stream of bytes, no part of which is read again when the next is asked for. */
export type Content = Uint8Array | string | AsyncIterable<Uint8Array>;

/** Content that is stored under its sha256 (plain lower-case hex). */
export interface StoredContent {
  digest: string;
  bytes: number;
}

/** A part of a blob: from byte `start` up to, not including, byte `end` (the blob's end unless said). */
export interface ByteRange {
  start: number;
  end?: number;
}

/** A file stored under a path. */
export interface StoredFile extends StoredContent {
  path: string;
}

/** A file or folder of a path listing; `path` is complete, as it would be opened. */
export interface PathEntry {
  path: string;
  kind: 'file' | 'folder';
  /** Of a file; 0 for a folder. */
  bytes: number;
}

/** Which entries of a folder to list: its direct children, or with `recursive` every file below it. */
export interface PathListRequest extends PageRequest {
  recursive?: boolean;
}

/**
 * Bytes, durable once the promise resolves: content under its own sha256, immutable, and files under paths, replaced whole.
 * Nothing half-written is ever seen. Missing things fail with `not_found`, paths that would leave the store with
 * `invalid_path`, a full disk with `disk_full`.
 */
export interface Blobs {
  /** Stores content; storing the same content again changes nothing. */
  put(content: Content): Promise<StoredContent>;
  has(digest: string): Promise<boolean>;
  stat(digest: string): Promise<StoredContent | undefined>;
  open(digest: string, range?: ByteRange): Promise<Readable>;
  /** Reads all bytes; with `verify`, fails with `corrupt` when they do not match the digest. */
  read(digest: string, options?: { verify?: boolean }): Promise<Buffer>;
  /** Removes content; gives whether it was there. */
  delete(digest: string): Promise<boolean>;
  /**
   * Removes content last put before a moment; gives whether it was so old (a dry run only tells). Putting it again at the same
   * time keeps it.
   */
  deleteUnused(digest: string, before: number, options?: { dryRun?: boolean }): Promise<boolean>;
  /** A file of this machine that holds the content, for programs that read files; never write to it. */
  localPath(digest: string): Promise<string>;
  /** Everything stored by digest, in digest order. */
  list(request: PageRequest): Promise<Page<StoredContent>>;

  /** Stores a file under a relative path of `/`-separated parts, in place of what was there. */
  putPath(path: string, content: Content): Promise<StoredFile>;
  openPath(path: string, range?: ByteRange): Promise<Readable>;
  statPath(path: string): Promise<{ path: string; bytes: number; modifiedAt: number } | undefined>;
  /** Lists a folder (`''` is the top); an empty page when there is none. */
  listPath(folder: string, request: PathListRequest): Promise<Page<PathEntry>>;
  /** Removes a file, or a folder with all below it; gives whether anything was there. */
  deletePath(path: string): Promise<boolean>;
}

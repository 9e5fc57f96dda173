export type { Blobs, ByteRange, Content, PathEntry, PathListRequest, StoredContent, StoredFile } from './blobs.ts';
export { createLocalBlobs, type LocalBlobsOptions } from './local.ts';
export { checkPath } from './paths.ts';

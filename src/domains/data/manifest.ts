import type { Blobs } from '../../blobs/index.ts';
import { canonicalJson } from '../../kernel/json.ts';
import type { DatasetColumn } from './schema.ts';

/** A Parquet object of a version. */
export interface ManifestFile {
  sha256: string;
  bytes: number;
  rows: number;
}

/** What a version consists of; the sha256 of its canonical JSON is the version's digest. */
export interface Manifest {
  schema: 1;
  columns: DatasetColumn[];
  rows: number;
  rowHash: string;
  files: ManifestFile[];
  /** Rows that broke rules, apart. */
  quarantine: ManifestFile | null;
}

/** Stores a manifest and gives its digest. */
export async function putManifest(blobs: Blobs, manifest: Manifest): Promise<string> {
  return (await blobs.put(canonicalJson(manifest))).digest;
}

/** Reads a manifest, checking it against its digest. */
export async function readManifest(blobs: Blobs, digest: string): Promise<Manifest> {
  return JSON.parse((await blobs.read(digest, { verify: true })).toString('utf8')) as Manifest;
}

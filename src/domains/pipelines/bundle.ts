/** Code by path inside the bundle: bytes, or text. */
export type BundleFiles = Record<string, Uint8Array | string>;

/** A pinned set of files, named by the digest of its manifest. */
export interface Bundle {
  digest: string;
  /** The sha256 of each file by path. */
  files: Record<string, string>;
}

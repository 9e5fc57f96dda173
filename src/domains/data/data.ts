import type { Actor } from '../../kernel/actor.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { VersionDiff } from './diff-schema.ts';
import type { CheckResult, ExpectationInput } from './expectation-schema.ts';
import type { Profile } from './profile-schema.ts';
import type { RowsPage } from './row-page.ts';
import type {
  DataSource,
  Dataset,
  DatasetSpec,
  DatasetVersion,
  Ingested,
  IngestRequest,
  OpenVersion,
  Producer,
  Validation,
} from './schema.ts';

/** Rows to make a version of: Parquet files as they are, or a user's SELECT over versions of datasets (table name → reference). */
export type VersionSource =
  | { parquetPaths: readonly string[] }
  | { sql: string; inputs: Record<string, string>; timeoutMs?: number };

/** A version made inside the platform: by a step, a query, or the prediction log. */
export interface NewVersion {
  dataset: string;
  source: VersionSource;
  lineage?: { inputs?: readonly string[]; producer?: Producer };
  tags?: readonly string[];
  expectations?: readonly ExpectationInput[];
  signal?: AbortSignal;
}

/** Files that can be read as one table. */
export interface ReadableSource {
  /** A trusted SELECT of all rows, in the order of the files. */
  sql: string;
  paths: string[];
}

/** Something outside that needs versions to stay, such as a model trained on one. */
export interface DatasetUsage {
  name: string;
  /** Says who uses one of the versions, in words for the error; undefined when nobody does. */
  user(versionIds: readonly string[]): Promise<string | undefined>;
}

/**
 * Datasets and their immutable versions. A reference is `name` (its current version), `name@latest`, `name@3`, `name@tag`,
 * `name@sha256:…` (at least 6 hex digits), or the id of a version.
 */
export interface Data {
  /** Makes a version from files; with the same content as one that exists it gives that one. Fails with `invalid_data`. */
  ingest(
    actor: Actor,
    request: IngestRequest,
    options?: { signal?: AbortSignal; producer?: Producer },
  ): Promise<Ingested>;
  /** Makes a version from rows the platform made. */
  writeVersion(actor: Actor, version: NewVersion): Promise<Ingested>;
  resolve(reference: string): Promise<DatasetVersion>;
  /** The version of an id, if it exists. */
  find(id: string): Promise<DatasetVersion | undefined>;
  open(reference: string): Promise<OpenVersion>;
  /** Finds the files of a source and how to read them as one table, without making a version; fails as an ingest would. */
  look(actor: Actor, source: DataSource): Promise<ReadableSource>;

  list(page: PageRequest & { nameContains?: string | undefined }): Promise<Page<Dataset>>;
  show(name: string): Promise<Dataset>;
  /** The columns a dataset declares as personal data; `conflict` where it has no declaration that could say so. */
  personalColumns(name: string): Promise<readonly string[]>;
  versions(name: string, page: PageRequest): Promise<Page<DatasetVersion>>;
  profile(reference: string): Promise<Profile>;
  diff(from: string, to: string): Promise<VersionDiff>;
  rows(reference: string, page: PageRequest): Promise<RowsPage>;
  quarantine(reference: string, page: PageRequest): Promise<RowsPage>;

  /** Judges a version by rules without changing it; the result is kept. */
  validate(
    actor: Actor,
    request: { reference: string; expectations?: readonly ExpectationInput[]; signal?: AbortSignal },
  ): Promise<Validation & { checks: CheckResult[] }>;
  validations(name: string, page: PageRequest): Promise<Page<Validation>>;
  checks(validationId: string): Promise<CheckResult[]>;

  /** Points a tag at a version, away from where it was. */
  tag(actor: Actor, reference: string, tag: string): Promise<DatasetVersion>;
  untag(actor: Actor, name: string, tag: string): Promise<void>;
  /** Makes an older version the one the bare name means. */
  restore(actor: Actor, reference: string): Promise<DatasetVersion>;
  /** Deletes a dataset with all its versions; `in_use` while something outside needs one. */
  remove(actor: Actor, name: string): Promise<void>;
  /** Adds a keeper of versions that `remove` asks. */
  addUsage(usage: DatasetUsage): void;

  declare(actor: Actor, name: string, spec: unknown): Promise<Dataset>;
  undeclare(actor: Actor, name: string): Promise<void>;
  declared(): Promise<{ name: string; spec: DatasetSpec }[]>;
}

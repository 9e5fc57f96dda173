import type { Readable } from 'node:stream';
import type { ByteRange } from '../../blobs/index.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Filter, OrderTerm } from '../../kernel/filter/index.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { NewFolderVersion, VersionFile } from './folder-schema.ts';
import type { ImportedEntry, ImportedModel, ImportedVersion } from './import-schema.ts';
import type { Verdict } from './ports.ts';
import type {
  AliasMove,
  EvidenceDocument,
  Model,
  ModelVersion,
  NewEvidence,
  NewModel,
  NewVersion,
  PromotionTarget,
  Stage,
  StageChange,
} from './schema.ts';

/** How a version is pointed to: a number, an alias, or `latest`. */
export type VersionRef = number | string;

/** A version by its number. */
export interface VersionAt {
  model: string;
  version: number;
}

/** A promotion: why, and in an emergency past the gate. */
export interface PromotionOptions {
  reason?: string | undefined;
  /** Goes past the gate; the reason is demanded, and `gate.bypassed` is written to the ledger. */
  bypass?: boolean | undefined;
}

/** Which versions: by model, stage, training run, newest first. */
export interface VersionFilter extends PageRequest {
  model?: string | undefined;
  stage?: Stage | undefined;
  runId?: string | undefined;
  digest?: string | undefined;
  /** Also those that were deleted. */
  deleted?: boolean | undefined;
}

/** A search: a filter and an ordering in the words of `modelVocabulary` or `versionVocabulary`. */
export interface RegistrySearch extends PageRequest {
  filter?: Filter | undefined;
  orderBy?: readonly OrderTerm[] | undefined;
}

/** How to delete: with `release` what is in use goes out of use first, aliases and stages included. */
export interface DeleteOptions {
  release?: boolean | undefined;
}

/** Models by name. */
export interface Models {
  create(actor: Actor, model: NewModel): Promise<Model>;
  get(name: string): Promise<Model>;
  /** By name; `contains` narrows, without regard to case (ASCII). */
  list(query: PageRequest & { contains?: string | undefined }): Promise<Page<Model>>;
  /** By name unless ordered otherwise. */
  search(search: RegistrySearch): Promise<Page<Model>>;
  update(actor: Actor, name: string, change: { name?: string; description?: string }): Promise<Model>;
  /** Refused with `in_use` while an alias points to one of its versions, unless released. */
  delete(actor: Actor, name: string, options?: DeleteOptions): Promise<void>;
  setTags(actor: Actor, name: string, tags: Record<string, string>): Promise<void>;
  deleteTag(actor: Actor, name: string, key: string): Promise<void>;
}

/** Versions of models. */
export interface Versions {
  /** Registers content as the next version; the same digest in the same model is the same version. */
  register(actor: Actor, version: NewVersion): Promise<ModelVersion>;
  /** Registers a folder of files as the next version, always a new one; the model may have to exist. */
  registerFolder(actor: Actor, version: NewFolderVersion): Promise<ModelVersion>;
  /** Gives an `awaited` version its files, which fixes them; a version whose content is fixed stays as it is. */
  fill(actor: Actor, at: VersionAt, files: VersionFile[]): Promise<ModelVersion>;
  /** The files of a version by path, however it was registered; a single file has the name its format goes by. */
  files(at: VersionAt): Promise<VersionFile[]>;
  /** The bytes of a file, or a part of them; fails with `not_found`. */
  openFile(at: VersionAt, path: string, range?: ByteRange): Promise<{ file: VersionFile; stream: Readable }>;
  /** Fails with `not_found`. */
  get(model: string, ref: VersionRef): Promise<ModelVersion>;
  byId(id: string): Promise<ModelVersion>;
  list(filter: VersionFilter): Promise<Page<ModelVersion>>;
  /** Of all models, without deleted ones; newest changed first unless ordered otherwise. */
  search(search: RegistrySearch): Promise<Page<ModelVersion>>;
  /** The newest version of each stage, by model name; without deleted ones. */
  newestOfStages(models: readonly string[]): Promise<Map<string, ModelVersion[]>>;
  update(actor: Actor, at: VersionAt, change: { description: string }): Promise<ModelVersion>;
  /** Refused with `in_use` while an alias points to it, unless released; registering its digest again brings it back. */
  delete(actor: Actor, at: VersionAt, options?: DeleteOptions): Promise<void>;
  setTags(actor: Actor, at: VersionAt, tags: Record<string, string>): Promise<void>;
  deleteTag(actor: Actor, at: VersionAt, key: string): Promise<void>;
  attachEvidence(actor: Actor, at: VersionAt, evidence: NewEvidence): Promise<EvidenceDocument>;
  /** The newest document of each name, or with `history` all. */
  evidence(at: VersionAt, options?: { history?: boolean }): Promise<EvidenceDocument[]>;
}

/** Aliases and stages, guarded by the promotion gate, with full history. */
export interface Promotions {
  /** Fails with `gate_failed` or `approval_missing` (details: `verdict`); pointing where it points already changes nothing. */
  setAlias(
    actor: Actor,
    move: { model: string; alias: string; version: number } & PromotionOptions,
  ): Promise<{ version: ModelVersion; verdict: Verdict | null }>;
  removeAlias(actor: Actor, move: { model: string; alias: string; reason?: string | undefined }): Promise<void>;
  setStage(
    actor: Actor,
    change: {
      model: string;
      version: number;
      stage: Stage;
      /** Moves other versions of that stage to `archived` in the same commit. */
      archiveOthers?: boolean | undefined;
    } & PromotionOptions,
  ): Promise<{ version: ModelVersion; verdict: Verdict | null }>;
  /** Asks the gate without moving anything. */
  check(actor: Actor, promotion: { model: string; version: number; target: PromotionTarget }): Promise<Verdict>;
  /** Newest first. */
  aliasHistory(query: { model: string; alias?: string | undefined } & PageRequest): Promise<Page<AliasMove>>;
  stageHistory(query: { model: string; version?: number | undefined } & PageRequest): Promise<Page<StageChange>>;
  /** Which version an alias pointed to at a moment; undefined when to none. */
  aliasAt(model: string, alias: string, at: number): Promise<number | undefined>;
  /** Which versions were in a stage at a moment, newest first; those deleted by then are not. */
  stageAt(model: string, stage: Stage, at: number): Promise<number[]>;
}

/** Takes over what another server registered; the same again changes nothing. */
export interface RegistryImport {
  model(actor: Actor, model: ImportedModel): Promise<ImportedEntry>;
  /** Versions come in the order of their numbers; another version under the number is a `conflict`. */
  version(actor: Actor, version: ImportedVersion): Promise<ImportedEntry>;
}

/** Everything the registry does. */
export interface Registry {
  models: Models;
  versions: Versions;
  promotions: Promotions;
  importing: RegistryImport;
}

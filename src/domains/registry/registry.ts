import type { Actor } from '../../kernel/actor.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
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

/** Models by name. */
export interface Models {
  create(actor: Actor, model: NewModel): Promise<Model>;
  get(name: string): Promise<Model>;
  /** By name; `contains` narrows, without regard to case (ASCII). */
  list(query: PageRequest & { contains?: string | undefined }): Promise<Page<Model>>;
  update(actor: Actor, name: string, change: { name?: string; description?: string }): Promise<Model>;
  /** Refused with `in_use` while an alias points to one of its versions. */
  delete(actor: Actor, name: string): Promise<void>;
  setTags(actor: Actor, name: string, tags: Record<string, string>): Promise<void>;
  deleteTag(actor: Actor, name: string, key: string): Promise<void>;
}

/** Versions of models. */
export interface Versions {
  /** Registers content as the next version; the same digest in the same model is the same version. */
  register(actor: Actor, version: NewVersion): Promise<ModelVersion>;
  /** Fails with `not_found`. */
  get(model: string, ref: VersionRef): Promise<ModelVersion>;
  byId(id: string): Promise<ModelVersion>;
  list(filter: VersionFilter): Promise<Page<ModelVersion>>;
  update(actor: Actor, at: { model: string; version: number }, change: { description: string }): Promise<ModelVersion>;
  /** Refused with `in_use` while an alias points to it; registering its digest again brings it back. */
  delete(actor: Actor, model: string, version: number): Promise<void>;
  setTags(actor: Actor, at: { model: string; version: number }, tags: Record<string, string>): Promise<void>;
  deleteTag(actor: Actor, at: { model: string; version: number }, key: string): Promise<void>;
  attachEvidence(
    actor: Actor,
    at: { model: string; version: number },
    evidence: NewEvidence,
  ): Promise<EvidenceDocument>;
  /** The newest document of each name, or with `history` all. */
  evidence(at: { model: string; version: number }, options?: { history?: boolean }): Promise<EvidenceDocument[]>;
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
}

/** Everything the registry does. */
export interface Registry {
  models: Models;
  versions: Versions;
  promotions: Promotions;
}

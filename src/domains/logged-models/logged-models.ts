import type { Actor } from '../../kernel/actor.ts';
import type { Page } from '../../kernel/page.ts';
import type { Artifacts } from '../tracking/index.ts';
import type { ImportedLoggedModel } from './import.ts';
import type {
  LoggedModel,
  LoggedModelSearch,
  LoggedModelStatus,
  MetricsShown,
  ModelPurge,
  ModelsPurged,
  NewLoggedModel,
  NewModelMetric,
} from './schema.ts';

/** How a model is read: deleted ones too, with how many of its metric points. */
export interface LoggedModelReading {
  allowDeleted?: boolean;
  metrics?: MetricsShown;
}

/** Files of a logged model, which must exist (`not_found`); see tracking's artifacts. */
export type LoggedModelArtifacts = Pick<Artifacts, 'list' | 'stat' | 'content'>;

/** Models that runs logged, with what was measured of them. */
export interface LoggedModels {
  create(actor: Actor, model: NewLoggedModel): Promise<LoggedModel>;
  /** Fails with `not_found`, for a deleted one too unless those are allowed. */
  get(modelId: string, reading?: LoggedModelReading): Promise<LoggedModel>;
  /** Takes over a model of another server; see there. */
  take(actor: Actor, model: ImportedLoggedModel): Promise<{ id: string; isNew: boolean }>;
  finalize(actor: Actor, modelId: string, status: LoggedModelStatus): Promise<LoggedModel>;
  /** Hides the model from gets and searches; again is no error. */
  delete(actor: Actor, modelId: string): Promise<void>;
  search(search: LoggedModelSearch): Promise<Page<LoggedModel>>;
  setTags(actor: Actor, modelId: string, tags: Record<string, string>): Promise<void>;
  deleteTag(actor: Actor, modelId: string, key: string): Promise<void>;
  /** Write-once: the same value again is fine, another is a `conflict`. */
  logParams(actor: Actor, modelId: string, params: Record<string, string>): Promise<void>;
  /** Appends points; exact duplicates are dropped. */
  logMetrics(actor: Actor, modelId: string, points: readonly NewModelMetric[]): Promise<void>;
  /** Removes deleted models for good, with their files; those of a purged experiment go by themselves. */
  purge(actor: Actor, which: ModelPurge): Promise<ModelsPurged>;
  artifacts: LoggedModelArtifacts;
}

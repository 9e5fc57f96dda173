import type { Tensor } from '../../../onnx/index.ts';
import type { BatchLimits, RunCall } from '../predict/batcher.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import type { EndpointSpec } from '../schema.ts';
import type { RuntimeState } from './runtime-schema.ts';

/** A version to load, and for which endpoint. */
export interface WantedModel {
  endpoint: string;
  model: string;
  version: number;
  spec: EndpointSpec;
}

/** How many rows and runs at once a model takes. */
export type ModelLimits = Required<Pick<BatchLimits, 'maxBatchRows' | 'concurrency'>>;

/** A loaded model, wherever it computes: what every kind of runtime gives. */
export interface LoadedModel {
  /** How rows become its tensors. */
  readonly plan: ModelPlan;
  /** As they stand; they may change when a model moves to a thread of its own. */
  readonly limits: ModelLimits;
  /**
   * Computes a batch. Fails with `unavailable` (retry later), `timeout`, `limited`, or anything else for a failure of the
   * model on these rows.
   */
  predict(feeds: Record<string, Tensor>, call: RunCall): Promise<Record<string, Tensor>>;
  describe(): Pick<RuntimeState, 'kind' | 'state' | 'placement' | 'restarts' | 'reason'>;
  /** Memory it takes in bytes; 0 where it takes none of this machine. */
  memoryBytes(): number;
  /** What it printed last; empty where it is no process. */
  logs(): string[];
  close(): Promise<void>;
}

/** One kind of runtime. */
export interface RuntimeKind {
  /** Loads and warms a version; fails where it cannot answer. */
  load(want: WantedModel): Promise<LoadedModel>;
  /** Gives up what is being loaded, so that closing need not wait for it. */
  giveUp?(): void;
}

import type { Tensor, TensorType } from './tensor.ts';

/** A tensor that goes into or out of a model; a dimension is a number, a name (symbolic), or null (anything). */
export interface TensorSpec {
  name: string;
  /** An element type; other than `TensorType` for what this server cannot feed (`float16`, `sequence(...)`, …). */
  type: TensorType | (string & {});
  shape: (number | string | null)[];
}

/** What a model file says about itself. */
export interface ModelInfo {
  inputs: TensorSpec[];
  outputs: TensorSpec[];
  /** Version of each operator set by domain; the standard one is `ai.onnx`. */
  opsets: Record<string, number>;
  producer: { name: string; version: string };
  irVersion: number;
  /** Nodes of the main graph and of all graphs and functions inside it. */
  nodes: number;
  /** How often each operator occurs, `domain:op` for domains other than the standard one. */
  operators: Record<string, number>;
  metadata: Record<string, string>;
  bytes: number;
}

/** A loaded model that can be run. */
export interface OnnxSession {
  readonly inputs: TensorSpec[];
  readonly outputs: TensorSpec[];
  readonly placement: Placement;
  /**
   * Runs the model. `outputs` names those wanted, all when left out. A missing, unknown or ill-shaped feed fails with
   * `invalid_input`. In a worker the feeds' buffers are copied unless `transfer` is set, after which they are unusable.
   */
  run(
    feeds: Record<string, Tensor>,
    outputs?: readonly string[],
    options?: RunOptions,
  ): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/** Where a session computes: on the caller's thread (blocking it), or in a worker thread of its own. */
export type Placement = 'inline' | 'worker';

/** How one run treats its feeds. */
export interface RunOptions {
  /** Hand the feeds' buffers over to the worker instead of copying them. */
  transfer?: boolean;
}

/** How to load a session. */
export interface SessionOptions {
  placement?: Placement;
  /** Threads inside one operator; 1 unless batches are large and cores are idle. */
  threads?: number;
}

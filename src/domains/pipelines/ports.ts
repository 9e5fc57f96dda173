import type { z } from 'zod';
import type { Actor } from '../../kernel/actor.ts';
import type { ArtifactRef, Artifacts } from './artifact.ts';
import type { StepUsage } from './process-usage.ts';

/** What a builtin step is called with. */
export interface BuiltinCall<P = unknown> {
  params: P;
  inputs: Artifacts;
  /** Who started the run. */
  actor: Actor;
  runId: string;
  stepName: string;
  /** Unique to this try; a builtin that writes elsewhere uses it to be idempotent. */
  attemptId: string;
  /** Aborts on cancel, time limit and shutdown. */
  signal: AbortSignal;
  /** Writes one line to the step's log. */
  log(line: string): void;
}

/** What a builtin step gives back. */
export interface BuiltinResult {
  outputs?: Artifacts;
  metrics?: Record<string, number>;
}

/** A step the platform brings; it runs in the server's process and must not block it. */
export interface Builtin<P extends z.ZodType = z.ZodType> {
  name: string;
  params: P;
  /** Changes when its behaviour does: a part of the cache key. */
  version?: string;
  run(call: BuiltinCall<z.output<P>>): Promise<BuiltinResult>;
}

/** A step about to run, as ports see it. */
export interface StepContext {
  actor: Actor;
  pipeline: string;
  runId: string;
  stepName: string;
  attemptId: string;
}

/** What pipelines need of the rest of the platform; `app.ts` joins them. */
export interface PipelinePorts {
  /** A short-lived token for a step's process, with no more than the actor's permissions. */
  mintStepToken?(step: StepContext & { ttlMs: number }): Promise<string>;
  /** Opens (or finds) the tracking run of a step, for MLFLOW_RUN_ID. */
  openTrackingRun?(step: StepContext): Promise<string>;
  /** Ends the tracking run. */
  closeTrackingRun?(
    step: StepContext & { trackingRunId: string; status: 'succeeded' | 'failed' | 'cancelled' },
  ): Promise<void>;
  /** Logs what a step's processes use into its tracking run. */
  logUsage?(usage: StepUsage & { trackingRunId: string }): Promise<void>;
  /** A dataset's version by id, tag or `latest`. */
  findDataset?(name: string, version: string): Promise<ArtifactRef>;
  /** A model's version by number, alias or `latest`. */
  findModel?(name: string, version: string): Promise<ArtifactRef>;
  /** The files of a dataset or model version, on this machine's disk, for a process to read. */
  filesOf?(artifact: ArtifactRef): Promise<{ name: string; path: string }[]>;
  /** Whether a dataset or model version still exists, before a cache hit. */
  exists?(artifact: ArtifactRef): Promise<boolean>;
  /** Runs a sandboxed SELECT over dataset versions and writes the rows as a new version of a dataset. */
  writeQueryResult?(query: {
    sql: string;
    inputs: Artifacts;
    dataset: string;
    step: StepContext;
    signal: AbortSignal;
  }): Promise<ArtifactRef>;
}

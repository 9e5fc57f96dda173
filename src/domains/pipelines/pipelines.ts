import type { z } from 'zod';
import type { Actor } from '../../kernel/actor.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { Bundle, BundleFiles } from './bundle.ts';
import type { Builtin } from './ports.ts';
import type { PipelineRun, PipelineRunStep, RunFilter, RunTrigger, StepAttempt } from './run-schema.ts';
import type { ParamValue, PipelineDocument, PipelineSpec } from './schema.ts';
import type { LogChunk, LogQuery } from './step-log.ts';

/** A pipeline as it stands. */
export interface Pipeline {
  name: string;
  spec: PipelineSpec;
  /** The digest of the document. */
  version: string;
  declaredAt: string;
}

/** A schedule of a pipeline, and what it did. */
export interface ScheduleState {
  name: string;
  cron: string;
  timezone: string;
  enabled: boolean;
  nextAt?: string;
  fires: { fireAt: string; state: string; runId?: string }[];
}

/** What to start. */
export interface StartRun {
  pipeline: string;
  params?: Record<string, ParamValue>;
  trigger?: RunTrigger;
}

/** What to run again, and with which code. */
export interface RerunRequest {
  runId: string;
  /** This step and all that depend on it run again; the failed ones unless said. */
  fromStep?: string;
  /** The document the run was pinned to, or the one declared now. */
  code?: 'original' | 'latest';
}

/** The face of pipelines: declare graphs, run them, follow them. */
export interface Pipelines {
  /** Adds a step kind to the catalogue; before `open`. */
  addBuiltin<P extends z.ZodType>(builtin: Builtin<P>): void;
  /** Checks a document and fills in its defaults; fails with `invalid_pipeline`, naming the field. */
  check(document: unknown): PipelineSpec;
  declare(actor: Actor, name: string, document: PipelineDocument): Promise<Pipeline>;
  undeclare(actor: Actor, name: string): Promise<void>;
  declared(): Promise<{ name: string; spec: PipelineSpec }[]>;
  pipeline(name: string): Promise<Pipeline>;
  pipelines(page: PageRequest): Promise<Page<Pipeline>>;
  /** When a pipeline's schedules fire next, and what became of the last fire times. */
  schedules(name: string): Promise<ScheduleState[]>;
  start(actor: Actor, run: StartRun): Promise<PipelineRun>;
  cancel(actor: Actor, runId: string): Promise<PipelineRun>;
  rerun(actor: Actor, request: RerunRequest): Promise<PipelineRun>;
  run(runId: string): Promise<PipelineRun>;
  runs(filter: RunFilter): Promise<Page<PipelineRun>>;
  steps(runId: string, page: PageRequest): Promise<Page<PipelineRunStep>>;
  step(runId: string, step: string): Promise<PipelineRunStep & { tries: StepAttempt[] }>;
  /** Resolves when the run has ended. */
  wait(runId: string, signal?: AbortSignal): Promise<PipelineRun>;
  log(query: LogQuery): Promise<LogChunk>;
  /** The log from an offset, then what is written, until the step ends. */
  followLog(query: LogQuery, signal: AbortSignal): AsyncIterable<LogChunk>;
  /** Stores code as content; the digest goes into a pipeline's `bundle`. */
  putBundle(files: BundleFiles, origin?: string, actor?: Actor): Promise<Bundle>;
  /** The same over files whose bytes are stored already. */
  putBundleManifest(actor: Actor, files: Record<string, string>, origin?: string): Promise<Bundle>;
  bundle(digest: string): Promise<Bundle>;
  /** Takes up unfinished runs (adopting processes that outlived the server) and starts schedules and triggers. */
  open(): Promise<void>;
  /** Stops: no new steps, builtins get `graceMs`, processes are left for the next server to adopt. */
  drain(graceMs?: number): Promise<void>;
}

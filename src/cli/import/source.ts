import type { Readable } from 'node:stream';

/** Whether something is in use, or deleted and restorable. */
export type Lifecycle = 'active' | 'deleted';
/** Texts by key. */
export type Texts = Record<string, string>;

/** An experiment of the source; times are UTC milliseconds, here and below. */
export interface SourceExperiment {
  id: string;
  name: string;
  lifecycle: Lifecycle;
  artifactLocation: string;
  tags: Texts;
  createdAt?: number;
  updatedAt?: number;
}

/** A metric point. */
export interface SourcePoint {
  key: string;
  value: number;
  step: number;
  at: number;
}

/** A dataset that a run read. */
export interface SourceInput {
  name: string;
  digest: string;
  context: string;
  sourceType?: string;
  source?: string;
  schema?: string;
  profile?: string;
  tags?: Texts;
}

/** A run with all but its metric histories and files. */
export interface SourceRun {
  id: string;
  experimentId: string;
  name: string;
  status: 'SCHEDULED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';
  lifecycle: Lifecycle;
  startedAt: number;
  endedAt: number | null;
  deletedAt?: number;
  user: string;
  artifactUri: string;
  params: Texts;
  tags: Texts;
  /** The latest point of each metric. */
  latest: SourcePoint[];
  inputs: SourceInput[];
  modelInputs: string[];
  modelOutputs: { modelId: string; step: number }[];
}

/** A metric point of a logged model. */
export interface SourceModelPoint extends SourcePoint {
  runId: string;
  datasetName: string;
  datasetDigest: string;
}

/** A model that a run logged. */
export interface SourceLoggedModel {
  id: string;
  experimentId: string;
  name: string;
  type: string;
  status: 'UNSPECIFIED' | 'PENDING' | 'READY' | 'FAILED';
  lifecycle: Lifecycle;
  sourceRunId: string;
  artifactUri: string;
  params: Texts;
  tags: Texts;
  points: SourceModelPoint[];
  createdAt: number;
  updatedAt: number;
}

/** A registered model or prompt. */
export interface SourceModel {
  name: string;
  description: string;
  tags: Texts;
  aliases: Record<string, number>;
  isPrompt: boolean;
  createdAt: number;
  updatedAt: number;
}

/** A version of a registered model. */
export interface SourceVersion {
  model: string;
  number: number;
  /** Where it was registered from, in the client's words. */
  source: string;
  /** Where its files are. */
  location: string;
  runId: string;
  modelId: string;
  runLink: string;
  description: string;
  stage: 'none' | 'staging' | 'production' | 'archived';
  tags: Texts;
  createdAt: number;
}

/** Whose files to read. */
export interface FileOwner {
  kind: 'run' | 'logged-model' | 'version';
  id: string;
  uri: string;
}

/** A file of an owner, by its path there. */
export interface SourceFile {
  path: string;
  bytes: number;
  open(): Promise<Readable>;
}

/** Something of the source that is not taken over. */
export interface Unread {
  what: string;
  reason: string;
}

/** Says why something of the source cannot be read; the rest goes on. */
export class Unreadable extends Error {}

/** An MLflow tracking store with its registry and files, read piece by piece; everything comes oldest first. */
export interface MlflowSource {
  experiments(): AsyncIterable<SourceExperiment>;
  /** Undefined where counting would take reading all of them. */
  countRuns(experimentId: string): Promise<number | undefined>;
  runs(experimentId: string): AsyncIterable<SourceRun>;
  /** Every metric point of a run. */
  points(run: SourceRun): AsyncIterable<SourcePoint>;
  loggedModels(experimentId: string): AsyncIterable<SourceLoggedModel>;
  models(): AsyncIterable<SourceModel>;
  versions(model: SourceModel): AsyncIterable<SourceVersion>;
  /** Throws `Unreadable` where the files lie out of reach; `skipped` hears of files that are left out. */
  files(owner: FileOwner, skipped: (one: Unread) => void): AsyncIterable<SourceFile>;
  /** What the source holds and this command never takes. */
  unread(): Promise<Unread[]>;
  close(): Promise<void>;
}

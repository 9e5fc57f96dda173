import type { Artifacts } from './artifact.ts';
import type { Failure } from './machine.ts';
import type { StepContext } from './ports.ts';
import type { StepSpec } from './schema.ts';
import type { Lookup } from './template.ts';

/** One try of a step, ready to be run: everything is resolved but what depends on where it runs. */
export interface Work {
  /** Deterministic: submitting it twice must not run it twice. */
  externalId: string;
  context: StepContext;
  attempt: number;
  /** Where it stands in the run's order. */
  index: number;
  step: StepSpec;
  params: Record<string, unknown>;
  inputs: Artifacts;
  bundle: string | undefined;
  /** Resolves `{{ … }}` of params, steps, run and trigger. */
  lookup: Lookup;
}

/** How an attempt ended. */
export type Outcome =
  | { kind: 'succeeded'; outputs: Artifacts; metrics?: Record<string, number>; exit?: number }
  | { kind: 'failed'; failure: Failure; exit?: number }
  | { kind: 'cancelled' };

/** Why an attempt is stopped. `shutdown` means the server goes; the step itself is wanted. */
export type StopReason = 'cancelled' | 'timeout' | 'shutdown';

/** An attempt under way. */
export interface Execution {
  /** What finds it again after a restart, once it runs; nothing when it cannot be found again. */
  handle: Promise<string | undefined> | undefined;
  outcome: Promise<Outcome>;
  stop(reason: StopReason): void;
}

/** Where steps run. A backend far away (Ray, Kubernetes) has the same four verbs. */
export interface Executor {
  readonly name: string;
  /** How many attempts of it may be under way at once, from this server. */
  readonly slots: number;
  /** Starts an attempt; the intent is stored before. Never throws: what goes wrong is the outcome. */
  submit(work: Work): Execution;
  /** Finds an attempt an earlier server started; nothing when it is lost. */
  adopt(work: Work, handle: string | undefined): Promise<Execution | undefined>;
  /** Lets go of what runs, without stopping it, where it can be adopted later. */
  detach(): void;
}

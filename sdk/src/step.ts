/** What a TypeScript step's function is given. */
export interface StepCall<P = Record<string, unknown>> {
  /** The step's parameters, resolved. */
  params: P;
  /** The step's inputs by name: values as they are, files as paths, dataset versions as their Parquet files. */
  inputs: Record<string, unknown>;
  /** Aborted when the step is cancelled or out of time. */
  signal: AbortSignal;
  log(line: string): void;
}

/** A step's function: what it returns are the step's outputs by name. */
export type Step<P = Record<string, unknown>> = (
  call: StepCall<P>,
) => Promise<Record<string, unknown> | undefined> | Record<string, unknown> | undefined;

/** Declares a TypeScript step with typed parameters: `export default defineStep<{ rows: number }>(async ({ params }) => …)`. */
export function defineStep<P = Record<string, unknown>>(step: Step<P>): Step<P> {
  return step;
}

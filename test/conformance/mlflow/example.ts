import type { ServerProcess } from '../../support/server-process.ts';
import type { Tally } from './suite-run.ts';

/** Runs `examples/sklearn-with-mlflow` as a user would. */
export async function runExample(_options: { python: string; server: ServerProcess; label: string }): Promise<Tally> {
  return { passed: 0, failed: 0 };
}

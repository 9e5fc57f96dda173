import { messageOf } from '../../kernel/errors.ts';
import type { MlflowApi } from '../import/mlflow-api.ts';
import { MlflowApiError } from '../import/mlflow-api.ts';
import { noteMiss, type Report } from '../import/report.ts';
import type { MlflowSource } from '../import/source.ts';
import type { Progress } from '../progress.ts';

/** What an export works with. */
export interface Export {
  source: MlflowSource;
  /** The server that everything goes to. */
  target: MlflowApi;
  /** Where the source is, for the tags that say where something came from. */
  from: string;
  report: Report;
  wants(name: string): boolean;
  models: boolean;
  artifacts: boolean;
  startProgress(total: number): Promise<Progress>;
}

/** The tags by which an export finds again what it made. */
export const originTags = {
  run: 'tidemill.origin.run',
  model: 'tidemill.origin.model',
  version: 'tidemill.origin.version',
  url: 'tidemill.origin.url',
} as const;

/** Whether a server refused what was sent, and not the one who sent it. */
export function isRefused(error: unknown): error is MlflowApiError {
  return (
    error instanceof MlflowApiError && error.status >= 400 && error.status < 500 && ![401, 403].includes(error.status)
  );
}

/** Does something; that the server refuses it is reported, and gives undefined. */
export async function orReport<T>(report: Report, what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isRefused(error)) throw error;
    noteMiss(report, what, messageOf(error));
    return undefined;
  }
}

/** Does something that finds; nothing where the server has no such thing. */
export async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MlflowApiError && error.status === 404) return undefined;
    throw error;
  }
}

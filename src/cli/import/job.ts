import type { Client } from '@tidemill/sdk';
import type { Progress } from '../progress.ts';
import type { Report } from './report.ts';
import type { MlflowSource } from './source.ts';

/** What an import works with. */
export interface Import {
  source: MlflowSource;
  client: Client;
  report: Report;
  /** Which experiments, by name; with it no registered models are taken but those whose versions come from these. */
  wants(name: string): boolean;
  /** Whether registered models are taken. */
  models: boolean;
  artifacts: boolean;
  startProgress(total: number): Promise<Progress>;
}

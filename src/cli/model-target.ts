import type { Client } from '@tidemill/sdk';
import { UsageError } from './context.ts';

/** The number of a version given as a number, an alias or `latest`. */
export async function versionNumber(client: Client, model: string, version: string): Promise<number> {
  if (/^\d+$/.test(version)) return Number(version);
  return (await client.get('/api/v1/models/{model}/versions/{version}', { model, version })).number;
}

/** An alias or a stage as a promotion's target. */
export interface TargetOptions {
  alias?: string;
  stage?: string;
}

/** The target that `--alias` or `--stage` name. */
export function targetOf({ alias, stage }: TargetOptions): never {
  if ((alias === undefined) === (stage === undefined)) throw new UsageError('Give --alias or --stage.');
  return (alias === undefined ? { kind: 'stage', name: stage } : { kind: 'alias', name: alias }) as never;
}

import { type Client, createClient, TidemillApiError } from '@tidemill/sdk';
import { CommanderError } from 'commander';
import { messageOf, TidemillError } from '../kernel/errors.ts';
import { stringifyJson } from '../kernel/json.ts';
import { colour, harmless } from './output.ts';

/** Options every command that talks to a server takes. */
export interface CommonOptions {
  url?: string;
  token?: string;
  json?: boolean;
}

/** The client for a command: `--url`/`TIDEMILL_URL`, `--token`/`TIDEMILL_TOKEN`. */
export function clientOf(options: CommonOptions): Client {
  const url = options.url ?? process.env['TIDEMILL_URL'] ?? 'http://127.0.0.1:7070';
  return createClient({ url, token: options.token ?? process.env['TIDEMILL_TOKEN'] });
}

/** A wrong use of the command line: exit code 2. */
export class UsageError extends Error {}

/** Tells an error on standard error (as JSON with `--json`) and gives the exit code: 2 for wrong use, 1 for the rest. */
export function tell(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (json)
      process.stderr.write(
        `${stringifyJson({ error: { code: 'usage', message: error.message.replace(/^error: /, '') } })}\n`,
      );
    return 2;
  }
  const { code, details } = describe(error);
  if (json) {
    const document = { error: { code, message: messageOf(error), ...details } };
    process.stderr.write(`${stringifyJson(document)}\n`);
  } else {
    process.stderr.write(`${colour.red('error')} ${harmless(messageOf(error))}\n`);
    const { cure } = details as { cure?: string };
    if (cure && !messageOf(error).includes(cure)) process.stderr.write(`      ${cure}\n`);
  }
  const usage = error instanceof UsageError || code === 'invalid_setting';
  return usage ? 2 : 1;
}

function describe(error: unknown): { code: string; details: Record<string, unknown> } {
  if (error instanceof TidemillError || error instanceof TidemillApiError)
    return { code: error.code, details: error.details };
  return { code: error instanceof UsageError ? 'usage' : 'failure', details: {} };
}

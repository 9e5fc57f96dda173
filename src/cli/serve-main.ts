import { parseArgs } from 'node:util';
import { messageOf } from '../kernel/errors.ts';
import { serve } from './serve.ts';

// What an image runs: `tidemill serve` without the rest of the command line. Settings are variables; a first word `serve`, as
// SageMaker gives it, means nothing.
const { positionals } = parseArgs({ args: process.argv.slice(2), allowPositionals: true });
const folder = positionals.find((word) => word !== 'serve') ?? process.env['TIDEMILL_PACKAGE'] ?? '.';

try {
  await serve(folder, {});
} catch (error) {
  process.stderr.write(`error ${messageOf(error)}\n`);
  process.exitCode = 1;
}

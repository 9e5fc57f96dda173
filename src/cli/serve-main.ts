import { parseArgs } from 'node:util';
import { messageOf } from '../kernel/errors.ts';
import { check, serve } from './serve.ts';

// What an image runs: `tidemill serve` without the rest of the command line. Settings are variables; a first word `serve`, as
// SageMaker gives it, means nothing. `--check` loads the endpoint, asks whether it is ready, and ends.
const options = { check: { type: 'boolean' } } as const;
const { positionals, values } = parseArgs({ args: process.argv.slice(2), allowPositionals: true, options });
const folder = positionals.find((word) => word !== 'serve') ?? process.env['TIDEMILL_PACKAGE'] ?? '.';

try {
  await (values.check ? check(folder) : serve(folder, {}));
} catch (error) {
  process.stderr.write(`error ${messageOf(error)}\n`);
  process.exitCode = 1;
}

import type { Command } from 'commander';
import { flagOf, settingsSchema } from '../../settings.ts';
import { colour, print } from '../output.ts';
import { settleMemory } from '../settle.ts';

/** Adds `server` and `doctor`; the flags of `server` are the settings. */
export function addServerCommands(program: Command): void {
  const server = program
    .command('server')
    .description('run the server: API, web page, scheduler and serving')
    .option('--json', 'print the address as one JSON object when ready');
  for (const [name, schema] of Object.entries(settingsSchema.shape)) {
    const isFlag = ['auth', 'allowPrivateAddresses', 'allowProcessRuntimes'].includes(name);
    server.option(`${flagOf(name)}${isFlag ? '' : ' <value>'}`, schema.description ?? '');
  }
  server.action(async (options: Record<string, unknown>) => runServer(options));
  program
    .command('doctor')
    .description('check this machine and the home folder, and say what to do')
    .option('--home <folder>', 'the home folder to check')
    .option('--json', 'answer as JSON')
    .action(async (options: { home?: string; json?: boolean }) => {
      const { examine } = await import('../doctor.ts');
      const findings = await examine(options.home);
      print(findings, options, () =>
        findings
          .map(
            (one) =>
              `${one.ok ? colour.green('ok  ') : colour.red('bad ')} ${one.check}: ${one.found}${one.cure ? `\n       ${one.cure}` : ''}`,
          )
          .join('\n'),
      );
      process.exitCode = findings.every((one) => one.ok) ? 0 : 1;
    });
}

async function runServer({ json, ...flags }: Record<string, unknown>) {
  const { readSettings } = await import('../../settings.ts');
  const settings = readSettings({ flags });
  const { startServer } = await import('../../app.ts');
  const server = await startServer(settings, { environment: process.env });
  const ready = {
    url: server.url,
    home: settings.home,
    pid: process.pid,
    ...(server.adminToken ? { adminToken: server.adminToken } : {}),
  };
  print(ready, { json: json === true }, () => {
    const token = server.adminToken ? `\nAdmin token, shown this once: ${colour.bold(server.adminToken)}` : '';
    return `Tidemill listens on ${colour.bold(server.url)} (home: ${settings.home})${token}`;
  });
  settleMemory();
  let stops = 0;
  const stop = () => {
    if (++stops > 1) process.exit(1);
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

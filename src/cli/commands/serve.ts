import type { Command } from 'commander';
import { serveSettingsSchema } from '../../app/serve/serve-settings.ts';
import { flagOf } from '../../settings.ts';

const isFlag = (name: string) => name === 'allowPrivateAddresses';

/** Adds `serve`; its flags are its settings. */
export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('answer for a packaged endpoint, without a server: no database, nothing written')
    .argument('<folder>', "what 'tidemill endpoint package' wrote")
    .option('--json', 'print the addresses as one JSON object when ready');
  for (const [name, schema] of Object.entries(serveSettingsSchema.shape)) {
    command.option(`${flagOf(name)}${isFlag(name) ? '' : ' <value>'}`, schema.description ?? '');
  }
  command.action(async (folder: string, options: Record<string, unknown>) => {
    const { serve } = await import('../serve.ts');
    await serve(folder, options);
  });
}

import type { Command } from 'commander';
import { type CommonOptions, clientOf } from '../context.ts';
import { durationOf } from '../duration.ts';
import { type ListOptions, printList, readList, withList, wordOf } from '../list.ts';
import { colour, print, when } from '../output.ts';
import { bytesText } from '../progress.ts';
import { withServer } from './project.ts';

/** Adds `token …`, `webhook …`, `backup` and `restore`. */
export function addAdminCommands(program: Command): void {
  addTokens(program.command('token').description('service tokens'));
  addWebhooks(program.command('webhook').description('webhooks'));
  addBackup(program);
}

interface NewTokenOptions extends CommonOptions {
  permission: string[];
  ttl?: number;
  rate?: number;
  burst?: number;
}

function addTokens(token: Command): void {
  withServer(token.command('create'))
    .description('make a service token; its secret is shown this once')
    .argument('<name>', 'what it is for')
    .requiredOption('--permission <permission>', 'such as models.read or data.*; may be repeated', wordOf)
    .option('--ttl <duration>', 'how long it is valid: 30m, 12h, 90d; without end unless given', durationOf)
    .option('--rate <requests>', 'how many requests a second it may send, such as 50 or 0.5; more answer 429', Number)
    .option('--burst <requests>', 'how many of them at once; as many as in a second unless given', Number)
    .action(async (name: string, options: NewTokenOptions) => {
      const { permission: permissions, ttl, rate, burst } = options;
      const rateLimit = { requestsPerSecond: rate!, ...(burst !== undefined && { burst }) };
      const limited = rate !== undefined || burst !== undefined;
      const asked = { name, permissions, ...(ttl && { ttlMs: ttl }), ...(limited && { rateLimit }) };
      print(
        await clientOf(options).post('/api/v1/tokens', asked),
        options,
        ({ token: made, secret }) =>
          `${colour.bold(secret)}\nShown this once. Token ${made.id} (${made.name}) may: ${made.permissions.join(', ')}.`,
      );
    });
  withList(token.command('list'))
    .description('list tokens, newest first')
    .action(async (options: ListOptions) => {
      const page = await readList(options, (at) => clientOf(options).get('/api/v1/tokens', at));
      printList(page, options, [
        { title: 'token', show: (one) => one.id },
        { title: 'name', show: (one) => one.name },
        { title: 'kind', show: (one) => one.kind },
        { title: 'may', show: (one) => one.permissions.join(', ') },
        { title: 'a second', show: (one) => (one.rateLimit ? String(one.rateLimit.requestsPerSecond) : '') },
        { title: 'made', show: (one) => when(one.createdAt) },
        { title: 'until', show: (one) => (one.revokedAt ? `revoked ${when(one.revokedAt)}` : when(one.expiresAt)) },
      ]);
    });
  withServer(token.command('revoke'))
    .description('revoke a token at once')
    .argument('<token>', 'its id')
    .action(async (id: string, options: CommonOptions) => {
      await clientOf(options).delete('/api/v1/tokens/{id}', { id });
      print({ revoked: id }, options, () => `Token ${id} is revoked.`);
    });
}

function addWebhooks(webhook: Command): void {
  withList(webhook.command('list'))
    .description('list webhooks by name')
    .action(async (options: ListOptions) => {
      const page = await readList(options, (at) => clientOf(options).get('/api/v1/webhooks', at));
      printList(page, options, [
        { title: 'name', show: (one) => one.name },
        { title: 'enabled', show: (one) => (one.enabled ? 'yes' : 'no') },
        { title: 'events', show: (one) => one.events.join(', ') },
        { title: 'url', show: (one) => one.url },
      ]);
    });
  withServer(webhook.command('test'))
    .description('send a test event now; exits 1 unless it is taken')
    .argument('<webhook>', 'its name')
    .action(async (name: string, options: CommonOptions) => {
      const sent = await clientOf(options).post('/api/v1/webhooks/{name}/test', { name });
      print(sent, options, ({ state, status, durationMs, error }) =>
        state === 'delivered'
          ? `Taken with ${status} in ${durationMs} ms.`
          : `Not taken: ${error ?? `status ${status}`}.`,
      );
      if (sent.state !== 'delivered') process.exitCode = 1;
    });
}

interface HomeOptions {
  home?: string;
  json?: boolean;
}

function addBackup(program: Command): void {
  program
    .command('backup')
    .description('copy a home folder into an empty folder, also while its server runs')
    .argument('<folder>', 'where to; made when it does not exist')
    .option('--home <folder>', 'the home folder (TIDEMILL_HOME)')
    .option('--json', 'answer as JSON')
    .action(async (folder: string, options: HomeOptions) => {
      const { resolve } = await import('node:path');
      const { readSettings } = await import('../../settings.ts');
      const { backupHome } = await import('../../app/backup.ts');
      const made = await backupHome(readSettings({ flags: { home: options.home } }), resolve(folder));
      print(made, options, () => `Copied ${made.files} files (${bytesText(made.bytes)}) to ${made.folder}.`);
    });
  program
    .command('restore')
    .description('make a home folder out of a backup, and check its ledger')
    .argument('<backup>', 'the folder that `backup` wrote')
    .option('--home <folder>', 'the new home folder: empty or missing (TIDEMILL_HOME)')
    .option('--json', 'answer as JSON')
    .action(async (backup: string, options: HomeOptions) => {
      const { resolve } = await import('node:path');
      const { readSettings } = await import('../../settings.ts');
      const { restoreHome } = await import('../../app/backup.ts');
      const { verifyHome } = await import('../../app/verify-home.ts');
      const settings = readSettings({ flags: { home: options.home } });
      const restored = await restoreHome(resolve(backup), settings.home);
      const ledger = await verifyHome(settings);
      print({ ...restored, ledger }, options, () => {
        const said = ledger.ok
          ? 'Its ledger is whole.'
          : colour.red('Its ledger was changed; see `tidemill audit verify`.');
        return `Restored the backup of ${when(restored.madeAt)} to ${restored.folder}. ${said}`;
      });
      if (!ledger.ok) process.exitCode = 1;
    });
}

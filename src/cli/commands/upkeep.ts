import type { OutputOf } from '@tidemill/sdk';
import type { Command } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { durationOf } from '../duration.ts';
import { pairOf, wordOf } from '../list.ts';
import { colour, print, table } from '../output.ts';
import { bytesText } from '../progress.ts';
import { withServer } from './project.ts';

interface DryOptions extends CommonOptions {
  dryRun?: boolean;
}

const dayMs = 86_400_000;

/** Adds `folder …`, `purge`, `retention` and `gc`: keeping a server tidy. */
export function addUpkeepCommands(program: Command): void {
  addFolders(program.command('folder').description('folders of experiments: list, settings, move'));
  addPurge(program);
  withServer(program.command('retention'))
    .description('apply the retention rules of all folders now (the server does it every hour)')
    .option('--dry-run', 'only say what would go')
    .action(async (options: DryOptions) => {
      const done = await clientOf(options).post('/api/v1/retention', { dryRun: options.dryRun === true });
      print(done, options, (report) => {
        const would = report.dryRun ? ' would be' : '';
        return `${many(report.deletedRuns, 'run')}${would} deleted.\n${purgedText({ ...report, runs: report.purgedRuns, models: report.purgedModels, experiments: report.purgedExperiments })}`;
      });
    });
  addCollection(program);
}

interface SettingsOptions extends CommonOptions {
  description?: string;
  tag?: Record<string, string>;
  artifacts?: string;
  deleteEndedAfter?: number;
  purgeDeletedAfter?: number;
  clear?: boolean;
}

function addFolders(folder: Command): void {
  withServer(folder.command('list'))
    .description('list the folders right below one')
    .argument('[folder]', 'the top unless given', '')
    .action(async (path: string, options: CommonOptions) => {
      const { items } = await clientOf(options).get('/api/v1/folders', { path });
      print(items, options, (all) =>
        table(all, [
          { title: 'folder', show: (one) => one.path },
          { title: 'experiments', show: (one) => String(one.experiments) },
        ]),
      );
    });
  withServer(folder.command('settings'))
    .description('show what holds in a folder, or say more for everything below it')
    .argument('<folder>', 'such as team/credit; / for the top')
    .option('--description <text>', 'what it is for')
    .option('--tag <key=value>', 'given to new experiments below; may be repeated', pairOf)
    .option('--artifacts <location>', 'where new experiments below keep their artifacts')
    .option('--delete-ended-after <duration>', 'delete runs that ended so long ago, such as 90d', durationOf)
    .option('--purge-deleted-after <duration>', 'remove for good what was deleted so long ago, such as 30d', durationOf)
    .option('--clear', 'forget all that this folder says itself')
    .action(async (given: string, options: SettingsOptions) => {
      const client = clientOf(options);
      const path = given === '/' ? '' : given;
      const { own } = await client.get('/api/v1/folders/settings', { path });
      const settings = options.clear ? {} : withChanges(own, options);
      const isSame = JSON.stringify(settings) === JSON.stringify(own);
      const shown = isSame
        ? await client.get('/api/v1/folders/settings', { path })
        : await client.put('/api/v1/folders/settings', { path, settings });
      print(shown, options, showSettings);
    });
  withServer(folder.command('move'))
    .description('move a folder: every experiment below it is renamed, or none')
    .argument('<from>', 'a folder')
    .argument('<to>', 'its new place')
    .action(async (from: string, to: string, options: CommonOptions) => {
      const moved = await clientOf(options).post('/api/v1/folders/move', { from, to });
      print(moved, options, ({ experiments }) =>
        experiments === 1 ? `1 experiment is below ${to} now.` : `${experiments} experiments are below ${to} now.`,
      );
    });
}

type Settings = OutputOf<'/api/v1/folders/settings', 'get'>;

/** Rounded down to none, a rule would take everything at once. */
function wholeDays(ms: number): number {
  if (ms % dayMs === 0) return ms / dayMs;
  throw new UsageError('A folder counts in whole days, such as 90d.');
}

function withChanges(own: Settings['own'], options: SettingsOptions): Settings['own'] {
  const days = (ms: number | undefined) => (ms === undefined ? undefined : wholeDays(ms));
  const deleteEndedAfterDays = days(options.deleteEndedAfter);
  const purgeDeletedAfterDays = days(options.purgeDeletedAfter);
  const retention = {
    ...own.retention,
    ...(deleteEndedAfterDays !== undefined && { deleteEndedAfterDays }),
    ...(purgeDeletedAfterDays !== undefined && { purgeDeletedAfterDays }),
  };
  return {
    ...own,
    ...(options.description !== undefined && { description: options.description }),
    ...(options.tag && { tags: { ...own.tags, ...options.tag } }),
    ...(options.artifacts !== undefined && { artifactLocation: options.artifacts }),
    ...(Object.keys(retention).length > 0 && { retention }),
  };
}

function showSettings({ effective, from }: Settings): string {
  const { tags = {}, retention = {}, ...texts } = effective;
  const rows = [
    ...Object.entries(texts).map(([name, value]) => ({ name, value: String(value) })),
    ...Object.entries(tags).map(([key, value]) => ({ name: `tags.${key}`, value })),
    ...Object.entries(retention).map(([key, value]) => ({
      name: `retention.${key}`,
      value: value === null ? 'never' : `${value} days`,
    })),
  ];
  if (rows.length === 0) return 'Nothing is said here or above.';
  return table(rows, [
    { title: 'setting', show: (one) => one.name },
    { title: 'value', show: (one) => one.value },
    { title: 'from', show: (one) => from[one.name] || '/' },
  ]);
}

interface PurgeOptions extends DryOptions {
  run?: string[];
  experiment?: string[];
  deletedBefore?: number;
  yes?: boolean;
}

function addPurge(program: Command): void {
  withServer(program.command('purge'))
    .description('remove for good what was deleted: runs and experiments with all they logged')
    .option('--run <id>', 'only this run; may be repeated', wordOf)
    .option('--experiment <name>', 'only this experiment and its runs; may be repeated', wordOf)
    .option('--deleted-before <duration>', 'only what was deleted so long ago, such as 30d', durationOf)
    .option('--dry-run', 'only say what would go')
    .option('--yes', 'really; without it nothing is removed')
    .action(async (options: PurgeOptions) => {
      if (!options.yes && !options.dryRun) throw new UsageError('This cannot be undone: add --yes, or --dry-run.');
      const client = clientOf(options);
      const which = {
        dryRun: options.dryRun === true,
        ...(options.deletedBefore !== undefined && { deletedBefore: Date.now() - options.deletedBefore }),
      };
      const some = {
        ...(options.run && { runs: options.run }),
        ...(options.experiment && { experiments: options.experiment }),
      };
      const isAll = Object.keys(some).length === 0;
      const { models, ...files } = isAll
        ? await client.post('/api/v1/logged-models/purge', which)
        : { models: 0, artifacts: 0, artifactBytes: 0 };
      const purged = await client.post('/api/v1/purge', { ...which, ...some });
      purged.artifacts += files.artifacts;
      purged.artifactBytes += files.artifactBytes;
      print({ ...purged, models }, options, purgedText);
    });
}

type Purged = OutputOf<'/api/v1/purge', 'post'> & { models: number };

function purgedText({ dryRun, runs, models, experiments, artifacts, artifactBytes }: Purged): string {
  const verb = dryRun ? 'would be removed' : 'are removed';
  const hint = dryRun || artifacts === 0 ? '' : `\n${colour.dim("'tidemill gc' gives the disk back.")}`;
  const what = `${many(runs, 'run')}, ${many(models, 'logged model')} and ${many(experiments, 'experiment')}`;
  return `${what} ${verb}, with ${many(artifacts, 'artifact')} (${bytesText(artifactBytes)}).${hint}`;
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

interface CollectOptions extends DryOptions {
  olderThan?: number;
}

function addCollection(program: Command): void {
  withServer(program.command('gc'))
    .description('remove stored content that nothing refers to any more')
    .option('--older-than <duration>', 'only content that came so long ago; a day unless given', durationOf)
    .option('--dry-run', 'only count')
    .action(async (options: CollectOptions) => {
      const collected = await clientOf(options).post('/api/v1/garbage', {
        dryRun: options.dryRun === true,
        ...(options.olderThan !== undefined && { minAgeMs: options.olderThan }),
      });
      print(collected, options, (one) =>
        [
          `${one.unused} of ${one.stored} contents ${one.dryRun ? 'would be' : 'are'} removed: ${bytesText(one.unusedBytes)} of ${bytesText(one.storedBytes)}.`,
          ...(one.young > 0 ? [`${one.young} more (${bytesText(one.youngBytes)}) are unused, but too young.`] : []),
        ].join('\n'),
      );
    });
}

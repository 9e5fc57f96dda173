import type { Client } from '@tidemill/sdk';
import type { Command } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { type ListOptions, printList, readList, withList } from '../list.ts';
import { colour, print, when } from '../output.ts';
import { withServer } from './project.ts';

/** Adds `model history` and `model at`. */
export function addHistory(model: Command): void {
  addMoves(model);
  addAt(model);
}

interface HistoryOptions extends ListOptions {
  alias?: string;
  stages?: boolean;
}

function addMoves(model: Command): void {
  withList(model.command('history'))
    .description('show every move of the aliases, or every change of stage, newest first')
    .argument('<model>', 'its name')
    .option('--alias <alias>', 'only this one')
    .option('--stages', 'the changes of stage')
    .action((name: string, options: HistoryOptions) =>
      options.stages ? showStages(name, options) : showAliases(name, options),
    );
}

async function showAliases(name: string, options: HistoryOptions): Promise<void> {
  const filter = { model: name, ...(options.alias && { alias: options.alias }) };
  const client = clientOf(options);
  const page = await readList(options, (at) =>
    client.get('/api/v1/models/{model}/alias-history', { ...filter, ...at }),
  );
  printList(page, options, [
    { title: 'when', show: (one) => when(one.at) },
    { title: 'alias', show: (one) => one.alias },
    { title: 'from', align: 'right', show: (one) => String(one.from ?? '–') },
    { title: 'to', align: 'right', show: (one) => String(one.to ?? '–') },
    { title: 'by', show: (one) => one.actorName },
    { title: 'reason', show: (one) => reasonOf(one) },
  ]);
}

async function showStages(name: string, options: HistoryOptions): Promise<void> {
  if (options.alias) throw new UsageError('Either --alias or --stages.');
  const client = clientOf(options);
  const page = await readList(options, (at) =>
    client.get('/api/v1/models/{model}/stage-history', { model: name, ...at }),
  );
  printList(page, options, [
    { title: 'when', show: (one) => when(one.at) },
    { title: 'version', align: 'right', show: (one) => String(one.version) },
    { title: 'from', show: (one) => one.from },
    { title: 'to', show: (one) => one.to },
    { title: 'by', show: (one) => one.actorName },
    { title: 'reason', show: (one) => reasonOf(one) },
  ]);
}

function reasonOf({ reason, bypassed }: { reason: string; bypassed: boolean }): string {
  return `${reason}${bypassed ? ' (gates bypassed)' : ''}`;
}

interface AtOptions extends CommonOptions {
  alias?: string;
  stage?: string;
  on?: string;
}

const dayMs = 86_400_000;

function addAt(model: Command): void {
  withServer(model.command('at'))
    .description('say which version an alias pointed to, or which were in a stage, at a moment of the past')
    .argument('<model>', 'its name')
    .option('--alias <alias>', 'such as production')
    .option('--stage <stage>', 'none, staging, production or archived')
    .option('--on <when>', 'a day (its end, in UTC) such as 2026-05-03, or a moment such as 2026-05-03T12:00:00Z; now')
    .action(async (name: string, options: AtOptions) => {
      const { alias, stage } = options;
      if ((alias === undefined) === (stage === undefined)) throw new UsageError('Say --alias or --stage.');
      const at = momentOf(options.on);
      const client = clientOf(options);
      const versions =
        alias === undefined
          ? await inStage(client, { name, stage: stage!, at })
          : await ofAlias(client, { name, alias, at });
      const what = alias === undefined ? `in ${stage}` : `${name}@${alias}`;
      const said = { model: name, ...(alias === undefined ? { stage } : { alias }), at, versions };
      print(said, options, () => {
        const shown = versions.length > 0 ? `version ${colour.bold(versions.join(', '))}` : 'no version';
        return alias === undefined ? `${name}: ${shown} was ${what} at ${at}.` : `${what} was ${shown} at ${at}.`;
      });
    });
}

/** A day means its last moment: what was so when it ended; the current day, now. */
function momentOf(on: string | undefined): string {
  const now = Date.now();
  if (on === undefined) return new Date(now).toISOString();
  const isDay = /^\d{4}-\d\d-\d\d$/.test(on);
  const hasZone = /T.*(?:Z|[+-]\d\d:?\d\d)$/i.test(on);
  const at = isDay || hasZone ? Date.parse(on) : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(`'${on}' is neither a day such as 2026-05-03 nor a moment with its time zone.`);
  return new Date(isDay ? Math.min(at + dayMs - 1, Math.max(now, at)) : at).toISOString();
}

async function ofAlias(client: Client, { name, alias, at }: { name: string; alias: string; at: string }) {
  const path = '/api/v1/models/{model}/aliases/{alias}/at';
  const { version } = await client.get(path, { model: name, alias, at });
  return version === null ? [] : [version];
}

async function inStage(client: Client, { name, stage, at }: { name: string; stage: string; at: string }) {
  const path = '/api/v1/models/{model}/stages/{stage}/at';
  return (await client.get(path, { model: name, stage: stage as 'none', at })).versions;
}

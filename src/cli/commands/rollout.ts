import type { Client } from '@tidemill/sdk';
import { type Command, Option } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { type ListOptions, printList, readList, withList } from '../list.ts';
import { versionNumber } from '../model-target.ts';
import { print, when } from '../output.ts';
import { planWith, readPlan, strategies } from '../rollout-plan.ts';
import { type Decision, type Rollout, showRollout } from '../show-rollout.ts';
import { watchRollout } from '../watch-rollout.ts';
import { withServer } from './project.ts';

interface StartOptions extends CommonOptions {
  strategy?: (typeof strategies)[number];
  plan?: string;
  confirm?: boolean;
  watch?: boolean;
  follow?: boolean;
  reason?: string;
  force?: boolean;
  skipAnalysis?: boolean;
}

const verbs = {
  confirm: 'let a paused rollout go on',
  pause: 'hold a rollout in its step; traffic stays as it is',
  resume: 'let a held rollout go on in its step',
  abort: 'take the candidate back',
  promote: 'give the candidate all traffic now',
} as const;

const which = ['<endpoint-or-rollout>', 'the endpoint whose rollout is meant, or the id of the rollout'] as const;

/** Adds the verbs of rollouts to `endpoint`: as `rollout <verb>`, the commonest also directly. */
export function addRolloutCommands(endpoint: Command): void {
  const rollout = endpoint
    .command('rollout')
    .description('roll a version out; the judge takes it back by itself when it is worse');
  addStart(rollout);
  addLooks(rollout);
  for (const [verb, description] of Object.entries(verbs)) addVerb(rollout, verb, description);
  addList(endpoint);
  for (const verb of ['promote', 'abort', 'confirm'] as const) addVerb(endpoint, verb, verbs[verb]);
}

function addVerb(parent: Command, verb: string, description: string): void {
  withServer(parent.command(verb))
    .description(description)
    .argument(...which)
    .option('--reason <text>', 'why; it is kept')
    .action(async (what: string, options: CommonOptions & { reason?: string }) => {
      const client = clientOf(options);
      const id = await rolloutUnderWay(client, what);
      const reason = options.reason ? { reason: options.reason } : {};
      const path = `/api/v1/rollouts/{id}/${verb}` as '/api/v1/rollouts/{id}/abort';
      print(await client.post(path, { id, ...reason }), options, showRollout);
    });
}

function addStart(rollout: Command): void {
  withServer(rollout.command('start', { isDefault: true }))
    .description('start a rollout (the verb may be left out)')
    .argument('<endpoint>', 'its name')
    .argument('<version>', "a version of the endpoint's model: a number, an alias or `latest`")
    .addOption(new Option('--strategy <strategy>', "the endpoint's own unless given").choices(strategies))
    .option('--plan <file>', 'a whole plan as YAML or JSON, instead of the one the endpoint declares')
    .option('--confirm', 'pause for a person before the promotion')
    .option('--watch', 'tell every step and verdict until it ends; exits 1 unless the version is promoted')
    .addOption(new Option('--follow', 'the same as --watch').hideHelp())
    .option('--reason <text>', 'why; it is kept')
    .option('--force', 'although the version was rolled back lately; needs --reason')
    .option('--skip-analysis', 'all traffic at once, unjudged, for emergencies; needs --reason')
    .action(async (name: string, version: string, options: StartOptions) => {
      const needy = options.force ? '--force' : options.skipAnalysis ? '--skip-analysis' : undefined;
      if (needy && !options.reason) throw new UsageError(`${needy} needs a --reason: it is kept with the rollout.`);
      const client = clientOf(options);
      const { spec } = await client.get('/api/v1/endpoints/{name}', { name });
      const number = await versionNumber(client, spec.model, version);
      const declared = options.plan ? await readPlan(options.plan) : spec.rollout;
      const { strategy, confirm, reason, force, skipAnalysis } = options;
      const isOwn = options.plan || strategy || confirm;
      const started = await client.post('/api/v1/endpoints/{name}/rollouts', {
        ...{ name, version: number },
        ...(isOwn && { plan: planWith(declared, { strategy, confirm }) }),
        ...(reason && { reason }),
        ...(force && { force }),
        ...(skipAnalysis && { skipAnalysis }),
      });
      if (!options.watch && !options.follow) return print(started, options, showRollout);
      const ended = await watchRollout(client, started, options.json !== true);
      print(ended, options, showRollout);
      if (ended.state !== 'promoted') process.exitCode = 1;
    });
}

function addLooks(rollout: Command): void {
  withServer(rollout.command('status'))
    .description('show the rollout under way, or else the last one')
    .argument(...which)
    .option('--watch', 'tell every step and verdict until it ends; exits 1 unless the version is promoted')
    .action(async (what: string, options: CommonOptions & { watch?: boolean }) => {
      const client = clientOf(options);
      const found = await client.get('/api/v1/rollouts/{id}', { id: await lastRollout(client, what) });
      if (!options.watch) return print(found, options, showRollout);
      const ended = await watchRollout(client, found, options.json !== true);
      print(ended, options, showRollout);
      if (ended.state !== 'promoted') process.exitCode = 1;
    });
  withServer(rollout.command('history'))
    .description('every decision of a rollout, oldest first')
    .argument(...which)
    .action(async (what: string, options: CommonOptions) => {
      const client = clientOf(options);
      const id = await lastRollout(client, what);
      const { items } = await client.get('/api/v1/rollouts/{id}/decisions', { id });
      printList<Decision>({ items }, { ...options, limit: 1000 }, [
        { title: 'id', show: (one) => one.id },
        { title: 'at', show: (one) => when(one.at) },
        { title: 'step', align: 'right', show: (one) => String(one.step + 1) },
        { title: 'decision', show: (one) => one.decision },
        { title: 'verdict', show: (one) => one.judgement?.verdict ?? '' },
        { title: 'reason', show: (one) => one.reason },
      ]);
    });
}

function addList(endpoint: Command): void {
  withList(endpoint.command('rollouts'))
    .description('list rollouts, newest first')
    .argument('[endpoint]', 'only those of this endpoint')
    .action(async (name: string | undefined, options: ListOptions) => {
      const filter = name ? { endpoint: name } : {};
      const page = await readList(options, (at) => clientOf(options).get('/api/v1/rollouts', { ...filter, ...at }));
      printList<Rollout>(page, options, [
        { title: 'rollout', show: (one) => one.id },
        { title: 'endpoint', show: (one) => one.endpoint },
        { title: 'version', align: 'right', show: (one) => `${one.champion ?? '–'} → ${one.candidate}` },
        { title: 'state', show: (one) => one.state },
        {
          title: 'step',
          align: 'right',
          show: (one) => `${Math.min(one.step + 1, one.steps.length)}/${one.steps.length}`,
        },
        { title: 'started', show: (one) => when(one.createdAt) },
        { title: 'reason', show: (one) => one.reason ?? '' },
      ]);
    });
}

const isId = (what: string) => /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(what);

async function rolloutUnderWay(client: Client, what: string): Promise<string> {
  if (isId(what)) return what;
  const { rolloutId: id } = await client.get('/api/v1/endpoints/{name}', { name: what });
  if (!id) throw new UsageError(`No rollout is under way at '${what}'.`);
  return id;
}

async function lastRollout(client: Client, what: string): Promise<string> {
  if (isId(what)) return what;
  const { items } = await client.get('/api/v1/rollouts', { endpoint: what, limit: 1 });
  if (items[0]) return items[0].id;
  // A name that was misspelt is told as such.
  await client.get('/api/v1/endpoints/{name}', { name: what });
  throw new UsageError(
    `There has been no rollout at '${what}'. Start one: tidemill endpoint rollout ${what} <version>`,
  );
}

import type { Client, OutputOf } from '@tidemill/sdk';
import { type Command, Option } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { seconds } from '../follow-run.ts';
import { type ListOptions, printList, readList, withList } from '../list.ts';
import { versionNumber } from '../model-target.ts';
import { colour, count, print, when } from '../output.ts';
import { withServer } from './project.ts';

type Rollout = OutputOf<'/api/v1/rollouts/{id}', 'get'>;
const strategies = ['canary', 'linear', 'blue-green', 'all-at-once'] as const;

interface RolloutOptions extends CommonOptions {
  strategy?: (typeof strategies)[number];
  confirm?: boolean;
  follow?: boolean;
}

/** Adds the verbs of rollouts to `endpoint`. */
export function addRolloutCommands(endpoint: Command): void {
  addStart(endpoint);
  addLooks(endpoint);
  const verbs = {
    promote: 'give the candidate all traffic now',
    abort: 'take the candidate back',
    confirm: 'let a paused rollout go on',
  };
  for (const [verb, description] of Object.entries(verbs)) {
    withServer(endpoint.command(verb))
      .description(description)
      .argument('<endpoint-or-rollout>', 'the endpoint whose rollout is under way, or the id of the rollout')
      .option('--reason <text>', 'why')
      .action(async (what: string, options: CommonOptions & { reason?: string }) => {
        const client = clientOf(options);
        const id = await rolloutId(client, what);
        const reason = options.reason ? { reason: options.reason } : {};
        const path = `/api/v1/rollouts/{id}/${verb}` as '/api/v1/rollouts/{id}/abort';
        print(await client.post(path, { id, ...reason }), options, showRollout);
      });
  }
}

function addStart(endpoint: Command): void {
  withServer(endpoint.command('rollout'))
    .description('roll a version out; the judge takes it back by itself when it is worse')
    .argument('<endpoint>', 'its name')
    .argument('<version>', "a version of the endpoint's model: a number, an alias or `latest`")
    .addOption(new Option('--strategy <strategy>', "the endpoint's own unless given").choices(strategies))
    .option('--confirm', 'pause for a person before the promotion')
    .option('--follow', 'tell every step until it ends; exits 1 unless the version is promoted')
    .action(async (name: string, version: string, options: RolloutOptions) => {
      const client = clientOf(options);
      const { spec } = await client.get('/api/v1/endpoints/{name}', { name });
      const number = await versionNumber(client, spec.model, version);
      const { strategy, confirm } = options;
      const plan = { ...spec.rollout, ...(strategy && { strategy, steps: undefined }), ...(confirm && { confirm }) };
      const asked = strategy || confirm ? { plan } : {};
      const started = await client.post('/api/v1/endpoints/{name}/rollouts', { name, version: number, ...asked });
      if (!options.follow) return print(started, options, showRollout);
      const ended = await follow(client, started, options.json !== true);
      print(ended, options, showRollout);
      if (ended.state !== 'promoted') process.exitCode = 1;
    });
}

function addLooks(endpoint: Command): void {
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

async function rolloutId(client: Client, what: string): Promise<string> {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(what)) return what;
  const { rolloutId: id } = await client.get('/api/v1/endpoints/{name}', { name: what });
  if (!id) throw new UsageError(`No rollout is under way at '${what}'.`);
  return id;
}

async function follow(client: Client, started: Rollout, aloud: boolean): Promise<Rollout> {
  let told = '';
  for (;;) {
    const rollout = await client.get('/api/v1/rollouts/{id}', { id: started.id });
    const line = stepText(rollout);
    if (aloud && line !== told) process.stdout.write(`${line}\n`);
    told = line;
    if (rollout.endedAt) return rollout;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function stepText({ step, steps, state }: Rollout): string {
  const at = steps[Math.min(step, steps.length - 1)]!;
  const what = at.kind === 'weight' ? `${at.percent} % of the traffic` : at.kind;
  return `step ${Math.min(step + 1, steps.length)} of ${steps.length}: ${what}${state === 'running' ? '' : ` (${state})`}`;
}

/** A rollout, and what the judge said of it last. */
function showRollout(rollout: Rollout): string {
  const { judgement, endedAt } = rollout;
  const took = endedAt ? `, took ${seconds(Date.parse(endedAt) - Date.parse(rollout.createdAt))}` : '';
  const findings = (judgement?.findings ?? []).map((one) => `  ${one.verdict.padEnd(12)} ${one.rule}: ${one.message}`);
  return [
    `Rollout ${colour.bold(rollout.id)} of version ${rollout.candidate} at ${rollout.endpoint}: ${rollout.state}${took}`,
    ...(rollout.reason ? [`  ${rollout.reason}`] : []),
    `  ${stepText(rollout)}`,
    ...(judgement
      ? [`  ${count(judgement.candidateRows)} rows of the candidate, ${count(judgement.championRows)} of the champion`]
      : []),
    ...findings,
  ].join('\n');
}

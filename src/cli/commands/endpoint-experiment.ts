import type { Client, InputOf, OutputOf } from '@tidemill/sdk';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { durationOf } from '../duration.ts';
import { readJsonFile } from '../json-file.ts';
import { countOf, type ListOptions, printList, readList, withList, wordOf } from '../list.ts';
import { versionNumber } from '../model-target.ts';
import { colour, print, when } from '../output.ts';
import { withServer } from './project.ts';

type Experiment = OutputOf<'/api/v1/endpoint-experiments/{id}', 'get'>;
type Spec = InputOf<'/api/v1/endpoints/{name}/experiments', 'post'>['spec'];
const kinds = ['ab', 'bandit', 'shadow'] as const;

interface StartOptions extends CommonOptions {
  spec?: string;
  kind: (typeof kinds)[number];
  arm?: string[];
  metric?: string;
  guard?: Guard[];
  minimumEffect?: number;
  minSamples?: number;
  maxDuration?: number;
  onDecision?: 'tell' | 'promote';
}

type Guard = NonNullable<Spec['guards']>[number];

/** Adds `endpoint experiment …`. */
export function addEndpointExperimentCommands(endpoint: Command): void {
  const experiment = endpoint.command('experiment').description('A/B tests, bandits and challengers at an endpoint');
  addStart(experiment);
  addLooks(experiment);
  addReport(experiment);
  addStop(experiment);
  for (const [verb, description] of Object.entries({
    freeze: 'let a bandit keep its shares as they are',
    thaw: 'let the shares of a frozen bandit follow the rewards again',
  })) {
    withWhat(experiment.command(verb))
      .description(description)
      .action(async (what: string, options: CommonOptions) => {
        const client = clientOf(options);
        const id = await idOf(client, what);
        const path = `/api/v1/endpoint-experiments/{id}/${verb}` as '/api/v1/endpoint-experiments/{id}/freeze';
        print(await client.post(path, { id }), options, showExperiment);
      });
  }
}

function addStart(experiment: Command): void {
  withServer(experiment.command('start'))
    .description("start an experiment among an endpoint's versions; its rows of the log decide")
    .argument('<endpoint>', 'its name')
    .option('--spec <file>', 'the whole experiment as JSON, instead of the options below')
    .addOption(
      new Option('--kind <kind>', 'fixed shares, shares that follow rewards, or unseen').choices(kinds).default('ab'),
    )
    .option('--arm <arm>', '`b=3`, or `b=3:20` with a share of 20 %, or a declared variant; several times', wordOf)
    .option('--metric <metric>', '`label`, `accuracy`, `loss`, or `output:<name>`')
    .option('--guard <guard>', '`error-rate=2x` (times the control) or `latency-p95=50`; several times', guardOf)
    .option('--minimum-effect <number>', 'the smallest difference that matters', numberOf)
    .option('--min-samples <count>', 'measured requests of each arm before a decision', countOf)
    .option('--max-duration <time>', 'such as 14d; two weeks unless given', durationOf)
    .addOption(new Option('--on-decision <what>', 'what to do when a winner is known').choices(['tell', 'promote']))
    .action(async (name: string, options: StartOptions) => {
      const client = clientOf(options);
      const numbered = async (version: string) => {
        const { spec } = await client.get('/api/v1/endpoints/{name}', { name });
        return versionNumber(client, spec.model, version);
      };
      const spec = options.spec === undefined ? await specOf(options, numbered) : (readJsonFile(options.spec) as Spec);
      const started = await client.post('/api/v1/endpoints/{name}/experiments', { name, spec });
      print(started, options, showExperiment);
    });
}

async function specOf(options: StartOptions, numbered: (version: string) => Promise<number>): Promise<Spec> {
  const { kind, metric, guard, minimumEffect, minSamples, maxDuration, onDecision } = options;
  if (!options.arm || !metric) throw new UsageError('Give at least one --arm and a --metric, or --spec.');
  const arms: Spec['arms'] = [];
  for (const text of options.arm) {
    const { version, ...arm } = armOf(text);
    arms.push({ ...arm, ...(version && { version: await numbered(version) }) });
  }
  if (arms[0]!.name !== 'champion') {
    const shares = arms.map((arm) => arm.share ?? 0).reduce((sum, share) => sum + share, 0);
    if (shares >= 100) throw new UsageError(`The arms take ${shares} % and leave nothing for the champion.`);
    arms.unshift({ name: 'champion', ...(shares > 0 && { share: 100 - shares }) });
  }
  return {
    ...{ kind, arms, metric: metricOf(metric) },
    ...(guard && { guards: guard }),
    ...(minimumEffect !== undefined && { minimumEffect }),
    ...(minSamples !== undefined && { minSamples }),
    ...(maxDuration !== undefined && { maxMs: maxDuration }),
    ...(onDecision && { onDecision }),
  };
}

function armOf(text: string): { name: string; version?: string; share?: number } {
  const [, name, version, share] = /^([^=:]+)(?:=([^=:]+))?(?::([\d.]+))?$/.exec(text) ?? [];
  if (!name) throw new UsageError(`An arm is written b=3, b=3:20 or b; not '${text}'.`);
  const isShare = share === undefined || (Number(share) > 0 && Number(share) < 100);
  if (!isShare) throw new UsageError(`The share of '${name}' is a percentage above 0 and below 100, not ${share}.`);
  return { name, ...(version && { version }), ...(share && { share: Number(share) }) };
}

function metricOf(text: string): Spec['metric'] {
  const [kind, output] = text.split(/:(.*)/s);
  return (kind === 'output' ? { kind, output: output ?? '' } : { kind }) as Spec['metric'];
}

function guardOf(text: string, before: Guard[] = []): Guard[] {
  const [, metric, limit, times] = /^([a-z0-9-]+)=([\d.]+)(x?)$/.exec(text) ?? [];
  if (!metric) throw new InvalidArgumentError('It is written error-rate=2x, error-rate=0.05 or latency-p95=50.');
  return [...before, { metric, [times ? 'relative' : 'absolute']: Number(limit) } as never];
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('A number is needed.');
  return value;
}

function addLooks(experiment: Command): void {
  withList(experiment.command('list'))
    .description('list experiments of endpoints, newest first')
    .argument('[endpoint]', 'only those of this endpoint')
    .action(async (name: string | undefined, options: ListOptions) => {
      const filter = name ? { endpoint: name } : {};
      const client = clientOf(options);
      const page = await readList(options, (at) => client.get('/api/v1/endpoint-experiments', { ...filter, ...at }));
      printList<Experiment>(page, options, [
        { title: 'experiment', show: (one) => one.id },
        { title: 'endpoint', show: (one) => one.endpoint },
        { title: 'kind', show: (one) => one.spec.kind ?? 'ab' },
        { title: 'arms', show: armsText },
        { title: 'state', show: (one) => one.state },
        { title: 'winner', show: (one) => one.decision?.winner ?? '' },
        { title: 'started', show: (one) => when(one.createdAt) },
      ]);
    });
  withWhat(experiment.command('show'), underWayOrLast)
    .description('show an experiment')
    .action(async (what: string, options: CommonOptions) => {
      const client = clientOf(options);
      const id = await lastOf(client, what);
      print(await client.get('/api/v1/endpoint-experiments/{id}', { id }), options, showExperiment);
    });
}

function addReport(experiment: Command): void {
  withWhat(experiment.command('report'), underWayOrLast)
    .description('what an experiment says: Markdown for people, or JSON')
    .action(async (what: string, options: CommonOptions) => {
      const client = clientOf(options);
      const id = await lastOf(client, what);
      if (options.json) {
        return print(await client.get('/api/v1/endpoint-experiments/{id}/report', { id }), options, () => '');
      }
      const answer = await client.open(`/api/v1/endpoint-experiments/${id}/report?format=markdown`);
      const text = await answer.text();
      print(text, options, () => text.trimEnd());
    });
}

function addStop(experiment: Command): void {
  withWhat(experiment.command('stop'))
    .description('end an experiment; the declared routing answers again')
    .option('--promote <arm>', 'give this arm the alias, if the gate agrees')
    .option('--reason <text>', 'why')
    .action(async (what: string, options: CommonOptions & { promote?: string; reason?: string }) => {
      const client = clientOf(options);
      const id = await idOf(client, what);
      const { promote, reason } = options;
      const asked = { id, ...(promote && { promote }), ...(reason && { reason }) };
      print(await client.post('/api/v1/endpoint-experiments/{id}/stop', asked), options, showExperiment);
    });
}

const underWay = 'the endpoint whose experiment is under way, or the id of the experiment';
const underWayOrLast = 'the endpoint whose experiment is under way or was the last, or the id of the experiment';

function withWhat(command: Command, meaning = underWay): Command {
  return withServer(command).argument('<endpoint-or-experiment>', meaning);
}

const isId = (what: string) => /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(what);

async function lastOf(client: Client, what: string): Promise<string> {
  if (isId(what)) return what;
  const { items } = await client.get('/api/v1/endpoint-experiments', { endpoint: what, limit: 1 });
  return items[0]?.id ?? idOf(client, what);
}

async function idOf(client: Client, what: string): Promise<string> {
  if (isId(what)) return what;
  const { experimentId } = await client.get('/api/v1/endpoints/{name}', { name: what });
  if (experimentId) return experimentId;
  const cure = `tidemill endpoint experiment list ${what}`;
  throw new UsageError(`No experiment is under way at '${what}'. Those that have ended: ${cure}`);
}

function armsText({ arms }: Experiment): string {
  return arms.map((arm) => `${arm.name}=${arm.version} (${arm.share} %)`).join(', ');
}

function showExperiment(experiment: Experiment): string {
  const { id, endpoint, spec, state, frozen, decision, reason } = experiment;
  const winner = decision?.verdict === 'winner' ? ` (${decision.winner})` : '';
  return [
    `Experiment ${colour.bold(id)} (${spec.kind ?? 'ab'}) at ${endpoint}: ${state}${frozen ? ', frozen' : ''}`,
    `  arms      ${armsText(experiment)}`,
    `  started   ${when(experiment.createdAt)} by ${experiment.startedBy}`,
    ...(decision ? [`  verdict   ${decision.verdict}${winner}: ${decision.reason}`] : []),
    ...(decision?.promoted ? [`  promoted  ${decision.winner}`] : []),
    ...(reason && reason !== decision?.reason ? [`  ended     ${reason}`] : []),
    ...(state === 'running' ? [`  more      tidemill endpoint experiment report ${endpoint}`] : []),
  ].join('\n');
}

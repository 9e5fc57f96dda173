import type { Client } from '@tidemill/sdk';
import { type Command, Option } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { type PipelineRun, readSteps, seconds } from '../follow-run.ts';
import { type ListOptions, pairOf, printList, readList, withList } from '../list.ts';
import { colour, print, when } from '../output.ts';
import { awaitRun, showPipeline, showRun } from '../show-pipeline.ts';
import { withServer } from './project.ts';

const isRunId = (text: string) => /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(text);
const runHelp = 'the id of a run, or the name of a pipeline for its newest run';
const statuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'] as const;

/** Adds `pipeline …`. */
export function addPipelineCommands(program: Command): void {
  const pipeline = program.command('pipeline').description('pipelines: run, follow, look at, run again');
  addRun(pipeline);
  addLists(pipeline);
  addLogs(pipeline);
  addMoves(pipeline);
}

/** A run given by its id, or the newest run of the pipeline of that name. */
async function runIdOf(client: Client, what: string): Promise<string> {
  if (isRunId(what)) return what;
  await client.get('/api/v1/pipelines/{name}', { name: what });
  const [newest] = (await client.get('/api/v1/pipeline-runs', { pipeline: what, limit: 1 })).items;
  if (!newest) throw new UsageError(`The pipeline '${what}' has not run yet.`);
  return newest.id;
}

interface RunOptions extends CommonOptions {
  param?: Record<string, string>;
  detach?: boolean;
}

function addRun(pipeline: Command): void {
  withServer(pipeline.command('run'))
    .description('start a run and follow it; exits 1 when it fails')
    .argument('<pipeline>', 'its name')
    .option('--param <key=value>', 'a parameter; may be repeated', pairOf)
    .option('--detach', 'only start it')
    .action(async (name: string, options: RunOptions) => {
      const client = clientOf(options);
      const started = await client.post('/api/v1/pipelines/{name}/runs', { name, params: options.param ?? {} });
      if (options.detach) return print(started, options, () => `Started run ${started.id}.`);
      await awaitRun(client, started, options);
    });
}

type RunListOptions = ListOptions & { pipeline?: string; status?: (typeof statuses)[number] };

function addLists(pipeline: Command): void {
  withList(pipeline.command('list'))
    .description('list pipelines by name')
    .action(async (options: ListOptions) => {
      const page = await readList(options, (at) => clientOf(options).get('/api/v1/pipelines', at));
      printList(page, options, [
        { title: 'name', show: (one) => one.name },
        { title: 'steps', align: 'right', show: (one) => String(Object.keys(one.spec.steps).length) },
        { title: 'declared', show: (one) => when(one.declaredAt) },
        { title: 'description', show: (one) => one.spec.description ?? '' },
      ]);
    });
  withList(pipeline.command('runs'))
    .description('list runs, newest first')
    .argument('[pipeline]', 'only those of this pipeline')
    .addOption(new Option('--status <status>', 'only those in this state').choices(statuses))
    .action(async (name: string | undefined, options: RunListOptions) => {
      const filter = { ...(name && { pipeline: name }), ...(options.status && { status: options.status }) };
      const page = await readList(options, (at) =>
        clientOf(options).get('/api/v1/pipeline-runs', { ...at, ...filter }),
      );
      printList<PipelineRun>(page, options, [
        { title: 'run', show: (one) => one.id },
        { title: 'pipeline', show: (one) => one.pipeline },
        { title: 'status', show: (one) => one.status },
        { title: 'steps', align: 'right', show: (one) => `${one.doneSteps}/${one.steps}` },
        { title: 'created', show: (one) => when(one.createdAt) },
        { title: 'took', align: 'right', show: tookOf },
        { title: 'by', show: (one) => (one.trigger.kind === 'manual' ? one.actor.name : one.trigger.kind) },
      ]);
    });
  withServer(pipeline.command('show'))
    .description('show a pipeline, or a run with its steps')
    .argument('<pipeline-or-run>', 'the name of a pipeline, or the id of a run')
    .action(async (what: string, options: CommonOptions) => {
      const client = clientOf(options);
      if (!isRunId(what))
        return print(await client.get('/api/v1/pipelines/{name}', { name: what }), options, showPipeline);
      const run = await client.get('/api/v1/pipeline-runs/{id}', { id: what });
      const steps = await readSteps(client, what);
      print({ ...run, steps }, options, () => showRun(run, steps));
    });
}

function tookOf({ startedAt, finishedAt }: PipelineRun): string {
  return startedAt && finishedAt ? seconds(Date.parse(finishedAt) - Date.parse(startedAt)) : '–';
}

interface LogOptions extends CommonOptions {
  follow?: boolean;
  attempt?: string;
}

function addLogs(pipeline: Command): void {
  withServer(pipeline.command('logs'))
    .description('show what the steps of a run wrote')
    .argument('<run>', runHelp)
    .argument('[step]', 'only this step')
    .option('--follow', 'go on until the run ends; exits 1 when it fails')
    .option('--attempt <number>', 'a try of the step; the last unless given')
    .action(async (what: string, step: string | undefined, options: LogOptions) => {
      const client = clientOf(options);
      const id = await runIdOf(client, what);
      if (options.follow) {
        if (step) throw new UsageError('--follow shows all steps; leave the step out.');
        return awaitRun(client, await client.get('/api/v1/pipeline-runs/{id}', { id }), options);
      }
      const wanted = (await readSteps(client, id)).filter((one) => (step ? one.name === step : one.attempts > 0));
      if (step && wanted.length === 0) throw new UsageError(`The run has no step '${step}'.`);
      const logs: { step: string; text: string }[] = [];
      const attempt = options.attempt ? { attempt: Number(options.attempt) } : {};
      for (const { name } of wanted) {
        let [text, offset] = ['', 0];
        for (;;) {
          const query = { id, step: name, offset, limitBytes: 1_048_576, ...attempt };
          const chunk = await client.get('/api/v1/pipeline-runs/{id}/steps/{step}/logs', query);
          text += chunk.text;
          if (chunk.nextOffset === offset) break;
          offset = chunk.nextOffset;
        }
        logs.push({ step: name, text });
      }
      print(logs, options, () =>
        logs.map((log) => (step ? log.text : `${colour.bold(log.step)}\n${log.text}`).trimEnd()).join('\n'),
      );
    });
}

interface RerunOptions extends CommonOptions {
  from?: string;
  code: 'original' | 'latest';
  detach?: boolean;
}

function addMoves(pipeline: Command): void {
  withServer(pipeline.command('cancel'))
    .description('cancel a run')
    .argument('<run>', runHelp)
    .action(async (what: string, options: CommonOptions) => {
      const client = clientOf(options);
      const run = await client.post('/api/v1/pipeline-runs/{id}/cancel', { id: await runIdOf(client, what) });
      print(run, options, () => `Run ${run.id} is ${run.status === 'cancelled' ? 'cancelled' : 'being cancelled'}.`);
    });
  withServer(pipeline.command('rerun'))
    .description('run again from the failed steps, or from a step on, and follow it')
    .argument('<run>', runHelp)
    .option('--from <step>', 'the step to start from; the failed ones unless given')
    .addOption(
      new Option('--code <which>', 'the code it ran with, or that of now')
        .choices(['original', 'latest'])
        .default('original'),
    )
    .option('--detach', 'only start it')
    .action(async (what: string, options: RerunOptions) => {
      const client = clientOf(options);
      const id = await runIdOf(client, what);
      const from = options.from ? { fromStep: options.from } : {};
      const started = await client.post('/api/v1/pipeline-runs/{id}/rerun', { id, code: options.code, ...from });
      if (options.detach) return print(started, options, () => `Started run ${started.id}.`);
      await awaitRun(client, started, options);
    });
}

import type { Client, OutputOf } from '@tidemill/sdk';
import type { CommonOptions } from './context.ts';
import { endOf, type Followed, followRun, type PipelineRun, type PipelineStep, readSteps } from './follow-run.ts';
import { colour, print, table, when } from './output.ts';

type Pipeline = OutputOf<'/api/v1/pipelines/{name}', 'get'>;

/** Follows a run to its end with its steps and their logs, tells how it came out, and sets exit code 1 unless it succeeded. */
export async function awaitRun(
  client: Client,
  { id, pipeline, steps }: PipelineRun,
  options: CommonOptions,
): Promise<void> {
  const followed = options.json ? silent : await createLines(steps);
  followed.say(`Run ${colour.bold(id)} of ${pipeline}`);
  const leave = () => {
    followed.end();
    process.stderr.write(`\nThe run goes on. Follow it: tidemill pipeline logs ${id} --follow\n`);
    process.exit(1);
  };
  process.once('SIGINT', leave);
  const run = await followRun(client, id, followed).finally(() => followed.end());
  process.removeListener('SIGINT', leave);
  const all = options.json ? await readSteps(client, id) : [];
  print({ ...run, steps: all }, options, () => showEnd(run));
  if (run.status !== 'succeeded') process.exitCode = 1;
}

type Lines = Followed & { end(): void };
const silent: Lines = { say: () => undefined, done: () => undefined, end: () => undefined };

/** Lines on standard output; on a terminal with a bar of the steps below them. */
async function createLines(total: number): Promise<Lines> {
  if (!process.stdout.isTTY) {
    return { say: (line) => process.stdout.write(`${line}\n`), done: () => undefined, end: () => undefined };
  }
  const { MultiBar, Presets } = (await import('cli-progress')).default;
  const stream = process.stdout;
  const format = '{bar} {value} of {total} steps';
  const bars = new MultiBar(
    { format, stream, clearOnComplete: true, linewrap: true, gracefulExit: false },
    Presets.shades_classic,
  );
  const bar = bars.create(total, 0);
  return {
    say: (line) => bars.log(`${line}\n`),
    done: (run) => bar.update(run.doneSteps),
    end() {
      // What is said is written with the next drawing; the last must not be lost.
      bars.update();
      bars.stop();
    },
  };
}

function showEnd(run: PipelineRun): string {
  const word = run.status === 'succeeded' ? colour.green(run.status) : colour.red(run.status);
  const outputs = Object.entries(run.outputs ?? {}).map(([name, one]) => `\n  ${name}: ${artifactText(one)}`);
  return `Run ${run.status === 'failed' ? `${word}: ${run.error ?? ''}` : word}.${outputs.join('')}`;
}

type Artifact = NonNullable<PipelineRun['outputs']>[string];

function artifactText({ kind, id, name, value }: Artifact): string {
  if (kind === 'model-version') return `${name} version ${(value as { version?: number } | undefined)?.version ?? id}`;
  if (kind === 'dataset-version') return name ?? id;
  return kind === 'value' ? JSON.stringify(value) : `${name ?? 'file'} (${id.slice(0, 12)})`;
}

/** A pipeline with its parameters, steps and schedules. */
export function showPipeline({ name, spec, version, declaredAt }: Pipeline): string {
  const params = Object.entries(spec.params).map(([key, param]) => {
    const preset = param.default === undefined ? '' : `, ${JSON.stringify(param.default)} unless given`;
    return `  --param ${key}=<${param.type}>${preset}`;
  });
  const steps = Object.entries(spec.steps).map(([step, one]) => ({ step, what: whatOf(one), needs: needsOf(one) }));
  const clocks = Object.entries(spec.schedules).map(
    ([key, one]) => `  ${key}: ${one.cron} (${one.timezone})${one.enabled ? '' : ', off'}`,
  );
  const triggers = Object.entries(spec.triggers).map(([key, one]) => `  ${key}: on ${one.on.join(', ')}`);
  const heading = (text: string, lines: string[]) => (lines.length > 0 ? [colour.bold(text), ...lines] : []);
  return [
    `${colour.bold(name)}  declared ${when(declaredAt)}, ${version.slice(0, 12)}`,
    ...(spec.description ? [spec.description] : []),
    ...heading('Parameters', params),
    ...heading('Schedules', clocks),
    ...heading('Triggers', triggers),
    table(steps, [
      { title: 'step', show: (one) => one.step },
      { title: 'does', show: (one) => one.what },
      { title: 'after', show: (one) => one.needs },
    ]),
  ].join('\n');
}

type Step = Pipeline['spec']['steps'][string];

function whatOf(step: Step): string {
  if (step.kind === 'builtin') return step.builtin;
  if (step.kind === 'sql') return `sql → ${step.dataset}`;
  return step.kind === 'typescript' ? step.module : 'shell';
}

function needsOf(step: Step): string {
  const used = [...JSON.stringify(step).matchAll(/steps\.([A-Za-z][\w-]*)\.outputs/g)].map((match) => match[1]!);
  return [...new Set([...step.needs, ...used])].join(', ');
}

/** A run with the state of each step. */
export function showRun(run: PipelineRun, steps: readonly PipelineStep[]): string {
  const params = Object.entries(run.params).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [
    `Run ${colour.bold(run.id)} of ${run.pipeline}, started ${when(run.startedAt ?? run.createdAt)} by ${run.actor.name} (${run.trigger.kind})`,
    ...(params.length > 0 ? [`  ${params.join('  ')}`] : []),
    ...steps.map(endOf),
    showEnd(run),
  ].join('\n');
}

import type { Client, OutputOf } from '@tidemill/sdk';
import type { Command } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { type ListOptions, printList, readList, withList, wordOf } from '../list.ts';
import { type Column, colour, print, table, when } from '../output.ts';
import { cell } from '../show-data.ts';
import { withServer } from './project.ts';
import { addRunDelete } from './run-delete.ts';
import { addRunExport } from './run-export.ts';
import { addRunModels } from './run-models.ts';

type Run = OutputOf<'/api/v1/runs/search', 'post'>['items'][number];
type RunDetails = OutputOf<'/api/v1/runs/{id}', 'get'>;

interface RunListOptions extends ListOptions {
  filter?: string;
  order?: string[];
  metric?: string[];
}

/** Adds `run …`: experiment runs. */
export function addRunCommands(program: Command): void {
  const run = program.command('run').description('experiment runs: list, show, compare');
  addList(run);
  addRunExport(run);
  addRunModels(run);
  addRunDelete(run);
  withServer(run.command('show'))
    .description('show a run: metrics, parameters, tags, data')
    .argument('<run>', 'its id')
    .action(async (id: string, options: CommonOptions) => {
      print(await clientOf(options).get('/api/v1/runs/{id}', { id }), options, showRun);
    });
  withServer(run.command('compare'))
    .description('compare runs side by side: metrics, and the parameters that differ')
    .argument('<runs...>', 'ids of two or more')
    .option('--full', 'also the parameters that are the same')
    .action(async (ids: string[], options: CommonOptions & { full?: boolean }) => {
      if (ids.length < 2) throw new UsageError('Two runs or more are needed to compare.');
      const client = clientOf(options);
      const runs = await Promise.all(ids.map((id) => client.get('/api/v1/runs/{id}', { id })));
      print(runs, options, () => compare(runs, options.full === true));
    });
}

function addList(run: Command): void {
  withList(run.command('list'))
    .description('list runs, newest first')
    .argument('[experiments...]', 'only those of these experiments')
    .option('--filter <filter>', 'such as "metrics.roc_auc_score > 0.8 and params.algorithm = \'boosting\'"')
    .option('--order <by>', 'such as "metrics.roc_auc_score desc"; may be repeated', wordOf)
    .option('--metric <name>', 'a metric to show; may be repeated; the first five unless given', wordOf)
    .action(async (experiments: string[], options: RunListOptions) => {
      const client = clientOf(options);
      const names = await experimentNames(client);
      const query = {
        ...(experiments.length > 0 && { experiments }),
        ...(options.filter && { filter: options.filter }),
        ...(options.order && { orderBy: options.order }),
      };
      const page = await readList(options, (at) => client.post('/api/v1/runs/search', { ...query, ...at } as never));
      printList<Run>(page, options, columnsOf(page.items, options.metric, names));
    });
}

/** The metrics that say most, shown before others. */
const telling = ['roc_auc_score', 'log_loss', 'accuracy_score', 'f1_score', 'r2_score', 'root_mean_squared_error'];

function columnsOf(
  runs: readonly Run[],
  asked: string[] | undefined,
  names: ReadonlyMap<string, string>,
): Column<Run>[] {
  const logged = [...new Set(runs.flatMap((one) => Object.keys(one.metrics)))];
  const metrics = asked ?? [...new Set([...telling.filter((name) => logged.includes(name)), ...logged])].slice(0, 5);
  return [
    { title: 'run', show: (one) => one.id },
    { title: 'name', show: (one) => cell(one.name) },
    { title: 'experiment', show: (one) => names.get(one.experimentId) ?? one.experimentId },
    { title: 'status', show: (one) => one.status },
    { title: 'started', show: (one) => when(one.startedAt) },
    ...metrics.map((name) => ({
      title: name,
      align: 'right' as const,
      show: (one: Run) => cell(one.metrics[name]?.value),
    })),
  ];
}

async function experimentNames(client: Client): Promise<Map<string, string>> {
  const { items } = await readList({ limit: 1, all: true }, (at) => client.get('/api/v1/experiments', at));
  return new Map(items.map(({ id, name }) => [id, name]));
}

function showRun(run: RunDetails): string {
  const lines = (title: string, values: [string, unknown][]) =>
    values.length === 0 ? [] : ['', colour.bold(title), ...alignedPairs(values)];
  const { commit, dirty } = run.code ?? {};
  return [
    `Run ${colour.bold(run.id)}  ${run.name}  ${run.status}`,
    `started ${when(run.startedAt)}, ended ${when(run.endedAt)}, by ${run.user || run.actorId}`,
    ...(commit ? [`code ${commit}${dirty ? ' with uncommitted changes' : ''}`] : []),
    ...lines(
      'Metrics',
      Object.entries(run.metrics).map(([key, metric]) => [key, metric.value]),
    ),
    ...lines('Parameters', Object.entries(run.params)),
    ...lines('Tags', Object.entries(run.tags)),
    ...lines(
      'Data',
      run.inputs.map((input) => [input.name, input.digest ?? '']),
    ),
  ].join('\n');
}

function alignedPairs(values: [string, unknown][]): string[] {
  const width = Math.max(...values.map(([key]) => key.length));
  return values.map(([key, value]) => `  ${key.padEnd(width)}  ${cell(value)}`);
}

interface Line {
  what: string;
  values: string[];
}

function compare(runs: readonly RunDetails[], full: boolean): string {
  const keysOf = (pick: (run: RunDetails) => object) =>
    [...new Set(runs.flatMap((run) => Object.keys(pick(run))))].sort();
  const metrics = keysOf((run) => run.metrics).map(
    (key): Line => ({
      what: `metrics.${key}`,
      values: runs.map((run) => cell(run.metrics[key]?.value)),
    }),
  );
  const params = keysOf((run) => run.params)
    .map((key): Line => ({ what: `params.${key}`, values: runs.map((run) => cell(run.params[key])) }))
    .filter(({ values }) => full || new Set(values).size > 1);
  return table(
    [...metrics, ...params],
    [
      { title: '', show: (line) => line.what },
      ...runs.map((run, i) => ({
        title: `${cell(run.name)} ${run.id.slice(-6)}`,
        align: 'right' as const,
        show: (line: Line) => line.values[i]!,
      })),
    ],
  );
}

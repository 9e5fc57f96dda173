import type { OutputOf } from '@tidemill/sdk';
import type { Command } from 'commander';
import { type CommonOptions, clientOf } from '../context.ts';
import { type ListOptions, printList, readList, withList } from '../list.ts';
import { type Column, colour, print, table, when } from '../output.ts';
import { cell } from '../show-data.ts';
import { withServer } from './project.ts';

type LoggedModel = OutputOf<'/api/v1/logged-models/search', 'post'>['items'][number];

interface ModelsOptions extends ListOptions {
  experiment?: string;
  filter?: string;
}

const columns: Column<LoggedModel>[] = [
  { title: 'model', show: (one) => one.id },
  { title: 'name', show: (one) => one.name },
  { title: 'type', show: (one) => one.type },
  { title: 'status', show: (one) => one.status },
  { title: 'made by run', show: (one) => one.sourceRunId },
  { title: 'created', show: (one) => when(one.createdAt) },
];

/** Adds `run models` and `run model`: what runs logged as models. */
export function addRunModels(run: Command): void {
  withList(run.command('models'))
    .description('list the models that runs logged, newest first')
    .argument('[run]', 'only those this run made')
    .option('--experiment <experiment>', 'only those of this experiment')
    .option('--filter <filter>', 'such as "metrics.accuracy > 0.9 and params.max_depth = \'3\'"')
    .action(async (made: string | undefined, options: ModelsOptions) => {
      const client = clientOf(options);
      const parts = [options.filter, made && `source_run_id = '${made.replaceAll("'", "''")}'`].filter(Boolean);
      const query = {
        filter: parts.map((part) => `(${part})`).join(' and '),
        ...(options.experiment && { experiments: [options.experiment] }),
      };
      const page = await readList(options, (at) =>
        client.post('/api/v1/logged-models/search', { ...query, ...at } as never),
      );
      printList<LoggedModel>(page, options, columns);
    });
  withServer(run.command('model'))
    .description('show a logged model: what was measured of it, parameters, tags')
    .argument('<model>', 'its id, m-…')
    .action(async (id: string, options: CommonOptions) => {
      print(await clientOf(options).get('/api/v1/logged-models/{id}', { id }), options, showModel);
    });
}

function showModel(model: LoggedModel): string {
  const pairs = (title: string, values: Record<string, string>) => {
    const lines = Object.entries(values).map(([key, value]) => `  ${key}  ${cell(value)}`);
    return lines.length === 0 ? [] : ['', colour.bold(title), ...lines];
  };
  const measured = table(model.metrics, [
    { title: 'metric', show: (one) => one.key },
    { title: 'value', align: 'right', show: (one) => cell(one.value) },
    { title: 'step', align: 'right', show: (one) => String(one.step) },
    { title: 'data', show: (one) => one.datasetName },
    { title: 'run', show: (one) => one.runId },
  ]);
  return [
    `Model ${colour.bold(model.id)}  ${model.name}  ${model.status}`,
    `created ${when(model.createdAt)}${model.sourceRunId ? ` by run ${model.sourceRunId}` : ''}`,
    ...(model.metrics.length > 0 ? ['', measured] : []),
    ...pairs('Parameters', model.params),
    ...pairs('Tags', model.tags),
  ].join('\n');
}

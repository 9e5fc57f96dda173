import type { OutputOf } from '@tidemill/sdk';
import type { Command } from 'commander';
import { type CommonOptions, clientOf } from '../context.ts';
import { type ListOptions, printList, readList, withList } from '../list.ts';
import { type Column, print, when } from '../output.ts';
import { withServer } from './project.ts';

type Experiment = OutputOf<'/api/v1/experiments', 'get'>['items'][number];

interface ExperimentListOptions extends ListOptions {
  deleted?: boolean;
}

const columns: Column<Experiment>[] = [
  { title: 'experiment', show: (one) => one.name },
  { title: 'id', show: (one) => one.id },
  { title: 'created', show: (one) => when(one.createdAt) },
];

/** Adds `experiment …`: list, delete and restore experiments. */
export function addExperimentCommands(program: Command): void {
  const experiment = program.command('experiment').description('experiments: list, delete, restore');
  withList(experiment.command('list'))
    .description('list experiments by name')
    .argument('[folder]', 'only those below this folder')
    .option('--deleted', 'those that are deleted')
    .action(async (folder: string | undefined, options: ExperimentListOptions) => {
      const client = clientOf(options);
      const query = { ...(folder && { under: folder }), ...(options.deleted && { lifecycle: 'deleted' as const }) };
      const page = await readList(options, (at) => client.get('/api/v1/experiments', { ...query, ...at }));
      printList<Experiment>(page, options, columns);
    });
  withServer(experiment.command('delete'))
    .description('delete an experiment with its runs; they can be restored until they are purged')
    .argument('<experiment>', 'its name or id')
    .action(async (name: string, options: CommonOptions) => {
      await clientOf(options).delete('/api/v1/experiments/{experiment}', { experiment: name });
      print({ deleted: name }, options, () => `The experiment '${name}' is deleted.`);
    });
  withServer(experiment.command('restore'))
    .description('bring a deleted experiment back, with the runs that were deleted with it')
    .argument('<experiment>', 'its name or id')
    .action(async (name: string, options: CommonOptions) => {
      await clientOf(options).post('/api/v1/experiments/{experiment}/restore', { experiment: name });
      print({ restored: name }, options, () => `The experiment '${name}' is restored.`);
    });
}

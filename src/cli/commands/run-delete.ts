import type { Command } from 'commander';
import { type CommonOptions, clientOf } from '../context.ts';
import { print } from '../output.ts';
import { withServer } from './project.ts';

/** Adds `run delete` and `run restore`. */
export function addRunDelete(run: Command): void {
  withServer(run.command('delete'))
    .description('delete runs; they can be restored until they are purged')
    .argument('<runs...>', 'their ids')
    .action(async (runs: string[], options: CommonOptions) => {
      const client = clientOf(options);
      for (const id of runs) await client.delete('/api/v1/runs/{id}', { id });
      print({ deleted: runs }, options, () => told(runs, 'deleted'));
    });
  withServer(run.command('restore'))
    .description('bring deleted runs back')
    .argument('<runs...>', 'their ids')
    .action(async (runs: string[], options: CommonOptions) => {
      const client = clientOf(options);
      for (const id of runs) await client.post('/api/v1/runs/{id}/restore', { id });
      print({ restored: runs }, options, () => told(runs, 'restored'));
    });
}

function told(runs: readonly string[], what: string): string {
  return runs.length === 1 ? `1 run is ${what}.` : `${runs.length} runs are ${what}.`;
}

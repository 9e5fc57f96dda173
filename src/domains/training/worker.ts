import { parentPort } from 'node:worker_threads';
import { messageOf, TidemillError } from '../../kernel/errors.ts';
import { finish } from './finish.ts';
import type { FitProgress } from './fit.ts';
import { type OpenJob, openJob, runTrial } from './job.ts';
import type { WorkerAnswer, WorkerOrder } from './worker-client.ts';

let open: OpenJob | undefined;
const port = parentPort!;
const answer = (message: WorkerAnswer) => port.postMessage(message);

async function obey(order: WorkerOrder): Promise<unknown> {
  if (order.kind === 'open') {
    open = openJob(order.job);
    return null;
  }
  if (order.kind === 'trial') return runTrial(open!, order.params, order.rivals);
  const tell = (progress: FitProgress): undefined => {
    answer({ kind: 'progress', progress });
  };
  return finish(open!, order.params, tell);
}

port.on('message', (order: WorkerOrder) => {
  obey(order).then(
    (result) => answer({ kind: 'done', result }),
    (thrown: unknown) => {
      const known = thrown instanceof TidemillError ? thrown : undefined;
      const stack = thrown instanceof Error ? thrown.stack : undefined;
      answer({
        kind: 'failed',
        error: { code: known?.code ?? 'internal', message: messageOf(thrown), details: known?.details ?? {}, stack },
      });
    },
  );
});

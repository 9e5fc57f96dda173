import { Worker } from 'node:worker_threads';
import { type ErrorCode, type ErrorDetails, fail, messageOf, TidemillError } from '../../kernel/errors.ts';
import type { Trained } from './finish.ts';
import type { FitProgress } from './fit.ts';
import type { Rivals, TrainingJob, TrialOutcome } from './job.ts';
import type { TrainerParams } from './schema.ts';

/** What a worker is told; it does one order at a time. */
export type WorkerOrder =
  | { kind: 'open'; job: TrainingJob }
  | { kind: 'trial'; params: TrainerParams; rivals: Rivals }
  | { kind: 'finish'; params: TrainerParams };

/** What a worker answers. */
export type WorkerAnswer =
  | { kind: 'progress'; progress: FitProgress }
  | { kind: 'done'; result: unknown }
  | { kind: 'failed'; error: { code: ErrorCode; message: string; details: ErrorDetails; stack?: string } };

/** A training at work in a thread of its own. */
export interface TrainingWorker {
  trial(params: TrainerParams, rivals: Rivals): Promise<TrialOutcome>;
  finish(params: TrainerParams, onProgress: (progress: FitProgress) => void): Promise<Trained>;
  close(): Promise<void>;
}

/** Starts a worker on a job. Aborting the signal ends the thread at once; what is under way then fails with `cancelled`. */
export async function openTrainingWorker(job: TrainingJob, signal: AbortSignal): Promise<TrainingWorker> {
  if (signal.aborted) cancelled();
  const worker = new Worker(new URL('./worker.ts', import.meta.url));
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  const close = async () => {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  };
  const ask = <T>(order: WorkerOrder, onProgress?: (progress: FitProgress) => void) =>
    askWorker(worker, order, { signal, onProgress }) as Promise<T>;
  try {
    await ask<null>({ kind: 'open', job });
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    trial: (params, rivals) => ask<TrialOutcome>({ kind: 'trial', params, rivals }),
    finish: (params, onProgress) => ask<Trained>({ kind: 'finish', params }, onProgress),
    close,
  };
}

function cancelled(): never {
  return fail('cancelled', 'The training was cancelled.');
}

interface Asking {
  signal: AbortSignal;
  onProgress?: (progress: FitProgress) => void;
}

function askWorker(worker: Worker, order: WorkerOrder, { signal, onProgress }: Asking): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      worker.off('message', hear);
      worker.off('error', crash);
      worker.off('exit', exit);
      settle();
    };
    const hear = (answer: WorkerAnswer) => {
      if (answer.kind === 'progress') onProgress?.(answer.progress);
      else if (answer.kind === 'done') end(() => resolve(answer.result));
      else end(() => reject(errorOf(answer.error)));
    };
    const crash = (thrown: unknown) =>
      end(() =>
        reject(new TidemillError('internal', `The training worker failed: ${messageOf(thrown)}`, { cause: thrown })),
      );
    const exit = () =>
      end(() =>
        reject(
          signal.aborted
            ? new TidemillError('cancelled', 'The training was cancelled.')
            : new TidemillError('internal', 'The training worker ended before its work was done.'),
        ),
      );
    worker.on('message', hear);
    worker.on('error', crash);
    worker.on('exit', exit);
    worker.postMessage(order);
  });
}

function errorOf(error: Extract<WorkerAnswer, { kind: 'failed' }>['error']): TidemillError {
  const raised = new TidemillError(error.code, error.message, error.details);
  if (error.stack) raised.stack = error.stack;
  return raised;
}

import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { TrainingDeps } from './deps.ts';
import { planTraining } from './prepare-job.ts';
import { type Study, type TrainingState, TrainRequest, type TrainResult } from './schema.ts';
import { openRun, train } from './train.ts';
import { bestOf } from './tuning/study.ts';
import { readTrials } from './tuning/tracked-study.ts';
import type { TrainProgress } from './under-way.ts';

/** A training under way: its run, and its end. */
export interface StartedTraining {
  runId: string;
  done: Promise<TrainResult>;
}

/** Trains models in worker threads, each into a tracking run. */
export interface Training {
  /** Checks the order, opens its run and starts; fails before anything is written when the order is wrong. */
  start(actor: Actor, request: TrainRequest, options?: TrainOptions): Promise<StartedTraining>;
  /** The same, to its end. */
  train(actor: Actor, request: TrainRequest, options?: TrainOptions): Promise<TrainResult>;
  /** Ends a training of this process; its run becomes KILLED. Fails with `not_found` when none is under way. */
  cancel(runId: string): Promise<void>;
  /** How far a training is; one that is not under way in this process has `ended`. */
  state(runId: string): Promise<TrainingState>;
  /** The trials of a run's search, finished ones only. */
  study(runId: string): Promise<Study>;
  /** Ends all trainings under way. */
  close(): Promise<void>;
}

/** How to follow and stop a training. */
export interface TrainOptions {
  signal?: AbortSignal;
  onProgress?(progress: TrainProgress): void;
}

interface Active {
  stop: AbortController;
  progress: TrainProgress | null;
  done: Promise<TrainResult>;
}

interface State {
  active: Map<string, Active>;
  /** Resolves when a place for one more training is free. */
  enter(): Promise<() => void>;
}

/** Makes the training service. */
export function createTraining(deps: TrainingDeps): Training {
  const state: State = { active: new Map(), enter: createPlaces(deps.concurrency ?? 1) };
  return {
    start: (actor, request, options = {}) => start(deps, state, { actor, request, options }),
    async train(actor, request, options = {}) {
      const { done } = await start(deps, state, { actor, request, options });
      return done;
    },
    async cancel(runId) {
      const training = state.active.get(runId) ?? notFound('training under way', runId);
      training.stop.abort();
      await training.done.catch(() => {});
    },
    state: (runId) => stateOf(deps, state, runId),
    study: (runId) => studyOf(deps, runId),
    async close() {
      const all = [...state.active.values()];
      for (const training of all) training.stop.abort();
      await Promise.all(all.map((training) => training.done.catch(() => {})));
    },
  };
}

interface Starting {
  actor: Actor;
  request: TrainRequest;
  options: TrainOptions;
}

async function start(
  deps: TrainingDeps,
  state: State,
  { actor, request, options }: Starting,
): Promise<StartedTraining> {
  const planned = await planTraining(deps, parseAs(TrainRequest, request));
  if (planned.order.resume !== undefined && state.active.has(planned.order.resume)) {
    fail('conflict', `The run '${planned.order.resume}' is under way.`, { field: 'resume' });
  }
  const runId = await openRun(deps, actor, planned);
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal;
  const entry: Active = { stop, progress: null, done: undefined as never };
  const onProgress = (progress: TrainProgress) => {
    entry.progress = progress;
    options.onProgress?.(progress);
  };
  entry.done = state
    .enter()
    .then((leave) => train(deps, { actor, planned, runId, signal, onProgress }).finally(leave))
    .finally(() => state.active.delete(runId));
  // The end may come before anybody asks for it.
  entry.done.catch(() => {});
  state.active.set(runId, entry);
  return { runId, done: entry.done };
}

function createPlaces(count: number): () => Promise<() => void> {
  let free = count;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  return async () => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return leave;
  };
}

async function stateOf({ tracking }: TrainingDeps, state: State, runId: string): Promise<TrainingState> {
  const training = state.active.get(runId);
  if (training !== undefined) return { runId, ...(training.progress ?? { ...still, phase: 'waiting' }) };
  await tracking.runs.info(runId);
  return { runId, ...still, phase: 'ended' };
}

const still = { done: 0, total: 0, loss: null };

async function studyOf({ tracking }: TrainingDeps, runId: string): Promise<Study> {
  const run = await tracking.runs.get(runId);
  const trials = await readTrials(tracking, runId);
  const complete = trials.some((trial) => !trial.pruned);
  return {
    runId,
    status: run.status,
    trials: trials.map(({ number, point, value, pruned, steps }) => ({
      number,
      point,
      value,
      pruned,
      steps: steps.length,
    })),
    best: complete ? bestOf(trials).number : null,
  };
}

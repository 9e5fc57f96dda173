import type { Actor } from '../../kernel/actor.ts';
import { fail, messageOf, TidemillError } from '../../kernel/errors.ts';
import type { TrainingDeps } from './deps.ts';
import { keepTrained } from './keep-trained.ts';
import { loadJob, type PlannedTraining } from './prepare-job.ts';
import { createProgressLog } from './progress-log.ts';
import { TrainerParams, type TrainResult } from './schema.ts';
import { runStudy } from './tuning/study.ts';
import { trackedStudy } from './tuning/tracked-study.ts';
import type { TrainingUnderWay } from './under-way.ts';
import { openTrainingWorker, type TrainingWorker } from './worker-client.ts';

/** Opens the run of a training, or the one that is to go on. */
export async function openRun(deps: TrainingDeps, actor: Actor, planned: PlannedTraining): Promise<string> {
  const { order, version, digest } = planned;
  const resume = order.resume ?? (await settleEarlier(deps, actor, planned));
  if (resume !== undefined) return reopenRun(deps, actor, { digest, resume });
  const experiment = await deps.tracking.experiments.ensure(actor, order.experiment);
  const source = `${version.dataset}@${version.version}`;
  const run = await deps.tracking.runs.create(actor, {
    experiment: experiment.id,
    name: order.name ?? `${order.algorithm} on ${source}`,
    startedAt: deps.clock.now(),
    code: { commit: `tidemill-${deps.version}`, dirty: false, entry: `train/${order.algorithm}` },
    environment: { node: process.version, platform: `${process.platform}-${process.arch}` },
    params: paramsOf(planned),
    tags: { ...order.tags, 'tidemill.training': digest, 'tidemill.dataset-version': version.id },
    inputs: [{ name: version.dataset, digest: version.digest, versionId: version.id, context: 'training' }],
  });
  return run.id;
}

/** Tags that say for which step of which pipeline run a training works. */
export const stepTags = { run: 'tidemill.pipeline-run', step: 'tidemill.step' } as const;

/**
 * Ends what earlier attempts of the same pipeline step left behind when their process died, and answers the run of a
 * search among them that this training may go on with.
 */
async function settleEarlier(deps: TrainingDeps, actor: Actor, planned: PlannedTraining): Promise<string | undefined> {
  const { tags, tuning } = planned.order;
  const [run, step] = [tags[stepTags.run], tags[stepTags.step]];
  if (run === undefined || step === undefined || `${run}${step}`.includes("'")) return undefined;
  const filter = `tags."${stepTags.run}" = '${run}' and tags."${stepTags.step}" = '${step}' and status = 'RUNNING'`;
  const { items } = await deps.tracking.runs.search({ filter, limit: 100 });
  const goesOn = tuning && items.find((each) => each.tags['tidemill.training'] === planned.digest);
  for (const each of items) if (each !== goesOn) await deps.tracking.runs.update(actor, each.id, { status: 'KILLED' });
  return goesOn?.id;
}

interface Reopening {
  digest: string;
  resume: string;
}

async function reopenRun(deps: TrainingDeps, actor: Actor, { digest, resume }: Reopening): Promise<string> {
  const run = await deps.tracking.runs.get(resume);
  if (run.tags['tidemill.training'] !== digest) {
    fail('conflict', `The run '${run.id}' searched something else: data, parameters or space differ.`, {
      field: 'resume',
      value: run.id,
      cure: 'Repeat the order as it was (only trials, threads, name and tags may differ), or start anew.',
    });
  }
  if (run.status === 'FINISHED')
    fail('conflict', `The run '${run.id}' is finished.`, { field: 'resume', value: run.id });
  await deps.tracking.runs.update(actor, run.id, { status: 'RUNNING' });
  return run.id;
}

function paramsOf({ order, version, columns }: PlannedTraining): Record<string, string> {
  const { algorithm, target, seed, split } = order;
  const flat = {
    algorithm,
    target,
    seed,
    dataset: `${version.dataset}@${version.version}`,
    features: columns.preparations.length,
  };
  const splitBy = Object.fromEntries(Object.entries(split).map(([name, value]) => [`split.${name}`, value]));
  return Object.fromEntries(Object.entries({ ...flat, ...splitBy }).map(([name, value]) => [name, String(value)]));
}

/** Loads, searches if asked, fits, judges and keeps; the run ends FINISHED, FAILED with the reason, or KILLED. */
export async function train(deps: TrainingDeps, training: TrainingUnderWay): Promise<TrainResult> {
  const { actor, runId, signal } = training;
  let worker: TrainingWorker | undefined;
  try {
    training.onProgress?.({ phase: 'loading', done: 0, total: 1, loss: null });
    const { job, droppedRows } = await loadJob(deps, training.planned, signal);
    worker = await openTrainingWorker(job, signal);
    const params = await chooseParams(deps, training, worker);
    const log = createProgressLog(deps, runId);
    const total = params.iterations ?? 100;
    const trained = await worker.finish(params, (progress) => {
      log.add(progress);
      const loss = progress.validationLoss ?? progress.trainingLoss;
      training.onProgress?.({ phase: 'fitting', done: progress.iteration, total, loss });
    });
    await log.flush();
    training.onProgress?.({ phase: 'storing', done: 0, total: 1, loss: null });
    const result = await keepTrained(deps, training, { trained, params, droppedRows });
    await deps.tracking.runs.update(actor, runId, { status: 'FINISHED', endedAt: deps.clock.now() });
    return result;
  } catch (thrown) {
    const stopped = signal.aborted || (thrown instanceof TidemillError && thrown.code === 'cancelled');
    await endRun(deps, training, { status: stopped ? 'KILLED' : 'FAILED', reason: messageOf(thrown) });
    throw thrown;
  } finally {
    await worker?.close();
  }
}

async function endRun(
  deps: TrainingDeps,
  { actor, runId }: TrainingUnderWay,
  { status, reason }: { status: 'KILLED' | 'FAILED'; reason: string },
): Promise<void> {
  await deps.tracking.runs.log(runId, { tags: { 'tidemill.error': reason } });
  await deps.tracking.runs.update(actor, runId, { status, endedAt: deps.clock.now() });
}

async function chooseParams(
  deps: TrainingDeps,
  training: TrainingUnderWay,
  worker: TrainingWorker,
): Promise<TrainerParams> {
  const { order, space } = training.planned;
  if (order.tuning === undefined || space === null) return order.params;
  const patience = order.algorithm === 'boosting' && order.split.kind !== 'k-fold' ? { patience: 10 } : {};
  const base = { ...patience, ...order.params };
  const { experimentId } = await deps.tracking.runs.info(training.runId);
  const { tracking, clock } = deps;
  const { actor, runId } = training;
  const total = order.tuning.trials;
  const best = await runStudy({
    space,
    spec: order.tuning,
    seed: order.seed,
    store: trackedStudy({ tracking, actor, clock, experiment: experimentId, parentRunId: runId }),
    run: (point, rivals) => worker.trial(TrainerParams.parse({ ...base, ...point }), rivals),
    onTrial: ({ number, value }) => training.onProgress?.({ phase: 'searching', done: number + 1, total, loss: value }),
  });
  await tracking.runs.log(runId, { tags: { 'tidemill.best-trial': String(best.number) } });
  return TrainerParams.parse({ ...base, ...best.point });
}

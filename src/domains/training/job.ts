import { fail } from '../../kernel/errors.ts';
import { columnOf, type NumericColumn, type Table, takeRows } from './columns.ts';
import { type Algorithm, type FitProgress, fitModel, type Sample } from './fit.ts';
import type { FittedModel, Label, Task } from './fitted.ts';
import { lossOf } from './loss.ts';
import { type Part, type Parting, partRows } from './part-rows.ts';
import { predict } from './predict.ts';
import type { Preparation } from './prepare.ts';
import { featureTable } from './reference-profile.ts';
import type { EvaluationSpec, SplitSpec, TrainerParams } from './schema.ts';
import { shouldPrune } from './tuning/median-pruning.ts';

/** All that a worker needs to train: plain data, columns in shared memory. */
export interface TrainingJob {
  table: Table;
  task: Task;
  target: string;
  targetType: FittedModel['targetType'];
  classes: Label[] | null;
  /** A number or class index a row of `table`. */
  truth: Float64Array;
  weight: string | null;
  algorithm: Algorithm;
  preparations: Preparation[];
  monotone: Record<string, 1 | -1>;
  split: SplitSpec;
  evaluation: EvaluationSpec;
  seed: number;
  threads: number;
  /** Of Tidemill, for the model file. */
  version: string;
}

/** A job with its rows parted. */
export interface OpenJob {
  job: TrainingJob;
  features: Table;
  weights: Float64Array | null;
  parting: Parting;
}

/** What earlier trials had at each step, for pruning; null to never prune. */
export type Rivals = readonly (readonly number[])[] | null;

/** How a trial ended: its validation loss, and the loss after each iteration (each fold with k-fold). */
export interface TrialOutcome {
  value: number;
  steps: number[];
  pruned: boolean;
}

/** Parts the rows of a job. */
export function openJob(job: TrainingJob): OpenJob {
  const names = job.preparations.map((preparation) => preparation.name);
  const weights = job.weight === null ? null : (columnOf(job.table, job.weight) as NumericColumn).values;
  return { job, features: featureTable(job.table, names), weights, parting: partRows(job) };
}

/** The features, target and weights of some rows. */
export function sampleOf(open: OpenJob, rows: Int32Array): Sample {
  const gather = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
  return {
    table: takeRows(open.features, rows),
    target: gather(open.job.truth),
    weights: open.weights === null ? null : gather(open.weights),
  };
}

/** Fits on one part; early stopping and `onIteration` see its validation rows, if it has any. */
export function fitPart(
  open: OpenJob,
  part: Part,
  how: { params: TrainerParams; onIteration?(progress: FitProgress): boolean | undefined },
): Promise<FittedModel> {
  const { job } = open;
  const { task, target, targetType, classes, algorithm, preparations, monotone } = job;
  const stopping = { ...how.params };
  if (part.validation.length === 0 && stopping.patience) {
    fail('invalid_input', 'Early stopping needs validation rows.', {
      field: 'params.patience',
      cure: 'Set split.validation.',
    });
  }
  return fitModel({
    task,
    target,
    targetType,
    classes,
    algorithm,
    preparations,
    monotone,
    params: { ...stopping, seed: job.seed, threads: job.threads },
    training: sampleOf(open, part.training),
    validation: part.validation.length > 0 ? sampleOf(open, part.validation) : null,
    onIteration: how.onIteration,
  });
}

/** Fits with the given parameters and answers the validation loss, giving up early when rivals were better. */
export async function runTrial(open: OpenJob, params: TrainerParams, rivals: Rivals): Promise<TrialOutcome> {
  if (open.parting.parts.length > 1) return runFolds(open, params, rivals);
  const part = open.parting.parts[0]!;
  if (part.validation.length === 0) {
    fail('invalid_input', 'A search needs validation rows.', { field: 'split.validation', cure: 'Set it above 0.' });
  }
  const steps: number[] = [];
  let pruned = false;
  const onIteration = ({ validationLoss }: FitProgress) => {
    if (validationLoss === null) return true;
    steps.push(validationLoss);
    pruned = rivals !== null && shouldPrune(steps, rivals);
    return !pruned;
  };
  const model = await fitPart(open, part, { params, onIteration });
  if (pruned) return { value: Math.min(...steps), steps, pruned };
  return { value: validationLossOf(open, model, part), steps, pruned };
}

async function runFolds(open: OpenJob, params: TrainerParams, rivals: Rivals): Promise<TrialOutcome> {
  const steps: number[] = [];
  let sum = 0;
  for (const part of open.parting.parts) {
    // Folds measure; stopping early by the rows that measure would flatter.
    const model = await fitPart(
      open,
      { ...part, validation: new Int32Array(0) },
      { params: { ...params, patience: null } },
    );
    sum += validationLossOf(open, model, part);
    steps.push(sum / (steps.length + 1));
    const last = steps.length === open.parting.parts.length;
    if (!last && rivals !== null && shouldPrune(steps.slice(-1), rivals, { step: steps.length - 1, warmup: 0 })) {
      return { value: steps.at(-1)!, steps, pruned: true };
    }
  }
  return { value: steps.at(-1)!, steps, pruned: false };
}

function validationLossOf(open: OpenJob, model: FittedModel, part: Part): number {
  const sample = sampleOf(open, part.validation);
  return lossOf(open.job.task, predict(model, sample.table), sample);
}

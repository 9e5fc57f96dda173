import { fail } from '../../kernel/errors.ts';
import { createRandom, sampleSorted } from '../../kernel/random.ts';
import { inspectModel } from '../../onnx/index.ts';
import type { EvaluationReport, Importances } from '../evaluation/index.ts';
import { takeRows } from './columns.ts';
import { exportOnnx, predictWithOnnx } from './export/index.ts';
import type { FitProgress, Sample } from './fit.ts';
import type { FittedInput, FittedModel } from './fitted.ts';
import { fitPart, type OpenJob, sampleOf } from './job.ts';
import { importanceOf, judge } from './judge.ts';
import { lossOf } from './loss.ts';
import { predict } from './predict.ts';
import { profileReference, type ReferenceProfile } from './reference-profile.ts';
import type { TrainerParams, TrainResult } from './schema.ts';

/** What a fitted model is, in short: for people, and for whoever reads the run later. */
export interface FittedSummary {
  task: FittedModel['task'];
  target: string;
  classes: FittedModel['classes'];
  inputs: FittedInput[];
  algorithm: string;
  params: TrainerParams;
  trees?: number;
  leaves?: number;
  coefficients?: number[];
  intercepts?: number[];
}

/** Everything a finished training has to keep. */
export interface Trained {
  onnx: Uint8Array;
  signature: TrainResult['signature'];
  report: EvaluationReport & { importance: Importances | null; crossValidated: boolean };
  profile: ReferenceProfile;
  summary: FittedSummary;
  losses: { training: number; holdout: number };
  /** Largest difference between the trainer's answers and the ONNX file's, on holdout rows. */
  exportDifference: number;
  rows: { training: number; validation: number; holdout: number };
}

/** Fits the final model, judges it on rows it has not seen, and writes it as ONNX. */
export async function finish(
  open: OpenJob,
  params: TrainerParams,
  onIteration: (progress: FitProgress) => undefined,
): Promise<Trained> {
  const { job, parting } = open;
  const model = await fitPart(open, parting.final, { params, onIteration });
  const held = sampleOf(open, parting.holdout);
  const prediction = parting.crossValidated ? await predictFolds(open, params) : predict(model, held.table);
  const judged = { rows: parting.holdout, truth: held.target, weights: held.weights, prediction };
  const importance = job.evaluation.importance ? await importanceOf(job, model, held) : null;
  const onnx = exportOnnx(model, { producerVersion: job.version });
  const learned = sampleOf(open, someOf(parting.final.training, job.seed));
  const { inputs, outputs } = inspectModel(onnx);
  const shapeOf = (shape: (number | string | null)[]) => shape.map((size) => (typeof size === 'number' ? size : null));
  const specs = (tensors: typeof inputs) =>
    tensors.map(({ name, type, shape }) => ({ name, type, shape: shapeOf(shape) }));
  const { task, target, classes, seed } = job;
  return {
    onnx,
    signature: { inputs: specs(inputs), outputs: specs(outputs) },
    report: { ...judge(job, judged), importance, crossValidated: parting.crossValidated },
    profile: profileReference({ task, target, classes, features: held.table, prediction, truth: held.target, seed }),
    summary: summarise(model, job.algorithm, params),
    losses: {
      training: lossOf(task, predict(model, learned.table), learned),
      holdout: lossOf(task, prediction, held),
    },
    exportDifference: await compareExport(model, onnx, held),
    rows: {
      training: parting.final.training.length,
      validation: parting.final.validation.length,
      holdout: parting.holdout.length,
    },
  };
}

/** Rows that the loss on learned rows is measured on: enough to show overfitting. */
const learnedRows = 20_000;

function someOf(rows: Int32Array, seed: number): Int32Array {
  return sampleSorted(rows.length, learnedRows, createRandom(seed)).map((at) => rows[at]!);
}

/** Each row's answer by the fold model that did not learn from it. */
async function predictFolds(open: OpenJob, params: TrainerParams) {
  const { parts, holdout } = open.parting;
  const place = new Map(Array.from(holdout, (row, at) => [row, at]));
  let values = new Float64Array(0);
  let width = 1;
  for (const part of parts) {
    const unstopped = { training: part.training, validation: new Int32Array(0) };
    const model = await fitPart(open, unstopped, { params: { ...params, patience: null } });
    const answer = predict(model, sampleOf(open, part.validation).table);
    width = answer.width;
    if (values.length === 0) values = new Float64Array(holdout.length * width);
    part.validation.forEach((row, i) => {
      values.set(answer.values.subarray(i * width, (i + 1) * width), place.get(row)! * width);
    });
  }
  return { rows: holdout.length, width, values };
}

const checkedRows = 1_000;

async function compareExport(model: FittedModel, onnx: Uint8Array, held: Sample): Promise<number> {
  const rows = Int32Array.from({ length: Math.min(checkedRows, held.target.length) }, (_, row) => row);
  const table = takeRows(held.table, rows);
  const ours = predict(model, table).values;
  const theirs = (await predictWithOnnx(model, onnx, table)).values;
  let most = 0;
  for (let i = 0; i < ours.length; i++) {
    most = Math.max(most, Math.abs(ours[i]! - theirs[i]!) / Math.max(1, Math.abs(ours[i]!)));
  }
  // The file is what will be served: one that answers otherwise than what was judged must not leave here.
  if (!(most <= 1e-4)) fail('internal', `The exported model differs from the trained one by ${most}.`, { value: most });
  return most;
}

function summarise(model: FittedModel, algorithm: string, params: TrainerParams): FittedSummary {
  const { task, target, classes, inputs, predictor } = model;
  const shared = { task, target, classes, inputs, algorithm, params };
  if (predictor.kind === 'trees') {
    const leaves = predictor.feature.reduce((count, feature) => count + (feature < 0 ? 1 : 0), 0);
    return { ...shared, trees: predictor.roots.length, leaves };
  }
  return { ...shared, coefficients: [...predictor.coefficients], intercepts: [...predictor.intercepts] };
}

import { fail } from '../../kernel/errors.ts';
import type { Table } from './columns.ts';
import type { FittedInput, FittedModel, Label, Predictor, Task } from './fitted.ts';
import { fitLinear, type LinearParams, linearDefaults } from './linear/fit.ts';
import { slotColumns } from './predict.ts';
import { encode, fitInputs, type Preparation } from './prepare.ts';
import type { SlotColumn } from './trees/bins.ts';
import { type BoostParams, boostDefaults, boostTrees } from './trees/boost.ts';

/** The trainers: linear or logistic regression, or histogram gradient boosting. */
export type Algorithm = 'linear' | 'boosting';

/** Rows with their target: a number, or the index of the class; weights may be null. */
export interface Sample {
  table: Table;
  target: Float64Array;
  weights: Float64Array | null;
}

/** What is known after an iteration of a trainer. */
export interface FitProgress {
  iteration: number;
  trainingLoss: number | null;
  validationLoss: number | null;
}

/** What to fit. */
export interface FitRequest {
  task: Task;
  target: string;
  targetType: FittedModel['targetType'];
  classes: Label[] | null;
  algorithm: Algorithm;
  /** Parameters of the algorithm that differ from its defaults. */
  params: Partial<BoostParams> & Partial<LinearParams>;
  preparations: Preparation[];
  /** Directions of features that must only push the answer one way: 1 up, -1 down. */
  monotone?: Record<string, 1 | -1>;
  training: Sample;
  validation?: Sample | null;
  /** Called after each iteration; answering false ends the fit there, throwing gives it up. */
  onIteration?(progress: FitProgress): boolean | undefined;
}

/** Fits preprocessing and predictor on the training rows. */
export async function fitModel(request: FitRequest): Promise<FittedModel> {
  requireLearnable(request);
  const { training, task, target, targetType, classes } = request;
  const { inputs, width } = fitInputs(training.table, request.preparations);
  const predictor =
    request.algorithm === 'linear' ? fitLinearOn(request, inputs, width) : await fitTreesOn(request, inputs);
  return { task, target, targetType, classes, inputs, width, predictor };
}

function requireLearnable({ training, target, task, classes, algorithm, monotone }: FitRequest): void {
  const field = target;
  const values = training.target;
  if (values.length === 0)
    fail('invalid_data', 'There are no rows to learn from.', { cure: 'Check the filter and split.' });
  if (!values.every(Number.isFinite)) {
    fail('invalid_data', `The target '${target}' has missing or infinite values.`, { field, cure: 'Drop those rows.' });
  }
  if (task !== 'regression') {
    const seen = new Set(values);
    if (seen.size < 2) {
      fail(
        'invalid_data',
        `All ${values.length} training rows have the same '${target}'; there is nothing to tell apart.`,
        {
          field,
          value: classes?.[values[0]!],
          cure: 'Choose another target, more rows, or a stratified split.',
        },
      );
    }
    if (seen.size < (classes?.length ?? 0)) {
      const absent = classes!.filter((_, index) => !seen.has(index)).join(', ');
      fail('invalid_data', `No training row has '${target}' = ${absent}.`, { field, cure: 'Use a stratified split.' });
    }
  }
  if (training.weights && !training.weights.every((weight) => weight >= 0 && Number.isFinite(weight))) {
    fail('invalid_data', 'Weights must be finite numbers of at least 0.', { field: 'weights' });
  }
  if (training.weights?.every((weight) => weight === 0))
    fail('invalid_data', 'All weights are 0.', { field: 'weights' });
  if (monotone && Object.keys(monotone).length > 0 && (algorithm === 'linear' || task === 'multiclass')) {
    fail('unsupported', 'Monotone features need gradient boosting with a numeric or two-class target.', {
      field: 'monotone',
    });
  }
}

function fitLinearOn(request: FitRequest, inputs: FittedInput[], width: number): Predictor {
  const { training, task, classes, onIteration } = request;
  const { target, weights } = training;
  return fitLinear({
    task,
    classes: classes?.length ?? 0,
    blocks: encode(inputs, training.table),
    width,
    target,
    weights,
    params: { ...linearDefaults, ...request.params },
    onIteration: (iteration, value) => onIteration?.({ iteration, trainingLoss: value, validationLoss: null }),
  });
}

function fitTreesOn(request: FitRequest, inputs: FittedInput[]): Promise<Predictor> {
  const { task, classes, training, validation, onIteration } = request;
  const data = (sample: Sample) => ({
    slots: slotsOf(inputs, sample.table, request.monotone ?? {}),
    target: sample.target,
    weights: sample.weights,
  });
  return boostTrees({
    task,
    classes: classes?.length ?? 0,
    training: data(training),
    validation: validation ? data(validation) : null,
    params: { ...boostDefaults, ...request.params },
    trackTraining: onIteration !== undefined,
    onIteration,
  });
}

/** The slots of encoded rows as trees take them: with the number of codes of category slots, and directions. */
function slotsOf(inputs: FittedInput[], table: Table, monotone: Record<string, 1 | -1>): SlotColumn[] {
  const owners = new Map(inputs.map((input) => [input.slot, input]));
  for (const name of Object.keys(monotone)) {
    const input = inputs.find((each) => each.name === name);
    if (input?.kind === 'numeric') continue;
    fail('invalid_input', `The feature '${name}' cannot be monotone: it is not a numeric feature.`, {
      field: 'monotone',
    });
  }
  return slotColumns(encode(inputs, table), table.rows).map((values, slot) => {
    const owner = owners.get(slot);
    const codes = owner?.kind === 'categorical' && owner.encoding === 'ordinal' ? owner.codes : 0;
    if (codes > 255) {
      fail('invalid_input', `The feature '${owner!.name}' has ${codes} categories; trees take at most 255.`, {
        field: owner!.name,
        cure: 'Lower maxCategories to 254.',
      });
    }
    return { slot, values, codes, monotone: owner ? (monotone[owner.name] ?? 0) : 0 };
  });
}

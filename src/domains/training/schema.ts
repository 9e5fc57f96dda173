import { z } from 'zod';
import type { EvaluationReport } from '../evaluation/index.ts';

const columnName = z.string().min(1).max(500);
const share = z.number().gt(0).lte(1);

/** How one feature is prepared; what is left out follows from the column's type and the algorithm. */
export const FeatureSpec = z
  .object({
    name: columnName,
    kind: z.enum(['numeric', 'categorical']).optional(),
    impute: z
      .enum(['none', 'own', 'mean', 'median', 'most-frequent', 'constant'])
      .optional()
      .describe('What a missing value becomes; `own` is a category of its own.'),
    value: z.union([z.number(), z.string()]).optional().describe("The constant of `impute: 'constant'`."),
    scale: z.boolean().optional().describe('Subtract the mean and divide by the standard deviation.'),
    encoding: z.enum(['one-hot', 'ordinal']).optional(),
    maxCategories: z.number().int().min(2).max(254).optional().describe('Rarer categories share one code.'),
    monotone: z.enum(['up', 'down']).optional().describe('The answer may only rise (fall) with this feature.'),
  })
  .strict()
  .meta({ id: 'FeatureSpec' });
/** How one feature is prepared. */
export type FeatureSpec = z.output<typeof FeatureSpec>;

/** Parameters of the trainers; those of the other algorithm are refused. */
export const TrainerParams = z
  .object({
    iterations: z.number().int().min(1).max(10_000).optional().describe('Trees (for each class when several).'),
    learningRate: share.optional(),
    maxLeaves: z.number().int().min(2).max(4096).optional(),
    maxDepth: z.number().int().min(1).max(64).nullable().optional(),
    minLeafRows: z.number().int().min(1).optional(),
    minGain: z.number().min(0).optional(),
    maxBins: z.number().int().min(2).max(255).optional(),
    rowShare: share.optional(),
    featureShare: share.optional(),
    patience: z.number().int().min(1).nullable().optional().describe('Stop after so many iterations without progress.'),
    l1: z.number().min(0).optional(),
    l2: z.number().min(0).optional(),
    maxIterations: z.number().int().min(1).max(100_000).optional(),
    tolerance: z.number().gt(0).optional(),
  })
  .strict()
  .meta({ id: 'TrainerParams' });
/** Parameters of the trainers. */
export type TrainerParams = z.output<typeof TrainerParams>;

/** How rows are parted into training, validation (early stopping, tuning) and holdout (the reported figures). */
export const SplitSpec = z
  .object({
    kind: z
      .enum(['random', 'stratified', 'time', 'k-fold'])
      .optional()
      .describe('Stratified for classes, else random.'),
    holdout: z.number().gt(0).lt(1).default(0.2),
    validation: z.number().min(0).lt(1).default(0.1).describe('Share of the rows that are not held out.'),
    column: columnName.optional().describe('The column that orders rows, for `time`: the last are held out.'),
    folds: z.number().int().min(2).max(50).default(5),
  })
  .strict()
  .meta({ id: 'SplitSpec' });
/** How rows are parted. */
export type SplitSpec = z.output<typeof SplitSpec>;

/** The values a parameter may take in a search. */
export const SearchDimension = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('float'), low: z.number(), high: z.number(), log: z.boolean().default(false) }).strict(),
    z
      .object({
        type: z.literal('int'),
        low: z.number().int(),
        high: z.number().int(),
        log: z.boolean().default(false),
      })
      .strict(),
    z
      .object({
        type: z.literal('categorical'),
        choices: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1),
      })
      .strict(),
  ])
  .meta({ id: 'SearchDimension' });
/** The values a parameter may take in a search. */
export type SearchDimension = z.output<typeof SearchDimension>;

/** A search for parameters by validation loss. */
export const TuningSpec = z
  .object({
    trials: z.number().int().min(1).max(10_000).default(20),
    method: z.enum(['tpe', 'random']).default('tpe'),
    space: z.record(z.string(), SearchDimension).optional().describe('A sensible space of the algorithm unless given.'),
    pruning: z.enum(['median', 'none']).default('median'),
  })
  .strict()
  .meta({ id: 'TuningSpec' });
/** A search for parameters. */
export type TuningSpec = z.output<typeof TuningSpec>;

/** What to report about the holdout beside the metrics. */
export const EvaluationSpec = z
  .object({
    slices: z.array(columnName).max(20).default([]).describe('Columns whose values are reported apart.'),
    bootstrap: z
      .union([z.literal(0), z.number().int().min(20).max(10_000)])
      .default(200)
      .describe('Resamples for intervals; 0 for no intervals.'),
    importance: z.boolean().default(true).describe('Permutation importance of each feature.'),
  })
  .strict()
  .meta({ id: 'EvaluationSpec' });
/** What to report about the holdout. */
export type EvaluationSpec = z.output<typeof EvaluationSpec>;

/** An order to train a model on a dataset version. */
export const TrainRequest = z
  .object({
    dataset: z
      .string()
      .min(1)
      .max(1000)
      .describe('A dataset, such as `flights` or `flights@3`, or the id of a version.'),
    target: columnName,
    features: z
      .array(z.union([columnName, FeatureSpec]))
      .min(1)
      .max(5000)
      .optional()
      .describe('All usable columns but the target unless given.'),
    exclude: z.array(columnName).max(5000).default([]),
    maxRows: z.number().int().min(1).optional().describe('Train on a seeded sample of so many rows; all unless given.'),
    weight: columnName.optional().describe('A column of row weights.'),
    task: z.enum(['regression', 'binary', 'multiclass']).optional().describe('Seen from the target unless given.'),
    algorithm: z.enum(['boosting', 'linear']).default('boosting'),
    params: TrainerParams.prefault({}),
    split: SplitSpec.prefault({}),
    tuning: TuningSpec.optional(),
    evaluation: EvaluationSpec.prefault({}),
    experiment: z.string().min(1).max(500).default('training'),
    name: z.string().min(1).max(500).optional().describe("The run's name."),
    tags: z.record(z.string(), z.string()).default({}),
    seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
    threads: z.number().int().min(1).max(16).default(1).describe('The model does not depend on it.'),
    resume: z.string().optional().describe('The run of a search that was cut short, to go on with.'),
  })
  .strict()
  .meta({ id: 'TrainRequest' });
/** An order to train a model, as a user writes it. */
export type TrainRequest = z.input<typeof TrainRequest>;
/** An order to train a model, defaults filled in. */
export type TrainOrder = z.output<typeof TrainRequest>;

/** What a finished training gives. */
export interface TrainResult {
  runId: string;
  metrics: Record<string, number>;
  /** sha256 of the ONNX file in the blobs. */
  modelDigest: string;
  signature: {
    inputs: { name: string; type: string; shape: (number | null)[] }[];
    outputs: { name: string; type: string; shape: (number | null)[] }[];
  };
  datasetVersionId: string;
  referenceProfileDigest: string;
  /** The holdout's report without its curves. */
  evaluation: Omit<EvaluationReport, 'rocCurve' | 'precisionRecallCurve'>;
}

/** A search as it stands. */
export const Study = z
  .object({
    runId: z.string(),
    status: z.string().describe('Of the run: RUNNING, FINISHED, FAILED or KILLED.'),
    trials: z.array(
      z.object({
        number: z.number().int(),
        point: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
        value: z.number().describe('Validation loss; lower is better.'),
        pruned: z.boolean(),
        steps: z.number().int(),
      }),
    ),
    best: z.number().int().nullable().describe('The number of the best complete trial.'),
  })
  .meta({ id: 'Study' });
/** A search as it stands. */
export type Study = z.output<typeof Study>;

/** How far a training is. */
export const TrainingState = z
  .object({
    runId: z.string(),
    phase: z.enum(['waiting', 'loading', 'searching', 'fitting', 'storing', 'ended']),
    done: z.number().int(),
    total: z.number().int(),
    loss: z.number().nullable(),
  })
  .meta({ id: 'TrainingState' });
/** How far a training is. */
export type TrainingState = z.output<typeof TrainingState>;

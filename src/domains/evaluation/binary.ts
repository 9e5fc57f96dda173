import { calibrationError } from './calibration.ts';
import { computed, computeFrom, type Evaluation, type MetricValue, notComputable } from './metric.ts';
import { ascendingOrder } from './order.ts';
import { averagePrecision, rocAuc } from './ranking.ts';
import { checkLengths, checkWeights, combineWeights, takeValues } from './rows.ts';

/** Metrics of two classes. */
export const binaryMetrics = [
  'accuracy_score',
  'balanced_accuracy_score',
  'precision_score',
  'recall_score',
  'f1_score',
  'matthews_corrcoef',
  'log_loss',
  'brier_score_loss',
  'roc_auc_score',
  'average_precision_score',
  'expected_calibration_error',
] as const;

/** The name of a metric of two classes. */
export type BinaryMetric = (typeof binaryMetrics)[number];

/** What is known of a two-class problem, row by row. */
export interface BinaryRows {
  /** 1 where the row is of the positive class, else 0. */
  truth: Uint8Array;
  /** Probability (or any score) of the positive class. */
  scores: Float64Array;
  weights?: Float64Array;
  /** A row is predicted positive when its score is greater; 0.5 when left out. */
  threshold?: number;
}

/** Rows by truth and prediction, weighted. */
export interface BinaryConfusion {
  truePositives: number;
  falsePositives: number;
  trueNegatives: number;
  falseNegatives: number;
}

/** Measures a two-class model. Fails with `invalid_input` when lengths differ or a weight is negative. */
export function binary(data: BinaryRows): Evaluation<BinaryMetric> & { confusion(): BinaryConfusion } {
  const { truth, scores } = data;
  const rows = truth.length;
  checkLengths(rows, { scores, weights: data.weights });
  checkWeights(data.weights);
  const notNumber = scores.findIndex((score) => Number.isNaN(score));
  const probabilities = scores.every((score) => score >= 0 && score <= 1);
  let order: Uint32Array | undefined;
  const inOrder = () => {
    order ??= ascendingOrder(scores);
    return order;
  };
  return {
    rows,
    names: binaryMetrics,
    confusion: () => confusionOf(data, data.weights ?? null),
    compute: ({ only, weights } = {}) => {
      const state = { data, weights: combineWeights(data.weights, weights), inOrder, probabilities };
      if (notNumber >= 0) {
        return computeFrom(refused(`the score of row ${notNumber} is not a number`), only);
      }
      if (!anyWeight(rows, state.weights)) return computeFrom(refused('there are no rows'), only);
      return computeFrom({ ...countMetrics(state), ...probabilityMetrics(state), ...rankMetrics(state) }, only);
    },
    take: (some) =>
      binary({
        ...data,
        truth: takeValues(truth, some),
        scores: takeValues(scores, some),
        weights: data.weights && takeValues(data.weights, some),
      }),
  };
}

interface State {
  data: BinaryRows;
  weights: Float64Array | null;
  inOrder(): Uint32Array;
  /** Whether all scores lie within [0, 1]. */
  probabilities: boolean;
}

function refused(reason: string): Record<BinaryMetric, () => MetricValue> {
  const value = () => notComputable(reason);
  return Object.fromEntries(binaryMetrics.map((name) => [name, value])) as Record<BinaryMetric, () => MetricValue>;
}

function anyWeight(rows: number, weights: Float64Array | null): boolean {
  return weights === null ? rows > 0 : weights.some((weight) => weight > 0);
}

function confusionOf(data: BinaryRows, weights: Float64Array | null): BinaryConfusion {
  const { truth, scores, threshold = 0.5 } = data;
  const cells = new Float64Array(4);
  for (let row = 0; row < truth.length; row++) {
    cells[truth[row]! * 2 + (scores[row]! > threshold ? 1 : 0)]! += weights === null ? 1 : weights[row]!;
  }
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = cells as unknown as [
    number,
    number,
    number,
    number,
  ];
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

interface Cells {
  tp: number;
  fp: number;
  tn: number;
  fn: number;
}

type Some<Name extends BinaryMetric> = Record<Name, () => MetricValue>;

function ratio(part: number, whole: number, why: string): MetricValue {
  return whole > 0 ? computed(part / whole) : notComputable(why);
}

const oneClass = 'all rows are of one class';
const noPositives = 'no row is of the positive class';
const noPredicted = 'no row is predicted positive';

function countMetrics(
  state: State,
): Some<
  'accuracy_score' | 'balanced_accuracy_score' | 'precision_score' | 'recall_score' | 'f1_score' | 'matthews_corrcoef'
> {
  let counted: BinaryConfusion | undefined;
  const count = (use: (cells: Cells) => MetricValue) => () => {
    counted ??= confusionOf(state.data, state.weights);
    const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = counted;
    return use({ tp, fp, tn, fn });
  };
  return {
    accuracy_score: count(({ tp, fp, tn, fn }) => computed((tp + tn) / (tp + fp + tn + fn))),
    balanced_accuracy_score: count(({ tp, fp, tn, fn }) =>
      tp + fn > 0 && tn + fp > 0 ? computed((tp / (tp + fn) + tn / (tn + fp)) / 2) : notComputable(oneClass),
    ),
    precision_score: count(({ tp, fp }) => ratio(tp, tp + fp, noPredicted)),
    recall_score: count(({ tp, fn }) => ratio(tp, tp + fn, noPositives)),
    f1_score: count(({ tp, fp, fn }) => ratio(2 * tp, 2 * tp + fp + fn, 'no row is or is predicted positive')),
    matthews_corrcoef: count(({ tp, fp, tn, fn }) =>
      ratio(
        tp * tn - fp * fn,
        Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
        'all rows are, or are predicted, of one class',
      ),
    ),
  };
}

function probabilityMetrics(state: State): Some<'log_loss' | 'brier_score_loss' | 'expected_calibration_error'> {
  const { truth, scores } = state.data;
  const each = (loss: (score: number, positive: boolean) => number) => () => {
    if (!state.probabilities) return notComputable('the scores are not probabilities between 0 and 1');
    let sum = 0;
    let total = 0;
    for (let row = 0; row < truth.length; row++) {
      const weight = state.weights === null ? 1 : state.weights[row]!;
      total += weight;
      if (weight > 0) sum += weight * loss(scores[row]!, truth[row] === 1);
    }
    return computed(sum / total);
  };
  return {
    log_loss: each(logLossOf),
    brier_score_loss: each((score, positive) => (score - (positive ? 1 : 0)) ** 2),
    expected_calibration_error: () =>
      state.probabilities
        ? computed(calibrationError(state.data, state.weights))
        : notComputable('the scores are not probabilities between 0 and 1'),
  };
}

/** The loss of one probability, kept away from 0 by the machine epsilon as scikit-learn does. */
function logLossOf(score: number, positive: boolean): number {
  return -Math.log(Math.max(positive ? score : 1 - score, Number.EPSILON));
}

function rankMetrics(state: State): Some<'roc_auc_score' | 'average_precision_score'> {
  const ranked = () => ({ ...state.data, order: state.inOrder(), weights: state.weights });
  return {
    roc_auc_score: () => {
      const area = rocAuc(ranked());
      return area === null ? notComputable(oneClass) : computed(area);
    },
    average_precision_score: () => {
      const precision = averagePrecision(ranked());
      return precision === null ? notComputable(noPositives) : computed(precision);
    },
  };
}

import { computed, computeFrom, type Evaluation, type MetricValue, notComputable } from './metric.ts';
import { ascendingOrder } from './order.ts';
import { rocAuc } from './ranking.ts';
import { checkLengths, checkWeights, combineWeights, takeValues } from './rows.ts';

/** Metrics of several classes. */
export const multiclassMetrics = [
  'accuracy_score',
  'balanced_accuracy_score',
  'precision_macro',
  'precision_micro',
  'precision_weighted',
  'recall_macro',
  'recall_micro',
  'recall_weighted',
  'f1_macro',
  'f1_micro',
  'f1_weighted',
  'log_loss',
  'roc_auc_ovr',
] as const;

/** The name of a metric of several classes. */
export type MulticlassMetric = (typeof multiclassMetrics)[number];

/** What is known of a problem of several classes, row by row. */
export interface MulticlassRows {
  /** Index of each row's class. */
  truth: Int32Array;
  /** Probabilities, row-major `rows` × `classes`. */
  probabilities: Float64Array;
  classes: number;
  weights?: Float64Array;
}

type Confusion = Float64Array;

/** Measures a model of several classes. Fails with `invalid_input` when lengths differ or a weight is negative. */
export function multiclass(data: MulticlassRows): Evaluation<MulticlassMetric> & { confusion(): number[][] } {
  const { truth, probabilities, classes } = data;
  const rows = truth.length;
  checkLengths(rows, { weights: data.weights });
  checkLengths(rows * classes, { probabilities });
  checkWeights(data.weights);
  const notNumber = probabilities.findIndex((p) => Number.isNaN(p));
  const predicted = mostLikely(data);
  const orders: Uint32Array[] = [];
  return {
    rows,
    names: multiclassMetrics,
    confusion: () => {
      const cells = confusionOf(data, predicted, data.weights ?? null);
      return Array.from({ length: classes }, (_, i) => [...cells.subarray(i * classes, (i + 1) * classes)]);
    },
    compute: ({ only, weights } = {}) => {
      const combined = combineWeights(data.weights, weights);
      if (notNumber >= 0) {
        return computeFrom(refused(`a probability of row ${Math.floor(notNumber / classes)} is not a number`), only);
      }
      if (combined === null ? rows === 0 : !combined.some((weight) => weight > 0)) {
        return computeFrom(refused('there are no rows'), only);
      }
      return computeFrom(
        {
          ...countMetrics(data, () => confusionOf(data, predicted, combined)),
          log_loss: () => logLoss(data, combined),
          roc_auc_ovr: () => rocAucOvr(data, orders, combined),
        },
        only,
      );
    },
    take: (some) => multiclass(takeRows(data, some)),
  };
}

function refused(reason: string): Record<MulticlassMetric, () => MetricValue> {
  const value = () => notComputable(reason);
  return Object.fromEntries(multiclassMetrics.map((name) => [name, value])) as Record<
    MulticlassMetric,
    () => MetricValue
  >;
}

function takeRows(data: MulticlassRows, some: Int32Array): MulticlassRows {
  const { classes } = data;
  const probabilities = new Float64Array(some.length * classes);
  some.forEach((row, i) => {
    probabilities.set(data.probabilities.subarray(row * classes, (row + 1) * classes), i * classes);
  });
  const weights = data.weights && takeValues(data.weights, some);
  return { truth: takeValues(data.truth, some), probabilities, classes, weights };
}

function mostLikely({ probabilities, classes }: MulticlassRows): Int32Array {
  const predicted = new Int32Array(probabilities.length / Math.max(1, classes));
  for (let row = 0; row < predicted.length; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (probabilities[row * classes + k]! > probabilities[row * classes + best]!) best = k;
    }
    predicted[row] = best;
  }
  return predicted;
}

/** Weight of rows by true class (rows of the matrix) and predicted class (columns). */
function confusionOf(data: MulticlassRows, predicted: Int32Array, weights: Float64Array | null): Confusion {
  const cells = new Float64Array(data.classes * data.classes);
  for (let row = 0; row < predicted.length; row++) {
    cells[data.truth[row]! * data.classes + predicted[row]!]! += weights === null ? 1 : weights[row]!;
  }
  return cells;
}

interface ClassCounts {
  hits: number;
  truth: number;
  predicted: number;
}

/** Counts of the classes that occur at all, in truth or prediction; averages run over these, as in scikit-learn. */
function countsOf(cells: Confusion, classes: number): ClassCounts[] {
  const counts = Array.from({ length: classes }, () => ({ hits: 0, truth: 0, predicted: 0 }));
  for (let i = 0; i < classes; i++) {
    for (let j = 0; j < classes; j++) {
      const weight = cells[i * classes + j]!;
      counts[i]!.truth += weight;
      counts[j]!.predicted += weight;
      if (i === j) counts[i]!.hits += weight;
    }
  }
  return counts.filter((count) => count.truth > 0 || count.predicted > 0);
}

const scores = {
  precision: (count: ClassCounts) => (count.predicted > 0 ? count.hits / count.predicted : 0),
  recall: (count: ClassCounts) => (count.truth > 0 ? count.hits / count.truth : 0),
  f1: (count: ClassCounts) => (2 * count.hits) / (count.truth + count.predicted),
};

type CountMetric = Exclude<MulticlassMetric, 'log_loss' | 'roc_auc_ovr'>;

function countMetrics(data: MulticlassRows, confusion: () => Confusion): Record<CountMetric, () => MetricValue> {
  let known: ClassCounts[] | undefined;
  const counts = () => {
    known ??= countsOf(confusion(), data.classes);
    return known;
  };
  const total = () => counts().reduce((sum, count) => sum + count.truth, 0);
  const accuracy = () => computed(counts().reduce((sum, count) => sum + count.hits, 0) / total());
  const macro = (score: keyof typeof scores) => () =>
    computed(counts().reduce((sum, count) => sum + scores[score](count), 0) / counts().length);
  const weighted = (score: keyof typeof scores) => () =>
    computed(counts().reduce((sum, count) => sum + scores[score](count) * count.truth, 0) / total());
  return {
    accuracy_score: accuracy,
    balanced_accuracy_score: () => {
      const present = counts().filter((count) => count.truth > 0);
      return computed(present.reduce((sum, count) => sum + scores.recall(count), 0) / present.length);
    },
    precision_macro: macro('precision'),
    recall_macro: macro('recall'),
    f1_macro: macro('f1'),
    // With one label a row, all three micro averages are the accuracy.
    precision_micro: accuracy,
    recall_micro: accuracy,
    f1_micro: accuracy,
    precision_weighted: weighted('precision'),
    recall_weighted: weighted('recall'),
    f1_weighted: weighted('f1'),
  };
}

function logLoss({ truth, probabilities, classes }: MulticlassRows, weights: Float64Array | null): MetricValue {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < truth.length; row++) {
    const weight = weights === null ? 1 : weights[row]!;
    total += weight;
    if (weight > 0) sum -= weight * Math.log(Math.max(probabilities[row * classes + truth[row]!]!, Number.EPSILON));
  }
  return computed(sum / total);
}

/** Mean over the classes of the AUC of "this class or not". */
function rocAucOvr(data: MulticlassRows, orders: Uint32Array[], weights: Float64Array | null): MetricValue {
  let sum = 0;
  for (let k = 0; k < data.classes; k++) {
    const column = Float64Array.from(data.truth, (_, row) => data.probabilities[row * data.classes + k]!);
    const order = orders[k] ?? ascendingOrder(column);
    orders[k] = order;
    const truth = Uint8Array.from(data.truth, (label) => (label === k ? 1 : 0));
    const area = rocAuc({ truth, scores: column, order, weights });
    if (area === null) return notComputable(`class ${k} has none, or all, of the rows`);
    sum += area;
  }
  return computed(sum / data.classes);
}

import type { StoredLabel } from '../log/label-store.ts';
import type { RowSource, Strided } from '../log/log-sources.ts';
import { labelNumber } from '../log/read-log.ts';
import type { ExperimentMetric } from './experiment-schema.ts';

/** The columns of logged rows that a metric is read from. */
export interface ValueReader {
  /** The metric of a row; NaN where it is not known. */
  value(row: number, label: StoredLabel | undefined): number;
  /** The number that the model predicted; NaN where it gives none. */
  score(row: number): number;
  /** The predicted class or text, by which two models agree; undefined where there are only numbers. */
  answer(row: number): string | undefined;
  /** Whether an answered row has a number that is not finite. */
  isNonFinite(row: number): boolean;
}

/** Makes a reader of one source of rows; columns are looked up once. */
export function createValueReader(source: RowSource, metric: ExperimentMetric): ValueReader {
  const { outputs, score, probabilities, classes } = source.source;
  const column = (name: string | null) => (name === null ? undefined : source.column('output', name));
  const scores = column(score);
  const chances = probabilities.map(column);
  const numbers = outputs.numbers.map(column);
  const texts = outputs.strings.map(column);
  const wanted = metric.kind === 'output' ? column(metric.output) : undefined;
  const bestClass = (row: number) => {
    let best = -1;
    chances.forEach((chance, k) => {
      const value = numberIn(chance, row);
      if (!Number.isNaN(value) && (best < 0 || value > numberIn(chances[best], row))) best = k;
    });
    return best;
  };
  const classOf = ({ label }: StoredLabel) => {
    const named = classes?.indexOf(String(label)) ?? -1;
    return named >= 0 ? named : labelNumber(label, classes);
  };
  const readers: Record<ExperimentMetric['kind'], ValueReader['value']> = {
    output: (row) => numberIn(wanted, row),
    label: (_, label) => (label ? labelNumber(label.label, classes) : Number.NaN),
    accuracy(row, label) {
      if (!label) return Number.NaN;
      const best = bestClass(row);
      if (best >= 0) return best === classOf(label) ? 1 : 0;
      const text = textIn(texts[0], row);
      return text === undefined ? Number.NaN : Number(text === String(label.label));
    },
    loss(row, label) {
      if (!label) return Number.NaN;
      if (chances.length > 1) return brier(chances, row, classOf(label));
      return (numberIn(scores, row) - labelNumber(label.label, classes)) ** 2;
    },
  };
  return {
    value: readers[metric.kind],
    score: (row) => numberIn(scores, row),
    answer(row) {
      const best = bestClass(row);
      return best >= 0 ? String(best) : textIn(texts[0], row);
    },
    isNonFinite: (row) => numbers.some((one) => !Number.isFinite(numberIn(one, row))),
  };
}

/** Half the squared distance between probabilities and truth, 0 to 1 (Brier 1950); NaN where they are missing. */
function brier(chances: readonly (Strided | undefined)[], row: number, truth: number): number {
  let sum = 0;
  chances.forEach((chance, k) => {
    sum += (numberIn(chance, row) - (k === truth ? 1 : 0)) ** 2;
  });
  return sum / 2;
}

function numberIn(column: Strided | undefined, row: number): number {
  const value = column?.values[row * column.stride + column.offset];
  return typeof value === 'number' ? value : Number.NaN;
}

function textIn(column: Strided | undefined, row: number): string | undefined {
  const value = column?.values[row * column.stride + column.offset];
  return typeof value === 'string' ? value : undefined;
}

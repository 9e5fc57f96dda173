import { betaI } from '../../../kernel/beta.ts';
import { labelNumber } from './read-log.ts';
import type { ReplayReport } from './replay-schema.ts';

/** One row with the logged answer and the new one, by columns of the log. */
export interface ReplayedRow {
  before: Readonly<Record<string, unknown>>;
  after: Readonly<Record<string, unknown>>;
  scoreBefore: number | null;
  scoreAfter: number | null;
  label: number | string | boolean | undefined;
  latencyMs: number;
}

/** How a version's answers are read: the columns of its class probabilities in their order, and the classes as text. */
export interface AnswerForm {
  probabilities: readonly string[];
  classes: readonly string[] | null;
}

interface Delta {
  sum: number;
  max: number;
  count: number;
}

const sameDigits = 1e-6;

/** Compares two versions row by row; memory grows by two numbers a row, for the shift of the score. */
export class ReplayComparison {
  readonly #before: AnswerForm;
  readonly #after: AnswerForm;
  readonly #deltas = new Map<string, Delta>();
  readonly #scores = { before: [] as number[], after: [] as number[] };
  #rows = 0;
  #same = 0;
  #latencyMs = 0;
  readonly #paired = { labelled: 0, before: 0, after: 0, onlyBefore: 0, onlyAfter: 0 };

  constructor(before: AnswerForm, after: AnswerForm) {
    this.#before = before;
    this.#after = after;
  }

  get #isClassifier(): boolean {
    return this.#before.probabilities.length > 1 && this.#after.probabilities.length > 1;
  }

  add(row: ReplayedRow): void {
    this.#rows++;
    this.#latencyMs += row.latencyMs;
    for (const [name, after] of Object.entries(row.after)) {
      const before = row.before[name];
      if (typeof before !== 'number' || typeof after !== 'number') continue;
      const delta = this.#deltas.get(name) ?? { sum: 0, max: 0, count: 0 };
      const apart = Math.abs(after - before);
      delta.sum += apart;
      delta.max = Math.max(delta.max, apart);
      delta.count++;
      this.#deltas.set(name, delta);
    }
    const { scoreBefore, scoreAfter } = row;
    if (scoreBefore !== null && scoreAfter !== null) {
      this.#scores.before.push(scoreBefore);
      this.#scores.after.push(scoreAfter);
    }
    if (this.#isSame(row)) this.#same++;
    if (row.label !== undefined) this.#pair(row, row.label);
  }

  #isSame({ before, after, scoreBefore, scoreAfter }: ReplayedRow): boolean {
    if (this.#isClassifier) return classOf(before, this.#before) === classOf(after, this.#after);
    if (scoreBefore !== null && scoreAfter !== null) return isNear(scoreBefore, scoreAfter);
    return Object.entries(after).every(([name, value]) => {
      const other = before[name];
      return typeof value === 'number' && typeof other === 'number' ? isNear(value, other) : value === other;
    });
  }

  #pair({ before, after, scoreBefore, scoreAfter }: ReplayedRow, label: number | string | boolean): void {
    const paired = this.#paired;
    if (this.#isClassifier) {
      const truth = textOf(label);
      const wasRight = classOf(before, this.#before) === truth;
      const isRight = classOf(after, this.#after) === truth;
      paired.labelled++;
      if (wasRight) paired.before++;
      if (isRight) paired.after++;
      if (wasRight && !isRight) paired.onlyBefore++;
      if (isRight && !wasRight) paired.onlyAfter++;
      return;
    }
    const truth = labelNumber(label, null);
    if (Number.isNaN(truth) || scoreBefore === null || scoreAfter === null) return;
    const [was, is] = [Math.abs(scoreBefore - truth), Math.abs(scoreAfter - truth)];
    paired.labelled++;
    paired.before += was;
    paired.after += is;
    if (was < is) paired.onlyBefore++;
    if (is < was) paired.onlyAfter++;
  }

  report(skipped: number, computeMs: number): ReplayReport {
    const { before, after } = this.#scores;
    const { labelled, onlyBefore, onlyAfter, ...sums } = this.#paired;
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const per = Math.max(1, this.#rows);
    return {
      rows: this.#rows,
      skipped,
      agreement: this.#rows === 0 ? null : this.#same / this.#rows,
      outputs: [...this.#deltas].map(([name, { sum, max, count }]) => ({
        name,
        meanAbsDelta: sum / count,
        maxAbsDelta: max,
      })),
      ...(before.length > 0 && {
        score: { psi: stabilityIndex(before, after), meanBefore: mean(before), meanAfter: mean(after) },
      }),
      ...(labelled > 0 && {
        quality: {
          labelled,
          measure: this.#isClassifier ? ('accuracy' as const) : ('mean absolute error' as const),
          before: sums.before / labelled,
          after: sums.after / labelled,
          onlyBefore,
          onlyAfter,
          pValue: signTest(onlyBefore, onlyAfter),
        },
      }),
      latency: { loggedMeanMs: this.#latencyMs / per, rowMs: computeMs / per },
    };
  }
}

/** The most probable class, as text: its label, or its index where the model does not say one. */
function classOf(answer: Readonly<Record<string, unknown>>, { probabilities, classes }: AnswerForm): string {
  let best = 0;
  for (let at = 1; at < probabilities.length; at++) {
    if (Number(answer[probabilities[at]!]) > Number(answer[probabilities[best]!])) best = at;
  }
  return classes?.[best] ?? String(best);
}

function textOf(label: number | string | boolean): string {
  return typeof label === 'boolean' ? String(Number(label)) : String(label);
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= sameDigits * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Smallest share of a bin, so that an empty one does not make the index infinite. */
const leastShare = 1e-4;

/** Population stability index over the tenths of the first sample: the sum of (q − p) · ln(q / p). */
export function stabilityIndex(before: readonly number[], after: readonly number[]): number {
  const sorted = Float64Array.from(before).sort();
  const edges = [
    ...new Set(Array.from({ length: 9 }, (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / 10)]!)),
  ];
  const shares = (values: readonly number[]) => {
    const counts = new Array<number>(edges.length + 1).fill(0);
    for (const value of values) counts[edges.filter((edge) => value >= edge).length]!++;
    return counts.map((count) => Math.max(leastShare, count / values.length));
  };
  const [p, q] = [shares(before), shares(after)];
  return p.reduce((sum, share, at) => sum + (q[at]! - share) * Math.log(q[at]! / share), 0);
}

/** Two-sided exact sign test of two counts: how likely so uneven a split is where both are as likely (McNemar 1947, exact). */
export function signTest(a: number, b: number): number {
  const least = Math.min(a, b);
  if (a + b === 0) return 1;
  return Math.min(1, 2 * betaI(Math.max(a, b), least + 1, 0.5));
}

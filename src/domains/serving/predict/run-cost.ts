const weightOfOld = 0.9;
/** Runs before the estimate is good enough to refuse by. */
const fewRuns = 10;

/**
 * What runs of a model take, learnt from those that were: a weighted least squares of milliseconds over rows, cost = base +
 * slope · rows, in which a run weighs nine tenths of the one after it.
 */
export class RunCost {
  runs = 0;
  readonly #sums = { weight: 0, rows: 0, ms: 0, rowsRows: 0, rowsMs: 0 };

  /** Counts a run of `rows` rows that took `ms`. */
  add(rows: number, ms: number): void {
    this.runs++;
    const sums = this.#sums;
    sums.weight = sums.weight * weightOfOld + 1;
    sums.rows = sums.rows * weightOfOld + rows;
    sums.ms = sums.ms * weightOfOld + ms;
    sums.rowsRows = sums.rowsRows * weightOfOld + rows * rows;
    sums.rowsMs = sums.rowsMs * weightOfOld + rows * ms;
  }

  /** Milliseconds that `rows` rows in `runs` runs take; 0 where nothing has run. */
  estimateMs(rows: number, runs = 1): number {
    const { weight, rows: x, ms: y, rowsRows: xx, rowsMs: xy } = this.#sums;
    if (weight === 0) return 0;
    const spread = weight * xx - x * x;
    const slope = spread > 1e-9 ? Math.max(0, (weight * xy - x * y) / spread) : 0;
    return Math.max(0, (y - slope * x) / weight) * runs + slope * rows;
  }

  /** Whether enough has run for requests to be refused by an estimate. */
  get isKnown(): boolean {
    return this.runs >= fewRuns;
  }
}

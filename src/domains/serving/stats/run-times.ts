/** Milliseconds of the parts of one run. */
export interface RunSpans {
  inputMs: number;
  inferMs: number;
  outputMs: number;
}

/** Runs of one size, and what they took together. */
export interface BatchTimes extends RunSpans {
  rows: number;
  runs: number;
}

const exactSizes = 64;

/** What answering took of one variant since the process began, by its parts; a request in a merged run took the whole run. */
export class RunTimes {
  requests = 0;
  rows = 0;
  runs = 0;
  queueMs = 0;
  inputMs = 0;
  inferMs = 0;
  outputMs = 0;
  readonly #batches = new Map<number, BatchTimes>();

  addRequest(rows: number, queueMs: number, { inputMs, inferMs, outputMs }: RunSpans): void {
    this.requests++;
    this.rows += rows;
    this.queueMs += queueMs;
    this.inputMs += inputMs;
    this.inferMs += inferMs;
    this.outputMs += outputMs;
  }

  addRun(rows: number, { inputMs, inferMs, outputMs }: RunSpans): void {
    this.runs++;
    const size = sizeOf(rows);
    let batch = this.#batches.get(size);
    if (!batch) {
      batch = { rows: size, runs: 0, inputMs: 0, inferMs: 0, outputMs: 0 };
      this.#batches.set(size, batch);
    }
    batch.runs++;
    batch.inputMs += inputMs;
    batch.inferMs += inferMs;
    batch.outputMs += outputMs;
  }

  /** By size: every one up to 64 rows, from there the next power of two. */
  batches(): BatchTimes[] {
    return [...this.#batches.values()].sort((a, b) => a.rows - b.rows);
  }
}

/** A size for each of a million rows would fill the memory. */
function sizeOf(rows: number): number {
  return rows <= exactSizes ? rows : 2 ** Math.ceil(Math.log2(rows));
}

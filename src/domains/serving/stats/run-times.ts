import { Histogram, rowBounds } from './histogram.ts';

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
  /** Seconds of requests in the queue, making tensors of them, in the model, and taking its outputs apart. */
  readonly queue = new Histogram();
  readonly input = new Histogram();
  readonly compute = new Histogram();
  readonly output = new Histogram();
  /** Rows of merged runs. */
  readonly batchRows = new Histogram(rowBounds);
  rows = 0;
  /** Milliseconds in which a run was under way. */
  busyMs = 0;
  readonly #batches = new Map<number, BatchTimes>();

  addRequest(rows: number, queueMs: number, { inputMs, inferMs, outputMs }: RunSpans): void {
    this.rows += rows;
    this.queue.add(queueMs / 1000);
    this.input.add(inputMs / 1000);
    this.compute.add(inferMs / 1000);
    this.output.add(outputMs / 1000);
  }

  addRun(rows: number, { inputMs, inferMs, outputMs }: RunSpans): void {
    this.batchRows.add(rows);
    this.busyMs += inputMs + inferMs + outputMs;
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

  get requests(): number {
    return this.queue.count;
  }

  get runs(): number {
    return this.batchRows.count;
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

import { fail, TidemillError } from '../../kernel/errors.ts';
import type { Tensor } from '../../onnx/index.ts';
import { isRowWise, type Outputs, sliceOutputs, toFeeds } from './batch-tensors.ts';
import type { ModelPlan } from './model-plan.ts';
import type { RowBlock } from './row-block.ts';

/** Runs one merged batch; what a loaded model offers. */
export type RunBatch = (feeds: Record<string, Tensor>, outputs?: readonly string[]) => Promise<Record<string, Tensor>>;

/** What a request asks of a batch. */
export interface BatchRequest {
  block: RowBlock;
  /** Outputs by name; all unless said. */
  outputs?: readonly string[];
  /** `performance.now()` by which it must be answered. */
  deadline: number;
}

/** Limits of a queue. */
export interface BatchLimits {
  maxQueueRows: number;
  maxQueueBytes: number;
  /** Rows of one run; a larger request runs alone. */
  maxBatchRows: number;
}

/** Merges the requests of one turn of the event loop into one run of the model. */
export interface Batcher {
  run(request: BatchRequest): Promise<Outputs>;
  readonly queuedRows: number;
  /** Estimated milliseconds a run of `rows` takes. */
  estimateMs(rows: number): number;
  /** Runs so far, and rows they had. */
  readonly totals: { runs: number; rows: number };
  setLimits(limits: Partial<BatchLimits>): void;
}

interface Job extends BatchRequest {
  bytes: number;
  resolve(outputs: Outputs): void;
  reject(error: unknown): void;
}

/**
 * Makes a batcher: no added delay, requests that arrive while a run is under way form the next one. A queue over its limit
 * answers `limited` with the seconds to wait, a request past its deadline `timeout`. A merged run that fails is run again
 * request by request, so that only the culprit fails.
 */
export function createBatcher(plan: ModelPlan, run: RunBatch, limits: BatchLimits): Batcher {
  return new TickBatcher(plan, run, limits);
}

const weightOfOld = 0.9;

class TickBatcher implements Batcher {
  readonly #plan: ModelPlan;
  readonly #run: RunBatch;
  #limits: BatchLimits;
  #queue: Job[] = [];
  #busy = false;
  #queuedBytes = 0;
  queuedRows = 0;
  readonly totals = { runs: 0, rows: 0 };
  /** Sums of a weighted least squares of milliseconds over rows: cost = base + slope · rows. */
  readonly #cost = { weight: 0, rows: 0, ms: 0, rowsRows: 0, rowsMs: 0 };

  constructor(plan: ModelPlan, run: RunBatch, limits: BatchLimits) {
    this.#plan = plan;
    this.#run = run;
    this.#limits = limits;
  }

  setLimits(limits: Partial<BatchLimits>) {
    this.#limits = { ...this.#limits, ...limits };
  }

  run(request: BatchRequest): Promise<Outputs> {
    const { block } = request;
    const bytes = block.numbers.byteLength + block.strings.length * 32;
    const { maxQueueRows, maxQueueBytes } = this.#limits;
    const full = this.queuedRows + block.rows > maxQueueRows || this.#queuedBytes + bytes > maxQueueBytes;
    if (full && (this.queuedRows > 0 || block.rows > maxQueueRows)) this.#refuse(block.rows);
    return new Promise<Outputs>((resolve, reject) => {
      this.#queue.push({ ...request, bytes, resolve, reject });
      this.queuedRows += block.rows;
      this.#queuedBytes += bytes;
      if (!this.#busy) {
        this.#busy = true;
        setImmediate(() => void this.#drain());
      }
    });
  }

  estimateMs(rows: number): number {
    const { weight, rows: x, ms: y, rowsRows: xx, rowsMs: xy } = this.#cost;
    if (weight === 0) return 0;
    const spread = weight * xx - x * x;
    const slope = spread > 1e-9 ? Math.max(0, (weight * xy - x * y) / spread) : 0;
    return Math.max(0, (y - slope * x) / weight) + slope * rows;
  }

  #refuse(rows: number): never {
    const { maxQueueRows } = this.#limits;
    if (rows > maxQueueRows) {
      return fail('too_large', `The request has ${rows} rows; this endpoint takes ${maxQueueRows} at once.`, {
        field: 'rows',
        cure: 'Send fewer rows a request.',
      });
    }
    const retryAfterSeconds = Math.max(1, Math.ceil(this.estimateMs(this.queuedRows) / 1000));
    return fail('limited', `The queue is full (${this.queuedRows} rows wait). Retry in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
    });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) await this.#runJobs(this.#takeBatch());
    this.#busy = false;
  }

  /** Takes jobs that ask for the same outputs, up to the batch limit, and drops those past their deadline. */
  #takeBatch(): Job[] {
    const now = performance.now();
    const queue = this.#queue;
    const first = queue[0]!;
    const batch: Job[] = [];
    const rest: Job[] = [];
    let rows = 0;
    for (const job of queue) {
      const fits = rows === 0 || rows + job.block.rows <= this.#limits.maxBatchRows;
      if (job.deadline <= now) this.#leave(job).reject(expired());
      else if (fits && job.outputs === first.outputs) {
        this.#leave(job);
        batch.push(job);
        rows += job.block.rows;
      } else rest.push(job);
    }
    this.#queue = rest;
    return batch;
  }

  #leave(job: Job): Job {
    this.queuedRows -= job.block.rows;
    this.#queuedBytes -= job.bytes;
    return job;
  }

  async #runJobs(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0) return;
    let rows = 0;
    for (const job of jobs) rows += job.block.rows;
    const startedAt = performance.now();
    let results: Record<string, Tensor>;
    try {
      results = await this.#runFor(jobs);
    } catch (error) {
      return this.#failed(jobs, error);
    }
    this.#learn(rows, performance.now() - startedAt);
    if (!isRowWise(results, rows)) return this.#failed(jobs, notRowWise(results, rows));
    let from = 0;
    for (const job of jobs) {
      job.resolve(sliceOutputs(results, from, job.block.rows));
      from += job.block.rows;
    }
  }

  /** Runs the model; in a worker, whose run this thread can outlast, the jobs' last deadline ends the wait. */
  async #runFor(jobs: readonly Job[]): Promise<Record<string, Tensor>> {
    const feeds = toFeeds(
      this.#plan,
      jobs.map((job) => job.block),
    );
    const lastly = Math.max(...jobs.map((job) => job.deadline));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(expired()), Math.max(1, lastly - performance.now()));
    });
    try {
      return await Promise.race([this.#run(feeds, jobs[0]!.outputs), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #failed(jobs: readonly Job[], error: unknown): Promise<void> {
    const hopeless = error instanceof TidemillError && (error.code === 'timeout' || error.code === 'unavailable');
    if (jobs.length === 1 || hopeless) {
      for (const job of jobs) job.reject(asModelFailure(error));
    } else for (const job of jobs) await this.#runJobs([job]);
  }

  #learn(rows: number, ms: number) {
    this.totals.runs++;
    this.totals.rows += rows;
    const cost = this.#cost;
    for (const key of Object.keys(cost) as (keyof typeof cost)[]) cost[key] *= weightOfOld;
    cost.weight += 1;
    cost.rows += rows;
    cost.ms += ms;
    cost.rowsRows += rows * rows;
    cost.rowsMs += rows * ms;
  }
}

function expired(): TidemillError {
  return new TidemillError('timeout', 'The deadline passed before the model answered.');
}

function notRowWise(results: Record<string, Tensor>, rows: number): TidemillError {
  const [name, tensor] = Object.entries(results).find(([, result]) => result.dims[0] !== rows)!;
  const message = `Output '${name}' has shape [${tensor.dims.join(', ')}] for ${rows} rows.`;
  return new TidemillError('model_failed', message, { cure: 'Export a model that answers one line a row.' });
}

/** Rows that fit the signature but break the run are the model's failure, not the caller's. */
function asModelFailure(error: unknown): unknown {
  if (error instanceof TidemillError && error.code !== 'invalid_input') return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TidemillError('model_failed', `The model failed: ${message}`, { cause: error });
}

import { fail, TidemillError } from '../../../kernel/errors.ts';
import type { TraceSpan } from '../../../kernel/trace.ts';
import type { Tensor } from '../../../onnx/index.ts';
import { cancelled, expired, modelFailure, notRowWise } from '../batch/batch-failures.ts';
import { isRowWise, type Outputs, sliceOutputs, toFeeds } from '../batch/batch-tensors.ts';
import type { RunTimes } from '../stats/run-times.ts';
import { type Batching, dueAt, mostRows } from './batching.ts';
import type { ModelPlan } from './model-plan.ts';
import { queuePlace } from './queue-place.ts';
import type { RowBlock } from './row-block.ts';
import { RunCost } from './run-cost.ts';
import { type TracedRun, traceRun } from './trace-run.ts';

/** What one merged run is asked beside its rows. */
export interface RunCall {
  /** Outputs by name; all unless said. */
  outputs?: readonly string[] | undefined;
  /** Parameters of the prediction as JSON text, for runtimes that take some. */
  params?: string | undefined;
  /** `performance.now()` after which nobody waits any more. */
  deadline: number;
  /** The run as a step of a trace, where one of its requests is traced. */
  trace?: TraceSpan | undefined;
}

/** Runs one merged batch; what a loaded model offers. */
export type RunBatch = (feeds: Record<string, Tensor>, call: RunCall) => Promise<Record<string, Tensor>>;

/** What a request asks of a batch. */
export interface BatchRequest {
  block: RowBlock;
  /** Outputs by name; all unless said. */
  outputs?: readonly string[];
  /** Parameters as JSON text; requests run together only where theirs are the same. */
  params?: string | undefined;
  /** `performance.now()` by which it must be answered. */
  deadline: number;
  /** 1 goes first, then what says nothing (0), then 2 and above in their order. */
  priority?: number | undefined;
  /** How long it may wait for others, and how many rows it runs with; it waits for nobody unless said. */
  batching?: Batching | undefined;
  /** Whether the caller has gone; asked when a batch is formed. */
  isGone?: (() => boolean) | undefined;
  /** Where the time it takes is counted. */
  times?: RunTimes | undefined;
  trace?: TraceSpan | undefined;
  /** Hears when its run begins, on the clock of `performance.now()`. */
  begins?: ((at: number) => void) | undefined;
}

/** Limits of a queue. */
export interface BatchLimits {
  maxQueueRows: number;
  maxQueueBytes: number;
  /** Rows of one run; a larger request runs alone. */
  maxBatchRows: number;
  /** Runs under way at once; 1 unless said, more for models that compute elsewhere. */
  concurrency?: number;
}

/** Merges the requests of one turn of the event loop into one run of the model. */
export interface Batcher {
  run(request: BatchRequest): Promise<Outputs>;
  readonly queuedRows: number;
  readonly queuedBytes: number;
  readonly queuedRequests: number;
  /** Whether nothing waits and nothing runs. */
  readonly isIdle: boolean;
  /** Estimated milliseconds a run of `rows` takes. */
  estimateMs(rows: number): number;
  /** Whether not even one row more would be taken. */
  readonly isFull: boolean;
  /** Fails with `limited` and the seconds to wait. */
  refuseFull(): never;
  /** Runs so far, and rows they had. */
  readonly totals: { runs: number; rows: number };
}

interface Job extends BatchRequest {
  bytes: number;
  /** `performance.now()` until which it waits for others to run with. */
  dueAt: number;
  queuedAt: number;
  resolve(outputs: Outputs): void;
  reject(error: unknown): void;
}

/**
 * Makes a batcher: no added delay but what requests allow, and those that arrive while a run is under way form the next one.
 * A queue over its limit answers `limited` with the seconds to wait, as does one that would answer after the deadline; a request past its deadline
 * `timeout`. A merged run that fails is run again
 * request by request, so that only the culprit fails.
 */
export function createBatcher(plan: ModelPlan, run: RunBatch, limits: BatchLimits): Batcher {
  return new TickBatcher(plan, run, limits);
}

/** What another try of each request alone would only meet again. */
const hopelessCodes = new Set<string>(['timeout', 'unavailable', 'limited']);

class TickBatcher implements Batcher {
  readonly #plan: ModelPlan;
  readonly #run: RunBatch;
  readonly #limits: BatchLimits;
  #queue: Job[] = [];
  #running = 0;
  #scheduled = false;
  /** When the first of the queue, or one that waits less long, is due. */
  #dueAt = Number.POSITIVE_INFINITY;
  #waiting: NodeJS.Timeout | undefined;
  /** Whether a request has ever asked for a priority: until then the queue needs no order. */
  #isSorted = false;
  /** Whether a traced request has ever come: until then none is looked for. */
  #isTraced = false;
  queuedBytes = 0;
  queuedRows = 0;
  readonly totals = { runs: 0, rows: 0 };
  readonly #cost = new RunCost();

  constructor(plan: ModelPlan, run: RunBatch, limits: BatchLimits) {
    this.#plan = plan;
    this.#run = run;
    this.#limits = limits;
  }

  run(request: BatchRequest): Promise<Outputs> {
    const { block } = request;
    const bytes = block.numbers.byteLength + block.strings.length * 32;
    const { maxQueueRows, maxQueueBytes } = this.#limits;
    const full = this.queuedRows + block.rows > maxQueueRows || this.queuedBytes + bytes > maxQueueBytes;
    if (full && (this.queuedRows > 0 || block.rows > maxQueueRows)) this.#refuse(block.rows);
    if (this.#queue.length > 0) this.#refuseLate(request);
    return new Promise<Outputs>((resolve, reject) => {
      const queuedAt = performance.now();
      const job = { ...request, bytes, queuedAt, dueAt: dueAt(request, queuedAt), resolve, reject };
      if (job.dueAt < this.#dueAt) this.#dueAt = job.dueAt;
      if (request.priority) this.#isSorted = true;
      if (request.trace) this.#isTraced = true;
      if (this.#isSorted) this.#queue.splice(queuePlace(this.#queue, job), 0, job);
      else this.#queue.push(job);
      this.queuedRows += block.rows;
      this.queuedBytes += bytes;
      this.#schedule();
    });
  }

  get queuedRequests(): number {
    return this.#queue.length;
  }

  get isIdle(): boolean {
    return this.#running === 0 && this.#queue.length === 0;
  }

  estimateMs(rows: number): number {
    return this.#cost.estimateMs(rows);
  }

  get isFull(): boolean {
    const { maxQueueRows, maxQueueBytes } = this.#limits;
    return this.queuedRows >= maxQueueRows || this.queuedBytes >= maxQueueBytes;
  }

  /** Milliseconds until `rows` rows behind the queue are answered: all before them in runs as large as they may be. */
  #predictMs(rows: number): number {
    const { maxBatchRows, concurrency = 1 } = this.#limits;
    const all = this.queuedRows + rows;
    return this.#cost.estimateMs(all, Math.ceil(all / maxBatchRows)) / concurrency;
  }

  /**
   * Refuses at once what would wait in vain. Only where others wait: what finds the queue empty runs whatever the estimate
   * says, so that a wrong one corrects itself. What goes before others is not held to their wait.
   */
  #refuseLate({ block, deadline, priority }: BatchRequest): void {
    if (!this.#cost.isKnown || priority === 1) return;
    const leftMs = deadline - performance.now();
    const waitMs = this.#predictMs(block.rows);
    // What nobody's leaving would help is no matter of load: it expires.
    if (waitMs <= leftMs || this.estimateMs(block.rows) > leftMs) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
    const message = `${this.queuedRows} rows wait: the answer would come after the deadline. Retry in ${retryAfterSeconds} s.`;
    fail('limited', message, { retryAfterSeconds });
  }

  #refuse(rows: number): never {
    const { maxQueueRows } = this.#limits;
    if (rows > maxQueueRows) {
      return fail('too_large', `The request has ${rows} rows; this endpoint takes ${maxQueueRows} at once.`, {
        field: 'rows',
        cure: 'Send fewer rows a request.',
      });
    }
    return this.refuseFull();
  }

  refuseFull(): never {
    const retryAfterSeconds = Math.max(1, Math.ceil(this.#predictMs(0) / 1000));
    return fail('limited', `The queue is full (${this.queuedRows} rows wait). Retry in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
    });
  }

  #schedule() {
    if (this.#scheduled || this.#running >= (this.#limits.concurrency ?? 1)) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #start() {
    while (this.#queue.length > 0 && this.#running < (this.#limits.concurrency ?? 1)) {
      if (!this.#isDue()) return;
      this.#running++;
      void this.#runJobs(this.#takeBatch()).finally(() => {
        this.#running--;
        this.#start();
      });
    }
  }

  /** Whether a run shall begin: one request has waited enough, or those of the first one's kind fill a run. */
  #isDue(): boolean {
    clearTimeout(this.#waiting);
    const waitMs = Math.floor(this.#dueAt - performance.now());
    if (waitMs < 1) return true;
    const first = this.#queue[0]!;
    const most = mostRows(first, this.#limits.maxBatchRows);
    // That many rows of any kind is the cheaper question.
    if (this.queuedRows >= most) {
      let rows = 0;
      for (const job of this.#queue) if (isAlike(job, first)) rows += job.block.rows;
      if (rows >= most) return true;
    }
    this.#waiting = setTimeout(() => this.#start(), waitMs);
    return false;
  }

  /** Takes jobs that ask for the same outputs, up to the batch limit, and drops those past their deadline. */
  #takeBatch(): Job[] {
    const now = performance.now();
    const queue = this.#queue;
    const first = queue[0]!;
    const batch: Job[] = [];
    const rest: Job[] = [];
    let rows = 0;
    let most = this.#limits.maxBatchRows;
    this.#dueAt = Number.POSITIVE_INFINITY;
    for (const job of queue) {
      const together = mostRows(job, most);
      const fits = rows === 0 || rows + job.block.rows <= together;
      if (job.deadline <= now) this.#leave(job).reject(expired());
      else if (job.isGone?.()) this.#leave(job).reject(cancelled());
      else if (fits && isAlike(job, first)) {
        this.#leave(job);
        batch.push(job);
        rows += job.block.rows;
        most = together;
      } else {
        rest.push(job);
        if (job.dueAt < this.#dueAt) this.#dueAt = job.dueAt;
      }
    }
    this.#queue = rest;
    return batch;
  }

  #leave(job: Job): Job {
    this.queuedRows -= job.block.rows;
    this.queuedBytes -= job.bytes;
    return job;
  }

  async #runJobs(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0) return;
    const startedAt = performance.now();
    let rows = 0;
    for (const job of jobs) {
      rows += job.block.rows;
      job.begins?.(startedAt);
    }
    let fedAt = startedAt;
    const trace = this.#isTraced ? traceRun(jobs, rows, startedAt) : undefined;
    let results: Record<string, Tensor>;
    try {
      const feeds = toFeeds(
        this.#plan,
        jobs.map((job) => job.block),
      );
      fedAt = performance.now();
      results = await this.#runFor(jobs, feeds, trace);
    } catch (error) {
      trace?.end(error);
      return this.#failed(jobs, error);
    }
    const ranAt = performance.now();
    trace?.end();
    this.#learn(rows, ranAt - startedAt);
    if (!isRowWise(results, rows)) return this.#failed(jobs, notRowWise(results, rows));
    let from = 0;
    for (const job of jobs) {
      job.resolve(sliceOutputs(results, from, job.block.rows));
      from += job.block.rows;
    }
    countRun(jobs, { rows, startedAt, inputMs: fedAt - startedAt, inferMs: ranAt - fedAt, outputFrom: ranAt });
  }

  /** Runs the model; in a worker, whose run this thread can outlast, the jobs' last deadline ends the wait. */
  async #runFor(
    jobs: readonly Job[],
    feeds: Record<string, Tensor>,
    trace: TracedRun | undefined,
  ): Promise<Record<string, Tensor>> {
    const { outputs, params } = jobs[0]!;
    const lastly = Math.max(...jobs.map((job) => job.deadline));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(expired()), Math.max(1, lastly - performance.now()));
    });
    try {
      return await Promise.race([this.#run(feeds, { outputs, params, deadline: lastly, trace: trace?.span }), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #failed(jobs: readonly Job[], error: unknown): Promise<void> {
    const hopeless = error instanceof TidemillError && hopelessCodes.has(error.code);
    if (jobs.length === 1 || hopeless) {
      for (const job of jobs) job.reject(modelFailure(error));
    } else for (const job of jobs) await this.#runJobs([job]);
  }

  #learn(rows: number, ms: number) {
    this.totals.runs++;
    this.totals.rows += rows;
    this.#cost.add(rows, ms);
  }
}

/** Whether two can be one run. */
function isAlike(one: Job, other: Job): boolean {
  return one.outputs === other.outputs && one.params === other.params;
}

interface Run {
  rows: number;
  startedAt: number;
  inputMs: number;
  inferMs: number;
  outputFrom: number;
}

/** Counts a run for everyone whose requests were in it: as a rule one endpoint, so that it is counted once. */
function countRun(jobs: readonly Job[], { rows, startedAt, inputMs, inferMs, outputFrom }: Run): void {
  const spans = { inputMs, inferMs, outputMs: performance.now() - outputFrom };
  let last: RunTimes | undefined;
  for (const { times, queuedAt, block } of jobs) {
    if (!times) continue;
    times.addRequest(block.rows, startedAt - queuedAt, spans);
    if (times !== last) times.addRun(rows, spans);
    last = times;
  }
}
